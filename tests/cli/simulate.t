Simulations: a year of an agreement, played many times.

  $ . "$TESTDIR/setup.sh"
  $ scenario=scenarios/forty-warheads.yaml
  $ simulate() { countersign simulate --treaty treaties/freeze-2020-us.yaml --scenario $scenario "$@"; }
  $ countersign simulate --help
  countersign simulate - play a year of an agreement many times, with and without cheating
  
  Usage: countersign simulate [options]
  
  Options:
    --treaty FILE           the agreement (YAML)
    --scenario FILE         facilities, ways to cheat and assumptions (YAML): see
                            countersign-scenario(5)
    --trials N              how often each violation is played; otherwise 100000
    --seed N                what all random numbers follow from; otherwise 1
    --threads N             how many threads play; otherwise one for each processor
    --plot FILE.svg         also draw detection over time, a line a violation
    --json                  one JSON object, for programs
    --schema                without files: print the JSON Schema of scenario files, for
                            editors
    --help                  this help
  
  The result depends on agreement, scenario, trials and seed, not on threads.
  
  Example:
    countersign simulate --treaty treaties/freeze-2020-us.yaml --scenario scenarios/forty-warheads.yaml

The whole report. Its numbers are any seed's (compare.t has them); here they are hidden.

  $ hidden() { sed -E 's/\b[01]\.[0-9]{6}/########/g; /####/s/ +[0-9]+$/  ###/; s/(raised) [0-9.]+/\1 #/'; }
  $ simulate | hidden
  Forty warheads too many under freeze-2020-us: 365 days from 2021-02-05, 100,000 trials of each
    violation, seed 1
  
  Assumed, and nobody's fact
    - the party has the 24 facilities of ../data/exercise-facilities.csv, with 6,500 items
    - a visit looks at 100 items of the facility, drawn at random; a look misses an item in violation
      with probability 0.02, and a false identifier with probability 0.3
    - a look at a sound item raises an alarm with probability 1e-05; a visit is put off for an honest
      reason with probability 0.005
    - all visits that quotas allow are made, on random days; each draw is from all places, and no
      place is designated twice in the period of a quota
    - designated visits go to places that are chosen evenly
    - in 96 hours after a visit is announced, evidence is taken away with probability one half
    - the place of a drawn visit is known 24 hours before it
    - the party makes 100 moves a year; a notification, or an exchange, is late by mistake with
      probability 0.002
    - national means see covert-production 0.1 times a year, hidden-transfer 0.1 times a year,
      spoofed-identifiers 0.02 times a year, refused-inspections 0.1 times a year, slow-breakout 0.1
      times a year
    - a visit takes 30 inspector-days
  
  Violations
    stored: forty warheads more than declared, at two storage sites (covert-production)
    deployed: forty warheads more than declared on missiles at four bases (covert-production)
    moved: forty warheads taken from one storage site to a place that nobody declares
      (hidden-transfer)
    spoofed: forty warheads with the tags of others, at four storage sites (spoofed-identifiers)
    late: one move in twenty notified ten days too late (late-notifications)
    refused: forty warheads at one storage site, to which four of five visits are refused
      (refused-inspections)
    breakout: forty warheads made little by little over the year, at four storage sites
      (slow-breakout)
  
  Noticed by the end of day
                             91       182       273       365  95 % interval at end  half of them
    stored             ########  ########  ########  ########  ######## to ########  ###
    deployed           ########  ########  ########  ########  ######## to ########  ###
    moved              ########  ########  ########  ########  ######## to ########  ###
    spoofed            ########  ########  ########  ########  ######## to ########  ###
    late               ########  ########  ########  ########  ######## to ########  ###
    refused            ########  ########  ########  ########  ######## to ########  ###
    breakout           ########  ########  ########  ########  ######## to ########  ###
    an honest party    ########  ########  ########  ########  ######## to ########  ###
  
  Noticed first by
                               drawn     designated        refusal       deadline national-means
    stored                  ########       ########       ########       ########       ########
    deployed                ########       ########       ########       ########       ########
    moved                   ########       ########       ########       ########       ########
    spoofed                 ########       ########       ########       ########       ########
    late                    ########       ########       ########       ########       ########
    refused                 ########       ########       ########       ########       ########
    breakout                ########       ########       ########       ########       ########
    an honest party         ########       ########       ########       ########       ########
  
  Against an honest party an alarm is raised # times in the mean. There are 18 visits, which take
  540 inspector-days.

An agreement that limits no such items sees what national means see, and says why; so does one without inspections.

  $ for treaty in new-start freeze-2020-ru; do countersign simulate --treaty treaties/$treaty.yaml --scenario $scenario --trials 1000 | sed -n '/^Violations/,/^$/p'; done
  Violations
    stored: forty warheads more than declared, at two storage sites (covert-production); this
      agreement has no such items
    deployed: forty warheads more than declared on missiles at four bases (covert-production)
    moved: forty warheads taken from one storage site to a place that nobody declares
      (hidden-transfer); this agreement has no such items
    spoofed: forty warheads with the tags of others, at four storage sites (spoofed-identifiers); this
      agreement has no such items
    late: one move in twenty notified ten days too late (late-notifications); this agreement has no
      such items
    refused: forty warheads at one storage site, to which four of five visits are refused
      (refused-inspections); this agreement has no such items
    breakout: forty warheads made little by little over the year, at four storage sites
      (slow-breakout); this agreement has no such items
  
  Violations
    stored: forty warheads more than declared, at two storage sites (covert-production); this
      agreement has no inspections
    deployed: forty warheads more than declared on missiles at four bases (covert-production); this
      agreement has no inspections
    moved: forty warheads taken from one storage site to a place that nobody declares
      (hidden-transfer); this agreement has no inspections
    spoofed: forty warheads with the tags of others, at four storage sites (spoofed-identifiers); this
      agreement has no inspections
    late: one move in twenty notified ten days too late (late-notifications); no notification of these
      items has a deadline
    refused: forty warheads at one storage site, to which four of five visits are refused
      (refused-inspections); this agreement has no inspections
    breakout: forty warheads made little by little over the year, at four storage sites
      (slow-breakout); this agreement has no inspections
  

It does not matter how many threads play, nor does --plot; another seed, or more trials, matter.

  $ simulate --trials 20000 --json --threads 1 >"$CRAMTMP/one.json"
  $ simulate --trials 20000 --json --threads 2 --plot "$CRAMTMP/plot.svg" | cmp - "$CRAMTMP/one.json"
  $ simulate --trials 20000 --json --threads 7 --seed 1 | cmp - "$CRAMTMP/one.json"
  $ simulate --trials 20000 --json --seed 2 | cmp -s - "$CRAMTMP/one.json"
  [1]
  $ simulate --trials 20001 --json | cmp -s - "$CRAMTMP/one.json"
  [1]

JSON: which members there are, that shares add up, and that time does not take back what was noticed.

  $ cat >"$CRAMTMP/look.py" <<'END'
  > import json, sys
  > s = json.load(open(sys.argv[1], encoding="utf-8"))
  > print(*s)
  > print(*s["scenario"], *s["scenario"]["assumed"])
  > print(*s["violations"][0])
  > print(*s["honest"])
  > print(s["agreement"], s["trials"], s["seed"], [v["violation"] for v in s["violations"]])
  > for c in s["violations"] + [s["honest"]]:
  >     noticed, curve = c["noticed"], c["curve"]
  >     assert noticed["low"] <= noticed["value"] <= noticed["high"]
  >     assert abs(sum(c["first_by"].values()) - noticed["value"]) < 1e-9
  >     assert curve[-1] == [c["days"], noticed["value"], noticed["low"], noticed["high"]] and len(curve) <= 61
  >     assert all(a[0] < b[0] and a[1] <= b[1] for a, b in zip(curve, curve[1:]))
  >     assert set(c["first_by"]) == {"drawn", "designated", "refusal", "deadline", "exchange", "national-means"}
  > assert s["inspector_days"] == 30 * s["honest"]["visits"] == 540
  > END
  $ /usr/bin/python3 "$CRAMTMP/look.py" "$CRAMTMP/one.json"
  agreement scenario trials seed violations honest inspector_days
  scenario title facilities assumed looks miss spoof_miss false_alarm defer hiding draw_notice repeats designates moves clerical inspector_days national_means
  from days visits noticed first_by mean_day median_day curve violation name strategy limited note
  from days visits noticed first_by mean_day median_day curve alarms
  freeze-2020-us 20000 1 ['stored', 'deployed', 'moved', 'spoofed', 'late', 'refused', 'breakout']

A plot: XML, a line and a band for each violation, and nothing from outside.

  $ /usr/bin/python3 - "$CRAMTMP/plot.svg" <<'END'
  > import sys, xml.etree.ElementTree as tree
  > root = tree.parse(sys.argv[1]).getroot()
  > print(root.tag, [len(root.findall(f".//{{*}}{name}")) for name in ("polyline", "path", "image", "script")])
  > END
  {http://www.w3.org/2000/svg}svg [7, 7, 0, 0]
  $ grep -o '<title>.*</title>' "$CRAMTMP/plot.svg"
  <title>Forty warheads too many under freeze-2020-us</title>
  $ simulate --trials 10 --plot "$CRAMTMP/no/such/folder.svg" 2>&1 | sed "s|$CRAMTMP/||"
  countersign: no/such/folder.svg: cannot be written: No such file or directory

A party that declares what it should not have; violations everywhere, after the end of the term, and of nothing. Standard
input is a file, too, and here every number is sure.

  $ countersign simulate --treaty treaties/freeze-2020-us.yaml --scenario - --trials 1000 <<'END' | sed -n '/^Violations/,/^Noticed first/p' | sed 's/ *[0-9-]*$//'
  > scenario: open
  > title: Open
  > length: 2 years
  > facilities: {kinds: {warhead-storage: {count: 10, items: 100}}}
  > assume: {repeats: always}
  > violations:
  >   declared: {strategy: slow-breakout, of: warhead, count: 3, over: 1 year, declared: true, begins: 2 months, undeclared: true}
  >   everywhere: {strategy: covert-production, of: warhead, count: 1000, places: 10}
  >   never: {strategy: hidden-transfer, of: [bomb, warhead], count: 100, begins: 13 months}
  >   late: {strategy: late-notifications, of: warhead, share: 0, late: 1}
  > END
  Violations
    declared: declared (slow-breakout); no visit goes to a place that nobody declares
    everywhere: everywhere (covert-production)
    never: never (hidden-transfer)
    late: late (late-notifications); no move is late
  
  Noticed by the end of day
                            182       365       547       730  95 % interval at end  half of them
    declared           1.000000  1.000000  1.000000  1.000000  0.996173 to 1.000000
    everywhere         1.000000  1.000000  1.000000  1.000000  0.996173 to 1.000000
    never              0.000000  0.000000  0.000000  0.000000  0.000000 to 0.003827
    late               0.000000  0.000000  0.000000  0.000000  0.000000 to 0.003827
    an honest party    0.000000  0.000000  0.000000  0.000000  0.000000 to 0.003827
  
  Noticed first by

A limit that has ended binds nothing, nor does one of an agreement that has.

  $ cat >"$CRAMTMP/until.yaml" <<'END'
  > agreement: until
  > title: A limit of five years in a term of ten
  > form: Draft
  > parties: {A: {name: Arland}, B: {name: Borland}}
  > term: {entry-into-force: 2000-01-01, duration: 10 years, article: X}
  > items: {warhead: {name: warheads, article: X, states: {stored: {article: X}}}}
  > counts: {all: {name: all, article: X, sum: [{item: warhead, states: [stored]}]}}
  > limits: {ceiling: {count: all, at-most: 5, until: 2005-01-01, article: X}}
  > inspections: {visit: {name: Visit, purpose: look, conduct: 5, per: treaty year, article: X}}
  > END
  $ for from in 2004-07-01 2005-01-01 2011-01-01; do
  >   printf '%s\n' 'scenario: s' 'title: S' "from: $from" 'length: 6 months' 'facilities: {kinds: {store: {count: 1, items: 5}}}' \
  >     'assume: {}' 'violations: {v: {strategy: covert-production, of: warhead, count: 1}}' |
  >     countersign simulate --treaty "$CRAMTMP/until.yaml" --scenario - --trials 10 | grep -E '^  v: '
  > done
    v: v (covert-production)
    v: v (covert-production); this agreement limits no such items in that time
    v: v (covert-production); this agreement limits no such items in that time

What cannot be played is refused (bad-scenario.t has the rest); nothing is printed then.

  $ simulate --trials 0
  countersign simulate: --trials is given "0", which is too small; expected a whole number from 1 to 1,000,000,000,000
  countersign: hint: see "countersign simulate --help"
  [2]
  $ simulate --threads two
  countersign simulate: --threads is given "two", which is not a whole number; expected a whole number from 1 to 256
  countersign: hint: see "countersign simulate --help"
  [2]
  $ countersign simulate
  countersign simulate: --treaty is missing; expected --treaty FILE and --scenario FILE
  countersign: hint: see "countersign simulate --help"
  [2]
  $ countersign simulate --scenario $scenario
  countersign simulate: --treaty is missing; expected --treaty FILE and --scenario FILE
  countersign: hint: see "countersign simulate --help"
  [2]
  $ countersign simulate --treaty treaties/freeze-2020-us.yaml
  countersign simulate: --scenario is missing; expected --treaty FILE and --scenario FILE
  countersign: hint: see "countersign simulate --help"
  [2]
  $ countersign simulate --treaty - --scenario -
  countersign simulate: 2 of the files are "-", and standard input can be read only once; expected names for the others
  countersign: hint: see "countersign simulate --help"
  [2]
  $ countersign simulate --treaty treaties/nothing.yaml --scenario $scenario
  countersign: treaties/nothing.yaml: cannot be opened: No such file or directory
  [3]
  $ countersign simulate --treaty $scenario --scenario $scenario
  countersign: scenarios/forty-warheads.yaml:6:1: "scenario" is not a key of an agreement; expected one of agreement, title, short-title, form, summary, signed, sources, parties, term, facilities, items, counts, limits, exchanges, notifications, inspections, eliminations, obligations
  [3]
  $ countersign simulate --treaty treaties/freeze-2020-us.yaml --scenario treaties/new-start.yaml
  countersign: treaties/new-start.yaml:7:1: "agreement" is not a key of a scenario; expected one of scenario, title, summary, sources, party, from, length, facilities, assume, violations
  [3]
  $ sed 's/^party: RU/party: CN/; s|\.\./data|'"$PWD"'/data|' $scenario >"$CRAMTMP/china.yaml"
  $ countersign simulate --treaty treaties/freeze-2020-us.yaml --scenario "$CRAMTMP/china.yaml" 2>&1 | sed "s|$CRAMTMP/||"
  countersign: china.yaml:13:8: "party" is "CN", which is no party of freeze-2020-us; expected one like "US"
  $ simulate extra
  countersign simulate: "extra" is one argument too many
  countersign: hint: see "countersign simulate --help"
  [2]
  $ simulate --trials 10 >/dev/full
  countersign: <standard output>: cannot be written: No space left on device
  [4]

What is written takes the place of a plain file: not of what a link points from, not of a pipe, and not of what is read.

  $ plot() { countersign simulate --treaty treaties/new-start.yaml --scenario scenarios/forty-warheads.yaml --trials 100 --plot "$@" >/dev/null; }
  $ cd "$CRAMTMP" && mkfifo pipe && ln -s target.svg link && : >target.svg && cd - >/dev/null
  $ head -c 4 "$CRAMTMP/pipe" >"$CRAMTMP/head" & plot "$CRAMTMP/pipe" 2>/dev/null; wait; cat "$CRAMTMP/head"; test -p "$CRAMTMP/pipe"
  <svg (no-eol)
  $ plot "$CRAMTMP/link"; test -L "$CRAMTMP/link" && head -c 4 "$CRAMTMP/target.svg"
  <svg (no-eol)
  $ plot ./treaties/../treaties/new-start.yaml
  countersign simulate: --plot is the file that --treaty reads; expected another
  countersign: hint: see "countersign simulate --help"
  [2]
  $ plot -
  countersign simulate: --plot is given "-"; expected the name of a file
  countersign: hint: see "countersign simulate --help"
  [2]
  $ countersign treaty compare treaties/new-start.yaml treaties/freeze-seals.yaml --scenario scenarios/forty-warheads.yaml --plot treaties/freeze-seals.yaml
  countersign treaty compare: --plot is a file that is read; expected another
  countersign: hint: see "countersign treaty compare --help"
  [2]
