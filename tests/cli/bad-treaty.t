Agreements that are refused: standard error says where, what, and what was expected; the exit code is 3, and nothing
is on standard output.

  $ . "$TESTDIR/setup.sh"
  $ refused() { countersign treaty show "$@" >"$CRAMTMP/out"; echo "exit $?"; test ! -s "$CRAMTMP/out" || cat "$CRAMTMP/out"; }

What is well is accepted.

  $ countersign treaty check tests/bad/good.yaml
  tests/bad/good.yaml: bad, 1 rule, all well

Keys.

  $ refused tests/bad/unknown-key.yaml
  countersign: tests/bad/unknown-key.yaml:10:44: "artcle" is not a key of a limit; expected one of name, count, at-most, baseline, from, until, article, basis, source
  countersign: hint: did you mean "article"?
  exit 3
  $ refused tests/bad/missing-key.yaml
  countersign: tests/bad/missing-key.yaml:10:12: a limit has no "at-most"; expected this key
  exit 3
  $ refused tests/bad/missing-section.yaml
  countersign: tests/bad/missing-section.yaml:1:1: an agreement has no "counts"; expected this key
  exit 3
  $ refused tests/bad/duplicate-key.yaml
  countersign: tests/bad/duplicate-key.yaml:10:44: "at-most" is there twice; expected each key once
  exit 3
  $ refused tests/bad/duplicate-identifier.yaml
  countersign: tests/bad/duplicate-identifier.yaml:11:3: "ceiling" is there twice; expected each identifier once
  exit 3
  $ refused tests/bad/one-name-for-two-rules.yaml
  countersign: tests/bad/one-name-for-two-rules.yaml:12:3: "ceiling" already names another rule; expected each rule to have a name of its own
  exit 3

Values.

  $ refused tests/bad/no-such-day.yaml
  countersign: tests/bad/no-such-day.yaml:10:50: "2021-02-29" is not a day; expected YYYY-MM-DD, or "7 years after entry into force"
  exit 3
  $ refused tests/bad/negative-number.yaml
  countersign: tests/bad/negative-number.yaml:10:39: "-1" is negative; expected a whole number from 0 to 9007199254740991
  exit 3
  $ refused tests/bad/overflowing-number.yaml
  countersign: tests/bad/overflowing-number.yaml:10:39: "18446744073709551616" is too large; expected a whole number from 0 to 9007199254740991
  exit 3
  $ refused tests/bad/not-a-number.yaml
  countersign: tests/bad/not-a-number.yaml:10:39: "1.5e3" is not a whole number; expected a whole number from 0 to 9007199254740991
  exit 3
  $ refused tests/bad/unknown-word.yaml
  countersign: tests/bad/unknown-word.yaml:10:41: "per" is "year"; expected one of "treaty year", "calendar year", "term"
  exit 3
  $ refused tests/bad/bad-span.yaml
  countersign: tests/bad/bad-span.yaml:10:47: "5 days" is not a deadline; expected a span and a side, such as "5 days after" or "24 hours before"
  exit 3
  $ refused tests/bad/wrong-type.yaml
  countersign: tests/bad/wrong-type.yaml:7:9: "counts" is a list; expected a mapping of at least one identifier
  exit 3

References.

  $ refused tests/bad/undefined-count.yaml
  countersign: tests/bad/undefined-count.yaml:10:20: "misiles" is not a count; expected one defined under "counts"
  countersign: hint: did you mean "missiles"?
  exit 3
  $ refused tests/bad/undefined-item.yaml
  countersign: tests/bad/undefined-item.yaml:8:63: "rocket" is not an item; expected one defined under "items"
  exit 3
  $ refused tests/bad/undefined-state.yaml
  countersign: tests/bad/undefined-state.yaml:8:91: "storred" is not a state of this item; expected one defined under "states"
  countersign: hint: did you mean "stored"?
  exit 3
  $ refused tests/bad/unknown-party.yaml
  countersign: tests/bad/unknown-party.yaml:10:48: "Atlantis" is not a party; expected one defined under "parties"
  exit 3
  $ refused tests/bad/circular-itself.yaml
  countersign: tests/bad/circular-itself.yaml:9:73: the count "all" is circular: it is a term of itself; expected terms that end in items
  exit 3
  $ refused tests/bad/circular-pair.yaml
  countersign: tests/bad/circular-pair.yaml:10:60: the count "first" is circular: it is a term of itself; expected terms that end in items
  exit 3

YAML that is broken, or that an agreement has no use for.

  $ refused tests/bad/truncated.yaml
  countersign: tests/bad/truncated.yaml:7:1: this is not YAML: missing comma in flow mapping; expected a mapping of keys to values
  exit 3
  $ refused tests/bad/tab.yaml
  countersign: tests/bad/tab.yaml:8:1: this is not YAML: tab character may not be used as indentation; expected a mapping of keys to values
  exit 3
  $ refused tests/bad/two-documents.yaml
  countersign: tests/bad/two-documents.yaml:10:1: a second document; expected one agreement in a file
  exit 3
  $ refused tests/bad/tag.yaml
  countersign: tests/bad/tag.yaml:10:45: a tag; expected a plain value
  exit 3
  $ refused tests/bad/alias.yaml
  countersign: tests/bad/alias.yaml:8:16: an anchor or alias; expected every value written out
  exit 3
  $ refused tests/bad/billion-laughs.yaml
  countersign: tests/bad/billion-laughs.yaml:1:7: an anchor or alias; expected every value written out
  exit 3
  $ refused tests/bad/deep.yaml
  countersign: tests/bad/deep.yaml:1:27: nested too deeply; expected at most 16 levels
  exit 3
  $ refused tests/bad/list.yaml
  countersign: tests/bad/list.yaml:1:1: "an agreement" is a list; expected a mapping of keys to values
  exit 3
  $ refused tests/bad/empty.yaml
  countersign: tests/bad/empty.yaml:1:1: the file is empty; expected an agreement
  exit 3
  $ refused tests/bad/remark-only.yaml
  countersign: tests/bad/remark-only.yaml:1:1: the file is empty; expected an agreement
  exit 3

Bytes that are not text, and text that would act on a terminal.

  $ refused tests/bad/latin-1.yaml
  countersign: tests/bad/latin-1.yaml:2:11: byte 0xe9 is not UTF-8; expected UTF-8 text
  exit 3
  $ refused tests/bad/overlong.yaml
  countersign: tests/bad/overlong.yaml:2:10: byte 0xc0 is not UTF-8; expected UTF-8 text
  exit 3
  $ refused tests/bad/zero-byte.yaml
  countersign: tests/bad/zero-byte.yaml:2:10: a zero byte; expected text
  exit 3
  $ refused tests/bad/escape-in-key.yaml
  countersign: tests/bad/escape-in-key.yaml:2:1: a value with a control or format character; expected text
  exit 3
  $ refused tests/bad/raw-escape-in-key.yaml
  countersign: tests/bad/raw-escape-in-key.yaml:2:1: a value with a control or format character; expected text
  exit 3
  $ refused tests/bad/escape-in-text.yaml
  countersign: tests/bad/escape-in-text.yaml:2:8: a value with a control or format character; expected text
  exit 3
  $ refused tests/bad/zero-in-text.yaml
  countersign: tests/bad/zero-in-text.yaml:2:8: a value with a control or format character; expected text
  exit 3

Files that are not there, no files, or far too large.

  $ refused tests/bad/nothing-here.yaml
  countersign: tests/bad/nothing-here.yaml: cannot be opened: No such file or directory
  exit 3
  $ refused tests/bad
  countersign: tests/bad: cannot be read: Is a directory
  exit 3
  $ truncate -s 100M "$CRAMTMP/large.yaml" && (cd "$CRAMTMP" && refused large.yaml)
  countersign: large.yaml:1:1: the file is too large; expected at most 256 KiB
  exit 3
  $ head -c 100000000 /dev/zero | tr '\0' a | refused -
  countersign: <standard input>:1:1: the file is too large; expected at most 256 KiB
  exit 3
  $ seq -f 'k%.0f: 1' 100000 >"$CRAMTMP/keys.yaml" && (cd "$CRAMTMP" && refused keys.yaml)
  countersign: keys.yaml:1:1: the file is too large; expected at most 256 KiB
  exit 3
  $ seq -f 'k%.0f: 1' 20000 >"$CRAMTMP/keys.yaml" && (cd "$CRAMTMP" && refused keys.yaml)
  countersign: keys.yaml:1:1: "k1" is not a key of an agreement; expected one of agreement, title, short-title, form, summary, signed, sources, parties, term, facilities, items, counts, limits, exchanges, notifications, inspections, eliminations, obligations
  exit 3
  $ (sed '/^parties/d' tests/bad/good.yaml; echo parties:; seq -f '  p%.0f: {name: x}' 9000; echo '  p1: {name: x}') >"$CRAMTMP/keys.yaml" && (cd "$CRAMTMP" && refused keys.yaml)
  countersign: keys.yaml:9011:3: "p1" is there twice; expected each identifier once
  exit 3

"check" goes on to the next file, and says which are well.

  $ countersign treaty check tests/bad/missing-key.yaml tests/bad/good.yaml tests/bad/empty.yaml
  countersign: tests/bad/missing-key.yaml:10:12: a limit has no "at-most"; expected this key
  countersign: tests/bad/empty.yaml:1:1: the file is empty; expected an agreement
  tests/bad/good.yaml: bad, 1 rule, all well
  [3]
