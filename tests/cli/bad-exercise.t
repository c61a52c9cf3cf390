Exercises that are refused: standard error says where, what, and what was expected; nothing is played, and nothing is on
standard output.

  $ . "$TESTDIR/setup.sh"
  $ cp tests/bad/good.yaml "$CRAMTMP"
  $ refused() { sed "$@" tests/bad/exercise.yaml >"$CRAMTMP/x.yaml"; (cd "$CRAMTMP" && countersign exercise x.yaml); echo "exit $?"; }

The file.

  $ refused 's/title/titel/'
  countersign: x.yaml:2:1: "titel" is not a key of an exercise; expected one of exercise, title, summary, sources, agreement, observer, seed, sync-every, end, holdings, actions
  countersign: hint: did you mean "title"?
  exit 3
  $ refused '/title/d'
  countersign: x.yaml:1:1: an exercise has no "title"; expected this key
  exit 3
  $ refused 's/A bad exercise/[a list]/'
  countersign: x.yaml:2:8: "title" is a list; expected a single value
  exit 3
  $ refused 's/good.yaml/nothing.yaml/'
  countersign: nothing.yaml: cannot be opened: No such file or directory
  exit 3
  $ refused 's/agreement: .*/&\nagreement: good.yaml/'
  countersign: x.yaml:4:1: "agreement" is there twice; expected each key once
  exit 3
  $ refused 's/agreement: .*/&\nobserver: perhaps/'
  countersign: x.yaml:4:11: "perhaps" is neither yes nor no; expected true or false
  exit 3
  $ refused 's/agreement: .*/&\nseed: -1/'
  countersign: x.yaml:4:7: "-1" is negative; expected a whole number from 0 on
  exit 3
  $ refused 's/agreement: .*/&\nend: 2001-02-30/'
  countersign: x.yaml:4:6: "2001-02-30" is not a date; expected a day that exists, as YYYY-MM-DD
  exit 3
  $ : >"$CRAMTMP/empty.yaml"; countersign exercise "$CRAMTMP/empty.yaml" 2>&1 | sed "s|$CRAMTMP/||"
  countersign: empty.yaml:1:1: the file is empty; expected an exercise

Holdings.

  $ refused 's/  A:/  C:/'
  countersign: x.yaml:5:3: "C" is no party of the agreement; expected one that the agreement defines
  exit 3
  $ refused 's/item: missile/item: missle/'
  countersign: x.yaml:6:7: "missle" is no item of the agreement; expected one that the agreement defines
  countersign: hint: did you mean "missile"?
  exit 3
  $ refused 's/state: deployed/state: launched/'
  countersign: x.yaml:6:7: "launched" is no state of this item; expected one that the agreement defines
  exit 3
  $ refused 's/count: 2}/count: two}/'
  countersign: x.yaml:6:58: "two" is not a whole number; expected a whole number from 0 on
  exit 3
  $ refused 's/count: 2}/count: 1000001}/'
  countersign: x.yaml:6:58: "1000001" is too large; expected at most 1000000
  exit 3
  $ refused 's/at: North, item/place: North, item/'
  countersign: x.yaml:6:8: "place" is not a key of a holding; expected one of at, item, state, type, count, identifiers, source
  exit 3
  $ refused 's/, count: 2}/}/'
  countersign: x.yaml:6:7: a holding has no "count"; expected this key
  exit 3

Actions.

  $ refused 's/do: move/do: mvoe/'
  countersign: x.yaml:8:27: "mvoe" is nothing that can be done; expected an action of countersign-exercise(5)
  countersign: hint: did you mean "move"?
  exit 3
  $ refused 's/do: move/do: invade/'
  countersign: x.yaml:8:27: "invade" is nothing that can be done; expected an action of countersign-exercise(5)
  exit 3
  $ refused 's/, do: move//'
  countersign: x.yaml:8:5: an action has no "do"; expected this key
  exit 3
  $ refused 's/by: A/by: C/'
  countersign: x.yaml:8:37: "C" is no party of the agreement; expected one that the agreement defines
  exit 3
  $ refused 's/by: A, //'
  countersign: x.yaml:8:5: "move" has no "by"; expected this key
  exit 3
  $ refused 's/count: 1}/count: 1, inspection: x}/'
  countersign: x.yaml:8:86: "inspection" is not a key of "move"; expected none but day, do, by, from, to, item, state, to-state, type, count, identifiers, date, notification, sealed, notify, claim and stated
  exit 3
  $ refused 's/count: 1}/count: 1, state: launched}/'
  countersign: x.yaml:8:81: "launched" is no state of this item; expected one that the agreement defines
  exit 3
  $ refused 's/day: 2001-01-02/day: yesterday/'
  countersign: x.yaml:8:11: "yesterday" is not a date; expected a day that exists, as YYYY-MM-DD
  exit 3
  $ refused 's/do: move.*/do: inspect, by: A, of: B, inspection: surprise}/'
  countersign: x.yaml:8:62: "surprise" is no inspection of the agreement; expected one that the agreement defines
  exit 3
  $ refused 's/do: move.*/do: inspect, by: A, of: B, inspection: surprise, refuse: all}/'
  countersign: x.yaml:8:80: "all" is not what "refuse" can be; expected commit, reveal, open or report
  exit 3
  $ refused 's/do: move.*/do: exhibit, by: A, statement: report, file: x}/'
  countersign: x.yaml:8:54: "report" is no kind of statement; expected one of countersign-statement(5)
  exit 3
  $ echo 'inspections: {visit: {name: a visit, chosen: designated, notice: 24 hours before, article: Article 4}}' >>"$CRAMTMP/good.yaml"
  $ refused 's/do: move.*/do: inspect, by: A, of: A, inspection: visit}/'
  countersign: x.yaml:8:47: "A" inspects itself; expected another party
  exit 3
  $ refused 's/do: move.*/do: inspect, by: [A, B], of: B, inspection: visit}/'
  countersign: x.yaml:8:40: 2 parties make one visit; expected one party
  exit 3
  $ refused 's/do: move.*/do: inspect, by: B, of: A, inspection: visit, at: Nort}/'
  countersign: x.yaml:8:73: A has no facility "Nort" in this exercise; expected one of its own, or one that it moves something to
  countersign: hint: did you mean "North"?
  exit 3
  $ refused 's/do: move.*/do: undeclare, by: A, at: Nowhere}/'
  countersign: x.yaml:8:49: A has no facility "Nowhere" in this exercise; expected one of its own, or one that it moves something to
  exit 3
  $ refused 's/from: North/from: West/'
  countersign: x.yaml:8:46: A has no facility "West" in this exercise; expected one of its own, or one that it moves something to
  exit 3
  $ refused 's/^  - .*/  now/'
  countersign: x.yaml:8:3: "actions" is a single value; expected a list of actions
  exit 3
