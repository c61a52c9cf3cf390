Holdings that are refused: standard error says where, what, and what was expected; the exit code is 3, and nothing is
on standard output.

  $ . "$TESTDIR/setup.sh"
  $ refused() { countersign assess --treaty tests/bad/good.yaml --at 2021-01-01 --holdings "$@" >"$CRAMTMP/out"; echo "exit $?"; test ! -s "$CRAMTMP/out" || cat "$CRAMTMP/out"; }

What is well is accepted.

  $ countersign assess --treaty tests/bad/good.yaml --at 2021-01-01 --holdings tests/bad/good.csv --csv | tail -n 1
  2002-01-01,A,ceiling,met,90,100,10,Article 3,tests/bad/good.csv:2,\r (esc)

Rows.

  $ refused tests/bad/no-such-day.csv
  countersign: tests/bad/no-such-day.csv:2:1: "2021-02-29" is not a date; expected a day that exists, as YYYY-MM-DD
  exit 3
  $ refused tests/bad/unknown-party.csv
  countersign: tests/bad/unknown-party.csv:3:12: "Atlantis" is not a party of the agreement; expected A, B
  exit 3
  $ refused tests/bad/twice.csv
  countersign: tests/bad/twice.csv:4:1: this row states the same party and date as tests/bad/twice.csv:2; expected one row for each
  exit 3
  $ refused tests/bad/good.csv --holdings tests/bad/good.csv
  countersign: tests/bad/good.csv:2:1: this row states the same party and date as tests/bad/good.csv:2; expected one row for each
  exit 3
  $ refused tests/bad/item-twice.csv
  countersign: tests/bad/item-twice.csv:4:14: this row states the same holding as tests/bad/item-twice.csv:2; expected one row for each
  exit 3
  $ refused tests/bad/negative-number.csv
  countersign: tests/bad/negative-number.csv:2:14: "-90" is negative; expected a whole number from 0 to 9007199254740991
  exit 3
  $ refused tests/bad/overflowing-number.csv
  countersign: tests/bad/overflowing-number.csv:2:14: "9007199254740992" is too large; expected a whole number from 0 to 9007199254740991
  exit 3
  $ refused tests/bad/overflowing-sum.csv
  countersign: tests/bad/overflowing-sum.csv:2:1: the holdings of A come to more missiles than can be; expected at most 9007199254740991
  exit 3
  $ refused tests/bad/not-a-number.csv
  countersign: tests/bad/not-a-number.csv:2:14: "1,550" is not a whole number; expected a whole number from 0 to 9007199254740991
  exit 3
  $ refused tests/bad/no-count.csv
  countersign: tests/bad/no-count.csv:2:31: "" is no number; expected a whole number; a holding that is not known has no row
  exit 3
  $ refused tests/bad/unknown-item.csv
  countersign: tests/bad/unknown-item.csv:2:14: "misile" is not an item of the agreement; expected missile
  countersign: hint: did you mean "missile"?
  exit 3
  $ refused tests/bad/unknown-state.csv
  countersign: tests/bad/unknown-state.csv:2:22: "hidden" is not a state of this item; expected deployed, stored
  exit 3
  $ refused tests/bad/unknown-way.csv
  countersign: tests/bad/unknown-way.csv:2:17: "mailed" does not say how the numbers were provided; expected exchanged or published
  exit 3

Columns.

  $ refused tests/bad/misspelt-count.csv
  countersign: tests/bad/misspelt-count.csv:1:12: "misiles" is almost a count of the agreement; expected missiles
  countersign: hint: did you mean "missiles"?
  exit 3
  $ refused tests/bad/misspelt-column.csv
  countersign: tests/bad/misspelt-column.csv:1:21: "recieved" is almost a column that has a meaning; expected date, party, provided, received, item, state, type, facility, identifier, count
  countersign: hint: did you mean "received"?
  exit 3
  $ refused tests/bad/no-party-column.csv
  countersign: tests/bad/no-party-column.csv:1:1: the header has no column "party"; expected it
  exit 3
  $ refused tests/bad/no-number-column.csv
  countersign: tests/bad/no-number-column.csv:1:1: the header has no column named after a count of bad, nor "item"; expected one such as "missiles"
  exit 3
  $ refused tests/bad/no-state-column.csv
  countersign: tests/bad/no-state-column.csv:1:1: the header has no column "state"; expected it
  exit 3
  $ refused tests/bad/items-and-totals.csv
  countersign: tests/bad/items-and-totals.csv:1:1: the header has both "item" and a column named after a count; expected one of the two
  exit 3
  $ refused tests/bad/column-twice.csv
  countersign: tests/bad/column-twice.csv:1:21: "missiles" is there twice; expected each column once
  exit 3
  $ refused tests/bad/many-columns.csv
  countersign: tests/bad/many-columns.csv:1:129: too many fields; expected at most 64
  exit 3

CSV that is broken.

  $ refused tests/bad/ragged.csv
  countersign: tests/bad/ragged.csv:3:13: the row has 2 fields; expected 3, as in the header
  exit 3
  $ refused tests/bad/truncated.csv
  countersign: tests/bad/truncated.csv:2:17: this quoted field has no end; expected a closing quote (is the file truncated?)
  exit 3
  $ refused tests/bad/text-after-quote.csv
  countersign: tests/bad/text-after-quote.csv:2:20: text after a closing quote; expected a comma or the end of the line
  exit 3
  $ refused tests/bad/quote-inside.csv
  countersign: tests/bad/quote-inside.csv:2:18: a quote inside a field that does not begin with one; expected the field in quotes, and its quotes doubled
  exit 3
  $ refused tests/bad/carriage-returns.csv
  countersign: tests/bad/carriage-returns.csv:1:20: a carriage return alone; expected the line to end with LF or CRLF
  exit 3
  $ refused tests/bad/latin-1.csv
  countersign: tests/bad/latin-1.csv:2:20: byte 0xe9 is not UTF-8; expected UTF-8 text
  exit 3
  $ refused tests/bad/empty.csv
  countersign: tests/bad/empty.csv:1:1: the file is empty; expected a header and rows
  exit 3
  $ refused tests/bad/escape-in-party.csv
  countersign: tests/bad/escape-in-party.csv:2:12: "\x1b[31mA" is not a party of the agreement; expected A, B
  exit 3

Files that are not there, no files, or far too large.

  $ refused tests/bad/nothing-here.csv
  countersign: tests/bad/nothing-here.csv: cannot be opened: No such file or directory
  exit 3
  $ refused tests/bad
  countersign: tests/bad: cannot be read: Is a directory
  exit 3
  $ truncate -s 100M "$CRAMTMP/large.csv" && ln -s "$PWD/tests" "$CRAMTMP/tests" && (cd "$CRAMTMP" && refused large.csv)
  countersign: large.csv:1:1: the file is too large; expected at most 64 MiB
  exit 3

A fault in the agreement comes first, and a chart is not begun.

  $ countersign assess --treaty tests/bad/missing-key.yaml --holdings tests/bad/empty.csv --plot "$CRAMTMP/a.svg"
  countersign: tests/bad/missing-key.yaml:10:12: a limit has no "at-most"; expected this key
  [3]
  $ refused tests/bad/twice.csv --plot "$CRAMTMP/a.svg"
  countersign: tests/bad/twice.csv:4:1: this row states the same party and date as tests/bad/twice.csv:2; expected one row for each
  exit 3
  $ test ! -e "$CRAMTMP/a.svg"
