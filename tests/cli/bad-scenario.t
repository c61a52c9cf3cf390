Scenarios that are refused: standard error says where, what, and what was expected; nothing is played, and nothing is on
standard output.

  $ . "$TESTDIR/setup.sh"
  $ cp tests/bad/good.yaml "$CRAMTMP"
  $ simulate() { (cd "$CRAMTMP" && countersign simulate --treaty good.yaml --scenario x.yaml "$@"); echo "exit $?"; }
  $ refused() { sed "$@" tests/bad/scenario.yaml >"$CRAMTMP/x.yaml"; simulate; }

As it is, it can be played.

  $ refused '' | head -n 1
  A bad scenario under bad: 365 days from 2001-01-01, 100,000 trials of each violation, seed 1

The file.

  $ refused 's/title/titel/'
  countersign: x.yaml:2:1: "titel" is not a key of a scenario; expected one of scenario, title, summary, sources, party, from, length, facilities, assume, violations
  countersign: hint: did you mean "title"?
  exit 3
  $ refused '/^title/d'
  countersign: x.yaml:1:1: a scenario has no "title"; expected this key
  exit 3
  $ refused 's/^title.*/title:/'
  countersign: x.yaml:2:1: "title" is empty; expected a single value
  exit 3
  $ refused 's/^title.*/title: [a, list]/'
  countersign: x.yaml:2:8: "title" is a list; expected a single value
  exit 3
  $ refused 's/^title.*/&\ntitle: Again/'
  countersign: x.yaml:3:1: "title" is there twice; expected each key once
  exit 3
  $ refused '/^violations/,$d'
  countersign: x.yaml:1:1: a scenario has no "violations"; expected this key
  exit 3
  $ refused 's/^party.*/from: 2001-02-29/'
  countersign: x.yaml:3:7: "2001-02-29" is not a date; expected a day that exists, as YYYY-MM-DD
  exit 3
  $ refused 's/1 year/a year/'
  countersign: x.yaml:4:9: "a year" is not a time; expected one like "48 hours" or "1 year"
  exit 3
  $ refused 's/1 year/36 hours/'
  countersign: x.yaml:4:9: "length" is 36 hours; expected 1 day to 20 years, in days, months or years
  exit 3
  $ refused 's/1 year/21 years/'
  countersign: x.yaml:4:9: "length" is 21 years; expected 1 day to 20 years
  exit 3
  $ refused 's/1 year/0 days/'
  countersign: x.yaml:4:9: "length" is 0 days; expected 1 day to 20 years
  exit 3
  $ refused 's/^party.*/from: 9999-12-31/'
  countersign: x.yaml:4:9: no day is left to play before the calendar ends; expected an earlier "from"
  exit 3
  $ : >"$CRAMTMP/x.yaml"; simulate
  countersign: x.yaml:1:1: the file is empty; expected a scenario
  exit 3
  $ echo '- a list' >"$CRAMTMP/x.yaml"; simulate
  countersign: x.yaml:1:1: a scenario is a list; expected a mapping of keys to values
  exit 3
  $ rm "$CRAMTMP/x.yaml"; simulate
  countersign: x.yaml: cannot be opened: No such file or directory
  exit 3
  $ head -c 262145 /dev/zero | tr '\0' '#' >"$CRAMTMP/x.yaml"; simulate
  countersign: x.yaml:1:1: the file is too large; expected at most 256 KiB
  exit 3
  $ printf 'title: \377' >"$CRAMTMP/x.yaml"; simulate
  countersign: x.yaml:1:8: byte 0xff is not UTF-8; expected UTF-8 text
  exit 3

Facilities.

  $ refused 's/  kinds.*/  {}/'
  countersign: x.yaml:6:3: there are no facilities; expected "file" or "kinds"
  exit 3
  $ refused 's/  kinds.*/  kinds: {}/'
  countersign: x.yaml:6:10: "kinds" is empty; expected a mapping of identifiers to mappings
  exit 3
  $ refused 's/  kinds.*/  kinds: 4/'
  countersign: x.yaml:6:10: "kinds" is a single value; expected a mapping of identifiers to mappings
  exit 3
  $ refused 's/  kinds.*/  kinds: {store: {count: 4}}/'
  countersign: x.yaml:6:18: "store" has no number; expected "count" and "items"
  exit 3
  $ refused 's/  kinds.*/  kinds: {store: }/'
  countersign: x.yaml:6:11: a kind of facilities is empty; expected a mapping of keys to values
  exit 3
  $ refused 's/^  kinds.*/  kinds: [store]/'
  countersign: x.yaml:6:10: "kinds" is a list; expected a mapping of identifiers to mappings
  exit 3
  $ refused 's/count: 4/count: 0/'
  countersign: x.yaml:6:10: 0 facilities are too few; expected 1 to 1000
  exit 3
  $ refused 's/count: 4/count: 1001/'
  countersign: x.yaml:6:10: 1001 facilities are too many; expected 1 to 1000
  exit 3
  $ refused 's/count: 4/count: 1000001/'
  countersign: x.yaml:6:26: "1000001" is too large; expected at most 1000000
  exit 3
  $ refused 's/count: 4/count: -4/'
  countersign: x.yaml:6:26: "-4" is negative; expected a whole number from 0 on
  exit 3
  $ refused 's/items: 10/items: many/'
  countersign: x.yaml:6:36: "many" is not a whole number; expected a whole number from 0 on
  exit 3
  $ refused 's/also:/alias:/'
  countersign: x.yaml:6:40: "alias" is not a key of a kind of facilities; expected one of count, items, also
  exit 3
  $ refused 's/  kinds.*/  kinds: {store: {count: 1, items: 1}, store: {count: 2, items: 2}}/'
  countersign: x.yaml:6:40: "store" is there twice; expected each once
  exit 3
  $ refused 's/  kinds/  party: A\n&/'
  countersign: x.yaml:6:10: "A" chooses rows of a table that is not named; expected "file" beside "party"
  exit 3

A table of facilities, looked for from the folder of the scenario.

  $ table() { printf '%s\n' "$@" >"$CRAMTMP/places.csv"; refused 's/  kinds.*/  {file: places.csv, party: A}/'; }
  $ refused 's/  kinds.*/  file: nothing.csv/'
  countersign: nothing.csv: cannot be opened: No such file or directory
  exit 3
  $ table
  countersign: places.csv: there is no facility of A; expected a row for each
  exit 3
  $ table facility,kind,party 'One,store,A'
  countersign: places.csv:1:1: there is no column "items"; expected facility,kind,items and, where wanted, weight
  exit 3
  $ table facility,kind,items 'One,store,10'
  countersign: places.csv:1:1: there is no column "party"; expected one that tells the facilities of A from others
  exit 3
  $ table facility,kind,items,party
  countersign: places.csv: there is no facility of A; expected a row for each
  exit 3
  $ table facility,kind,items,party One,store,10,B
  countersign: places.csv: there is no facility of A; expected a row for each
  exit 3
  $ table facility,kind,items,party One,store,ten,A
  countersign: places.csv:2:11: "ten" is not a whole number; expected a whole number
  exit 3
  $ table facility,kind,items,party One,store,1000000001,A
  countersign: places.csv:2:11: "1000000001" items are too many; expected at most 1,000,000,000
  exit 3
  $ table facility,kind,items,party One,store,1,A One,store,1,A
  countersign: places.csv:3:1: the facility "One" is there twice; expected a row for each
  exit 3
  $ table facility,kind,items,party,weight One,store,1,A,0
  countersign: places.csv:2:15: "0" is not a weight; expected a number from 0.000001 to 1000000
  exit 3
  $ table facility,kinds,items,party One,store,1,A
  countersign: places.csv:1:10: "kinds" is not a column; did you mean "kind"?
  exit 3
  $ table facility,kind,items,party One,store
  countersign: places.csv:2:10: the row has 2 fields; expected 4, as in the header
  exit 3
  $ { echo facility,kind,items,party; seq 1001 | sed 's/$/,store,1,A/'; } >"$CRAMTMP/rows"; table "$(cat "$CRAMTMP/rows")"
  countersign: places.csv:1002:1: too many facilities; expected at most 1000
  exit 3
  $ printf 'facility,kind,items\nOne,store,10\n' >"$CRAMTMP/places.csv"
  $ refused 's/  kinds/  file: places.csv\n&/'
  countersign: x.yaml:7:26: "store" is counted here and in the table of facilities; expected one of them
  exit 3

Assumptions: numbers that cannot be.

  $ assumed() { refused "s/^assume.*/assume: {$1}/"; }
  $ assumed 'miss: 1.01'
  countersign: x.yaml:7:16: "1.01" is not what "miss" can be; expected a number from 0 to 1
  exit 3
  $ assumed 'miss: -0.1'
  countersign: x.yaml:7:16: "-0.1" is not what "miss" can be; expected a number from 0 to 1
  exit 3
  $ assumed 'miss: nan'
  countersign: x.yaml:7:16: "nan" is not what "miss" can be; expected a number from 0 to 1
  exit 3
  $ assumed 'miss: few'
  countersign: x.yaml:7:16: "few" is not what "miss" can be; expected a number from 0 to 1
  exit 3
  $ assumed 'miss: 0.1, miss: 0.2'
  countersign: x.yaml:7:21: "miss" is there twice; expected each key once
  exit 3
  $ assumed 'spoof-miss: 2'
  countersign: x.yaml:7:22: "2" is not what "spoof-miss" can be; expected a number from 0 to 1
  exit 3
  $ assumed 'false-alarm: 0.6'
  countersign: x.yaml:7:23: "0.6" is not what "false-alarm" can be; expected a number from 0 to 0.5
  exit 3
  $ assumed 'clerical: 1e1'
  countersign: x.yaml:7:20: "1e1" is not what "clerical" can be; expected a number from 0 to 1
  exit 3
  $ assumed 'defer: 1.5'
  countersign: x.yaml:7:17: "1.5" is not what "defer" can be; expected a number from 0 to 1
  exit 3
  $ assumed 'moves: 1000001'
  countersign: x.yaml:7:17: "1000001" is not what "moves" can be; expected a number from 0 to 1000000
  exit 3
  $ assumed 'inspector-days: 1e7'
  countersign: x.yaml:7:26: "1e7" is not what "inspector-days" can be; expected a number from 0 to 1000000
  exit 3
  $ assumed 'looks: 1.5'
  countersign: x.yaml:7:17: "1.5" is not a whole number; expected a whole number from 0 on
  exit 3
  $ assumed 'looks: 2000000'
  countersign: x.yaml:7:17: "2000000" is too large; expected at most 1000000
  exit 3
  $ assumed 'hiding: soon'
  countersign: x.yaml:7:18: "soon" is not a time; expected one like "48 hours" or "1 year"
  exit 3
  $ assumed 'draw-notice: 24h'
  countersign: x.yaml:7:23: "24h" is not a time; expected one like "48 hours" or "1 year"
  exit 3
  $ assumed 'repeats: sometimes'
  countersign: x.yaml:7:19: "sometimes" is not what "repeats" can be; expected drawn, never or always
  exit 3
  $ assumed 'designates: by weight'
  countersign: x.yaml:7:22: "by weight" is not what "designates" can be; expected evenly, items or weight
  exit 3
  $ assumed 'national-means: 0.5'
  countersign: x.yaml:7:26: "national-means" is a single value; expected a mapping of keys to values
  exit 3
  $ assumed 'national-means: {covert-production: 1001}'
  countersign: x.yaml:7:46: "1001" is not what "covert-production" can be; expected a number from 0 to 1000
  exit 3
  $ assumed 'national-means: {covert: 1}'
  countersign: x.yaml:7:27: "covert" is not a key of "national-means"; expected one of covert-production, hidden-transfer, spoofed-identifiers, late-notifications, refused-inspections, slow-breakout
  exit 3
  $ assumed 'mis: 0.1'
  countersign: x.yaml:7:10: "mis" is not a key of "assume"; expected one of looks, miss, spoof-miss, false-alarm, hiding, draw-notice, moves, clerical, defer, inspector-days, repeats, designates, national-means
  countersign: hint: did you mean "miss"?
  exit 3

Violations.

  $ violated() { refused "s/^  extra.*/  extra: {$1}/"; }
  $ refused 's/^  extra.*/  []/'
  countersign: x.yaml:9:3: "violations" is empty; expected a mapping of identifiers to mappings
  exit 3
  $ refused 's/^  extra.*/  {}/'
  countersign: x.yaml:9:3: "violations" is empty; expected a mapping of identifiers to mappings
  exit 3
  $ refused 's/^  extra/  "": {}\n&/'
  countersign: x.yaml:9:3: "violations" is empty; expected an identifier
  exit 3
  $ refused 's/^  extra.*/&\n&/'
  countersign: x.yaml:10:3: "extra" is there twice; expected each once
  exit 3
  $ refused "s/^  extra.*/$(seq 33 | sed 's/.*/  v&: {}\\n/' | tr -d '\n')/"
  countersign: x.yaml:9:3: "violations" has 33 entries; expected at most 32
  exit 3
  $ violated 'strategy: covert, count: 3, of: missile'
  countersign: x.yaml:9:21: "covert" is not what "strategy" can be; expected covert-production, hidden-transfer, spoofed-identifiers, late-notifications, refused-inspections or slow-breakout
  exit 3
  $ violated 'count: 3, of: missile'
  countersign: x.yaml:9:10: a violation has no "strategy"; expected this key
  exit 3
  $ violated 'strategy: covert-production, count: 3'
  countersign: x.yaml:9:10: a violation has no "of"; expected this key
  exit 3
  $ violated 'strategy: covert-production, of: missile'
  countersign: x.yaml:9:10: "extra" has no "count"; expected this key of covert-production
  exit 3
  $ violated 'strategy: slow-breakout, count: 3, of: missile'
  countersign: x.yaml:9:10: "extra" has no "over"; expected this key of slow-breakout
  exit 3
  $ violated 'strategy: refused-inspections, count: 3, of: missile'
  countersign: x.yaml:9:10: "extra" has no "refuses"; expected this key of refused-inspections
  exit 3
  $ violated 'strategy: late-notifications, share: 0.5, of: missile'
  countersign: x.yaml:9:10: "extra" has no "late"; expected this key of late-notifications
  exit 3
  $ violated 'strategy: late-notifications, share: 0.5, late: 0, of: missile'
  countersign: x.yaml:9:59: "0" days are not late; expected at least 1
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, share: 0.5'
  countersign: x.yaml:9:70: "extra" does not say how late the notifications are; expected "late" beside "share"
  exit 3
  $ violated 'strategy: covert-production, count: 0, of: missile'
  countersign: x.yaml:9:47: "extra" is a violation of no items; expected at least 1
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, places: 0'
  countersign: x.yaml:9:71: "extra" is spread over 0 places; expected at least 1, and at most as many as items
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, places: 4'
  countersign: x.yaml:9:71: "extra" is spread over 4 places; expected at least 1, and at most as many as items
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, places: 1001'
  countersign: x.yaml:9:71: "extra" is spread over 1001 places; expected at least 1, and at most as many as items
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: []'
  countersign: x.yaml:9:54: "of" is empty; expected a name or a list of names
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, at: stor'
  countersign: x.yaml:9:67: "stor" is no kind of these facilities; expected one that the table or "kinds" has
  countersign: hint: did you mean "store"?
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, at: [store, base]'
  countersign: x.yaml:9:75: "base" is no kind of these facilities; expected one that the table or "kinds" has
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, undeclared: perhaps'
  countersign: x.yaml:9:75: "perhaps" is neither yes nor no; expected true or false
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, placing: anywhere'
  countersign: x.yaml:9:72: "anywhere" is not what "placing" can be; expected random or least-visited
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, begins: 1 year'
  countersign: x.yaml:9:71: "extra" begins 1 year after the first day, when 1 year is over; expected a time that is played
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, begins-by: 13 months'
  countersign: x.yaml:9:74: "extra" begins 13 months after the first day, when 1 year is over; expected a time that is played
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, begins: 3 months, begins-by: 2 months'
  countersign: x.yaml:9:92: "begins-by" is 2 months, before "begins", which is 3 months; expected a later time
  exit 3
  $ violated 'strategy: refused-inspections, count: 3, of: missile, refuses: 1.2'
  countersign: x.yaml:9:74: "1.2" is not what "refuses" can be; expected a number from 0 to 1
  exit 3
  $ violated 'strategy: late-notifications, share: 5, late: 5, of: missile'
  countersign: x.yaml:9:48: "5" is not what "share" can be; expected a number from 0 to 1
  exit 3
  $ violated 'strategy: covert-production, count: 3, of: missile, amount: 3'
  countersign: x.yaml:9:63: "amount" is not a key of a violation; expected one of name, strategy, count, of, states, places, at, undeclared, declared, placing, begins, begins-by, over, refuses, share, late
  countersign: hint: did you mean "count"?
  exit 3

What the agreement does not allow for: places that hold too little, a party that it does not have, quotas that differ or
have no number, a term that begins when the calendar ends.

  $ violated 'strategy: hidden-transfer, count: 30, of: missile, places: 2'
  countersign: x.yaml:9:10: "extra" needs 2 places that hold 15 items each, and there are 0; expected fewer items or more places
  exit 3
  $ violated 'strategy: covert-production, count: 30, of: missile, places: 5'
  countersign: x.yaml:9:10: "extra" needs 5 places, and there are 4; expected fewer, or other kinds
  exit 3
  $ violated 'strategy: spoofed-identifiers, count: 33, of: missile, places: 3'
  countersign: x.yaml:9:10: "extra" needs 3 places that hold 11 items each, and there are 0; expected fewer items or more places
  exit 3
  $ refused 's/^party.*/party: C/'
  countersign: x.yaml:3:8: "party" is "C", which is no party of bad; expected one like "A"
  exit 3
  $ cat >>"$CRAMTMP/good.yaml" <<END
  > inspections:
  >   visit: {name: Visit, purpose: look, conduct: {A: 1, B: 2}, per: term, article: X}
  > END
  $ refused '/^party/d'
  countersign: x.yaml:1:1: the quotas of "visit" in bad differ between parties; expected "party", which is inspected
  exit 3
  $ sed -i 's/{A: 1, B: 2}/baseline/' "$CRAMTMP/good.yaml"; refused ''
  countersign: good.yaml:12:3: "visit" has no quota to play; expected one of at most 100000 visits
  exit 3
  $ sed -i 's/baseline/100001/' "$CRAMTMP/good.yaml"; refused ''
  countersign: good.yaml:12:3: "visit" has no quota to play; expected one of at most 100000 visits
  exit 3
  $ sed 's/2001-01-01/9999-12-31/; /^inspections/,$d' tests/bad/good.yaml >"$CRAMTMP/good.yaml"; refused ''
  countersign: good.yaml: no day is left to play before the calendar ends; expected an earlier term
  exit 3

How often it is played, and by whom.

  $ cp tests/bad/good.yaml tests/bad/scenario.yaml "$CRAMTMP"; mv "$CRAMTMP/scenario.yaml" "$CRAMTMP/x.yaml"
  $ simulate --trials 0
  countersign simulate: --trials is given "0", which is too small; expected a whole number from 1 to 1,000,000,000,000
  countersign: hint: see "countersign simulate --help"
  exit 2
  $ simulate --trials 1000000000000000000
  countersign simulate: --trials is given "1000000000000000000", which is too large; expected a whole number from 1 to 1,000,000,000,000
  countersign: hint: see "countersign simulate --help"
  exit 2
  $ simulate --trials -1
  countersign simulate: --trials is given "-1", which is negative; expected a whole number from 1 to 1,000,000,000,000
  countersign: hint: see "countersign simulate --help"
  exit 2
  $ simulate --trials 1e6
  countersign simulate: --trials is given "1e6", which is not a whole number; expected a whole number from 1 to 1,000,000,000,000
  countersign: hint: see "countersign simulate --help"
  exit 2
  $ simulate --threads 0
  countersign simulate: --threads is given "0", which is too small; expected a whole number from 1 to 256
  countersign: hint: see "countersign simulate --help"
  exit 2
  $ simulate --threads 257
  countersign simulate: --threads is given "257", which is too large; expected a whole number from 1 to 256
  countersign: hint: see "countersign simulate --help"
  exit 2
  $ simulate --seed -1
  countersign simulate: --seed is given "-1", which is negative; expected a whole number from 0 to 9,007,199,254,740,991
  countersign: hint: see "countersign simulate --help"
  exit 2
  $ simulate --seed 18446744073709551616
  countersign simulate: --seed is given "18446744073709551616", which is too large; expected a whole number from 0 to 9,007,199,254,740,991
  countersign: hint: see "countersign simulate --help"
  exit 2
