Agreements side by side.

  $ . "$TESTDIR/setup.sh"
  $ proposals='treaties/freeze-2020-us.yaml treaties/freeze-2020-ru.yaml'
  $ compare() { countersign treaty compare $proposals "$@"; }
  $ countersign treaty compare --help
  countersign treaty compare - set agreements side by side, with what each would catch
  
  Usage: countersign treaty compare [options] FILE FILE...
  
  Options:
    --scenario FILE         also what each would catch of the violations of this scenario
                            (YAML): see countersign-scenario(5)
    --trials N              how often each violation is played; otherwise 100000
    --seed N                what all random numbers follow from; otherwise 1
    --threads N             how many threads play; otherwise one for each processor
    --plot FILE.svg         also draw detection over time, a line an agreement
    --markdown              tables in Markdown, for a paper
    --json                  one JSON object, for programs
    --help                  this help
  
  What a party gains and gives up is said for the first agreement beside each of the others, and the other way.
  
  Example:
    countersign treaty compare treaties/freeze-2020-us.yaml treaties/freeze-2020-ru.yaml \
      --scenario scenarios/forty-warheads.yaml --plot compare.svg

The two proposals of 2020, as they are.

  $ compare
                          freeze-2020-us                         freeze-2020-ru
    Limits                all nuclear warheads: at most as at    all nuclear warheads of the existing
                          the baseline                           arsenal: at most as at the baseline
    Items they count      nuclear warheads: deployed, stored,    nuclear warheads: existing
                          retired
    Term                  from 2021-02-05, 1 year                from 2021-02-05, 1 year
    Inspections           Drawn: 12 in the term, by a joint      none
                          draw, 24 hours notice; Designated: 6
                          in the term, where the inspecting
                          party chooses, 24 hours notice
    Places visited        warhead storage sites; operating       none
                          bases
    Identified items      nuclear warheads                       none
    Exchanges             sealed declaration of all warheads: 4  none
                          in the first year
    Notifications         a move of warheads between declared    none
                          facilities (5 days after)
    Numbers               sealed: all nuclear warheads           sealed: all nuclear warheads of the
                                                                 existing arsenal; but nothing is
                                                                 exchanged
    Further duties        Verification (3)                       Talks; Conditions
    Rules rest on         the press: 3; supposed by a draft: 4;  official descriptions: 3
                          not read yet: 1
  
  A party under freeze-2020-us, beside freeze-2020-ru
    gains    visits to the other side in a year: 18, not 0
             of these, to places that a joint draw chooses: 12, not 0
             kinds of facilities that may be visited: 2, not 0
             kinds of items that are told apart by identifiers: 1, not 0
             exchanges in the first year: 4, not 0
             totals that are sealed, and can be proven to keep their limits: 1, not 0
             kinds of events of which it is told: 1, not 0
             further duties that serve verification: 3, not 0
    gives up visits that it must admit in a year, each to a facility that it opens: 18, not 0
             kinds of events of which it must tell: 1, not 0
  
  A party under freeze-2020-ru, beside freeze-2020-us
    gains    visits that it must admit in a year, each to a facility that it opens: 0, not 18
             kinds of events of which it must tell: 0, not 1
    gives up visits to the other side in a year: 0, not 18
             of these, to places that a joint draw chooses: 0, not 12
             kinds of facilities that may be visited: 0, not 2
             kinds of items that are told apart by identifiers: 0, not 1
             exchanges in the first year: 0, not 4
             totals that are sealed, and can be proven to keep their limits: 0, not 1
             kinds of events of which it is told: 0, not 1
             further duties that serve verification: 0, not 3

With what each would catch, by the assumptions of a scenario: the words are those of any seed, the numbers are below.

  $ hidden() { sed -E 's/\b[01]\.[0-9]{4}( to|\)| \()/######\1/g; s/\b[01]\.[0-9]{2}$/####/; s/\b[01]\.[0-9]{2},/####,/; s/(party:) [0-9.]+, not [0-9.]+/\1 #, not #/'; }
  $ compare --scenario scenarios/forty-warheads.yaml --trials 20000 | sed -n '/^Noticed/,$p' | hidden
  Noticed by the end, with 95 % interval
                          freeze-2020-us                         freeze-2020-ru
    forty warheads more   ###### (###### to ######)              ###### (###### to ######); this
    than declared, at                                            agreement has no inspections
    two storage sites
    forty warheads more   ###### (###### to ######)              ###### (###### to ######); this
    than declared on                                             agreement has no inspections
    missiles at four
    bases
    forty warheads taken  ###### (###### to ######)              ###### (###### to ######); this
    from one storage                                             agreement has no inspections
    site to a place that
    nobody declares
    forty warheads with   ###### (###### to ######)              ###### (###### to ######); this
    the tags of others,                                          agreement has no inspections
    at four storage
    sites
    one move in twenty    ###### (###### to ######)              ###### (###### to ######); no
    notified ten days                                            notification of these items has a
    too late                                                     deadline
    forty warheads at     ###### (###### to ######)              ###### (###### to ######); this
    one storage site, to                                         agreement has no inspections
    which four of five
    visits are refused
    forty warheads made   ###### (###### to ######)              ###### (###### to ######); this
    little by little                                             agreement has no inspections
    over the year, at
    four storage sites
    an honest party       ###### (###### to ######)              ###### (###### to ######)
    visits,               18, 540                                0, 0
    inspector-days
  
  A party under freeze-2020-us, beside freeze-2020-ru
    gains    visits to the other side in a year: 18, not 0
             of these, to places that a joint draw chooses: 12, not 0
             kinds of facilities that may be visited: 2, not 0
             kinds of items that are told apart by identifiers: 1, not 0
             exchanges in the first year: 4, not 0
             totals that are sealed, and can be proven to keep their limits: 1, not 0
             kinds of events of which it is told: 1, not 0
             further duties that serve verification: 3, not 0
             forty warheads more than declared, at two storage sites: seen with probability ####, not
               ####
             forty warheads more than declared on missiles at four bases: seen with probability ####,
               not ####
             forty warheads taken from one storage site to a place that nobody declares: seen with
               probability ####, not ####
             forty warheads with the tags of others, at four storage sites: seen with probability
               ####, not ####
             one move in twenty notified ten days too late: seen with probability ####, not ####
             forty warheads at one storage site, to which four of five visits are refused: seen with
               probability ####, not ####
             forty warheads made little by little over the year, at four storage sites: seen with
               probability ####, not ####
    gives up visits that it must admit in a year, each to a facility that it opens: 18, not 0
             kinds of events of which it must tell: 1, not 0
             alarms against an honest party: #, not #
             days of work of inspectors: 540, not 0
  
  A party under freeze-2020-ru, beside freeze-2020-us
    gains    visits that it must admit in a year, each to a facility that it opens: 0, not 18
             kinds of events of which it must tell: 0, not 1
             alarms against an honest party: #, not #
             days of work of inspectors: 0, not 540
    gives up visits to the other side in a year: 0, not 18
             of these, to places that a joint draw chooses: 0, not 12
             kinds of facilities that may be visited: 0, not 2
             kinds of items that are told apart by identifiers: 0, not 1
             exchanges in the first year: 0, not 4
             totals that are sealed, and can be proven to keep their limits: 0, not 1
             kinds of events of which it is told: 0, not 1
             further duties that serve verification: 0, not 3
             forty warheads more than declared, at two storage sites: seen with probability ####, not
               ####
             forty warheads more than declared on missiles at four bases: seen with probability ####,
               not ####
             forty warheads taken from one storage site to a place that nobody declares: seen with
               probability ####, not ####
             forty warheads with the tags of others, at four storage sites: seen with probability
               ####, not ####
             one move in twenty notified ten days too late: seen with probability ####, not ####
             forty warheads at one storage site, to which four of five visits are refused: seen with
               probability ####, not ####
             forty warheads made little by little over the year, at four storage sites: seen with
               probability ####, not ####

Markdown: a table and lists, with a bar in no cell.

  $ compare --markdown
  |  | freeze-2020-us | freeze-2020-ru |
  | --- | --- | --- |
  | Limits | all nuclear warheads: at most as at the baseline | all nuclear warheads of the existing arsenal: at most as at the baseline |
  | Items they count | nuclear warheads: deployed, stored, retired | nuclear warheads: existing |
  | Term | from 2021-02-05, 1 year | from 2021-02-05, 1 year |
  | Inspections | Drawn: 12 in the term, by a joint draw, 24 hours notice; Designated: 6 in the term, where the inspecting party chooses, 24 hours notice | none |
  | Places visited | warhead storage sites; operating bases | none |
  | Identified items | nuclear warheads | none |
  | Exchanges | sealed declaration of all warheads: 4 in the first year | none |
  | Notifications | a move of warheads between declared facilities (5 days after) | none |
  | Numbers | sealed: all nuclear warheads | sealed: all nuclear warheads of the existing arsenal; but nothing is exchanged |
  | Further duties | Verification (3) | Talks; Conditions |
  | Rules rest on | the press: 3; supposed by a draft: 4; not read yet: 1 | official descriptions: 3 |
  
  **A party under freeze-2020-us, beside freeze-2020-ru**
  
  - gains: visits to the other side in a year: 18, not 0
  - gains: of these, to places that a joint draw chooses: 12, not 0
  - gains: kinds of facilities that may be visited: 2, not 0
  - gains: kinds of items that are told apart by identifiers: 1, not 0
  - gains: exchanges in the first year: 4, not 0
  - gains: totals that are sealed, and can be proven to keep their limits: 1, not 0
  - gains: kinds of events of which it is told: 1, not 0
  - gains: further duties that serve verification: 3, not 0
  - gives up: visits that it must admit in a year, each to a facility that it opens: 18, not 0
  - gives up: kinds of events of which it must tell: 1, not 0
  
  **A party under freeze-2020-ru, beside freeze-2020-us**
  
  - gives up: visits to the other side in a year: 0, not 18
  - gives up: of these, to places that a joint draw chooses: 0, not 12
  - gives up: kinds of facilities that may be visited: 0, not 2
  - gives up: kinds of items that are told apart by identifiers: 0, not 1
  - gives up: exchanges in the first year: 0, not 4
  - gives up: totals that are sealed, and can be proven to keep their limits: 0, not 1
  - gives up: kinds of events of which it is told: 0, not 1
  - gives up: further duties that serve verification: 0, not 3
  - gains: visits that it must admit in a year, each to a facility that it opens: 0, not 18
  - gains: kinds of events of which it must tell: 0, not 1
  $ compare --markdown --scenario scenarios/forty-warheads.yaml --trials 1000 | sed -n '/^| Noticed by/,/^$/p' | cut -d '|' -f 2
   Noticed by the end 
   --- 
   forty warheads more than declared, at two storage sites 
   forty warheads more than declared on missiles at four bases 
   forty warheads taken from one storage site to a place that nobody declares 
   forty warheads with the tags of others, at four storage sites 
   one move in twenty notified ten days too late 
   forty warheads at one storage site, to which four of five visits are refused 
   forty warheads made little by little over the year, at four storage sites 
   an honest party 
   visits, inspector-days 
  
  $ compare --markdown --scenario scenarios/forty-warheads.yaml --trials 1000 | sed 's/\\|//g' | grep '^|' | tr -dc '|\n' | sort -u
  ||||
  $ countersign treaty compare treaties/new-start.yaml treaties/new-start.yaml --markdown | tail -n 7
  **A party under treaties/new-start.yaml, beside treaties/new-start.yaml**
  
  No difference in these numbers.
  
  **A party under treaties/new-start.yaml, beside treaties/new-start.yaml**
  
  No difference in these numbers.

JSON: which members there are; what one position gains, the other gives up.

  $ all="treaties/freeze-2020-us.yaml treaties/freeze-seals.yaml treaties/new-start.yaml treaties/freeze-2020-ru.yaml treaties/freeze-trilateral.yaml"
  $ countersign treaty compare $all --scenario scenarios/forty-warheads.yaml --trials 5000 --threads 1 --json >"$CRAMTMP/one.json"
  $ countersign treaty compare $all --scenario scenarios/forty-warheads.yaml --trials 5000 --threads 2 --json --plot "$CRAMTMP/plot.svg" | cmp - "$CRAMTMP/one.json"
  $ countersign treaty compare $all --scenario scenarios/forty-warheads.yaml --trials 5000 --seed 2 --json | cmp -s - "$CRAMTMP/one.json"
  [1]
  $ cat >"$CRAMTMP/look.py" <<'END'
  > import json, sys
  > c = json.load(open(sys.argv[1], encoding="utf-8"))
  > print(*c, *c["agreements"][0])
  > print(*c["agreements"][0]["measures"])
  > for name, numbers in ((a["agreement"], a["numbers"]) for a in c["agreements"]):
  >     print(name, *numbers.values())
  > print(*c["agreements"][0]["numbers"])
  > print(*c["positions"][0], *c["positions"][0]["gains"][0])
  > for there, back in zip(c["positions"][::2], c["positions"][1::2]):
  >     assert (there["agreement"], there["beside"]) == (back["beside"], back["agreement"])
  >     assert {d["id"] for d in there["gains"]} & {d["id"] for d in there["gives_up"]} == set()
  >     for one, other in (("gains", "gives_up"), ("gives_up", "gains")):
  >         assert [(d["id"], d["own"], d["other"]) for d in there[one]] == [(d["id"], d["other"], d["own"]) for d in back[other]]
  > END
  $ /usr/bin/python3 "$CRAMTMP/look.py" "$CRAMTMP/one.json"
  agreements positions agreement title measures numbers simulation
  limits counted term inspections places identifiers exchanges notifications secrecy obligations basis
  freeze-2020-us 1.0 18.0 12.0 24.0 2.0 1.0 4.0 1.0 0.0 1.0 3.0 18.0 0.0 1.0
  freeze-seals 1.0 8.0 8.0 24.0 3.0 1.0 6.0 1.0 0.0 1.0 0.0 8.0 0.0 1.0
  new-start 6.0 18.0 0.0 32.0 10.0 3.0 2.0 0.0 3.0 17.0 0.0 18.0 3.0 17.0
  freeze-2020-ru 1.0 0.0 0.0 None 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0
  freeze-trilateral 1.0 6.0 4.0 24.0 3.0 1.0 5.0 1.0 0.0 5.0 3.0 6.0 0.0 5.0
  items-limited visits-made visits-drawn shortest-notice kinds-visited items-identified exchanges totals-proved totals-seen events-notified verification-duties visits-received totals-shown events-told
  agreement beside gains gives_up id name own other
  $ compare --json | grep -c '"simulation": null'
  2

What each would notice: these numbers, but for chance.

  $ cat >"$CRAMTMP/noticed.py" <<'END'
  > import json, sys
  > expected = {
  >     "freeze-2020-us": [0.80, 0.97, 0.47, 0.93, 0.99, 0.63, 0.90],
  >     "freeze-seals": [0.49, 0.73, 0.25, 0.63, 0.99, 0.35, 0.60],
  >     "new-start": [0.095, 0.99, 0.07, 0.02, 0, 0.095, 0.095],
  >     "freeze-2020-ru": [0.095, 0.095, 0.07, 0.02, 0, 0.095, 0.095],
  > }
  > for a in json.load(sys.stdin)["agreements"]:
  >     seen = [v["noticed"]["value"] for v in a["simulation"]["violations"]]
  >     print(a["agreement"], all(abs(s - e) < 0.01 for s, e in zip(seen, expected[a["agreement"]], strict=True)))
  > END
  $ countersign treaty compare ${all% *} --scenario scenarios/forty-warheads.yaml --trials 200000 --json | /usr/bin/python3 "$CRAMTMP/noticed.py"
  freeze-2020-us True
  freeze-seals True
  new-start True
  freeze-2020-ru True

The simulation of each is that of "countersign simulate".

  $ countersign simulate --treaty treaties/new-start.yaml --scenario scenarios/forty-warheads.yaml --trials 5000 --json >"$CRAMTMP/alone.json"
  $ /usr/bin/python3 -c 'import json, sys; a, b = (json.load(open(p)) for p in sys.argv[1:]); print(a["agreements"][2]["simulation"] == b)' "$CRAMTMP/one.json" "$CRAMTMP/alone.json"
  True

A plot has a panel for each violation, and a line in each for each agreement.

  $ /usr/bin/python3 - "$CRAMTMP/plot.svg" <<'END'
  > import sys, xml.etree.ElementTree as tree
  > root = tree.parse(sys.argv[1]).getroot()
  > print(root.tag, [len(root.findall(f".//{{*}}{name}")) for name in ("polyline", "path", "image", "script")])
  > print(*(text.text for text in root.findall(".//{*}text[@class='panel']")), sep="\n")
  > END
  {http://www.w3.org/2000/svg}svg [35, 35, 0, 0]
  Forty warheads more than declared, at two storage
  sites
  Forty warheads more than declared on missiles at
  four bases
  Forty warheads taken from one storage site to a
  place that nobody declares
  Forty warheads with the tags of others, at four
  storage sites
  One move in twenty notified ten days too late
  Forty warheads at one storage site, to which four
  of five visits are refused
  Forty warheads made little by little over the year,
  at four storage sites

An agreement beside itself.

  $ countersign treaty compare treaties/new-start.yaml treaties/new-start.yaml --scenario scenarios/forty-warheads.yaml --trials 100 | tail -n 5
  A party under treaties/new-start.yaml, beside treaties/new-start.yaml
    no difference in these numbers
  
  A party under treaties/new-start.yaml, beside treaties/new-start.yaml
    no difference in these numbers

What cannot be compared is refused.

  $ countersign treaty compare
  countersign treaty compare: expected FILE FILE...
  countersign: hint: see "countersign treaty compare --help"
  [2]
  $ countersign treaty compare treaties/new-start.yaml
  countersign treaty compare: expected FILE FILE...
  countersign: hint: see "countersign treaty compare --help"
  [2]
  $ countersign treaty compare $all $proposals
  countersign treaty compare: "treaties/freeze-2020-ru.yaml" is one argument too many
  countersign: hint: see "countersign treaty compare --help"
  [2]
  $ compare --plot "$CRAMTMP/no.svg"
  countersign treaty compare: --plot needs --scenario: without one, nothing is played
  countersign: hint: see "countersign treaty compare --help"
  [2]
  $ compare --json --markdown
  countersign treaty compare: --json and --markdown exclude each other
  countersign: hint: see "countersign treaty compare --help"
  [2]
  $ compare --scenario scenarios/forty-warheads.yaml --trials 0
  countersign treaty compare: --trials is given "0", which is too small; expected a whole number from 1 to 1,000,000,000,000
  countersign: hint: see "countersign treaty compare --help"
  [2]
  $ compare --scenario treaties/new-start.yaml
  countersign: treaties/new-start.yaml:7:1: "agreement" is not a key of a scenario; expected one of scenario, title, summary, sources, party, from, length, facilities, assume, violations
  [3]
  $ compare treaties/nothing.yaml
  countersign: treaties/nothing.yaml: cannot be opened: No such file or directory
  [3]
  $ countersign treaty compare treaties/new-start.yaml tests/model/inf-like.yaml --scenario scenarios/forty-warheads.yaml
  countersign: scenarios/forty-warheads.yaml:13:8: "party" is "RU", which is no party of inf-like; expected one like "AR"
  [3]
  $ compare >/dev/full
  countersign: <standard output>: cannot be written: No space left on device
  [4]
  $ ls "$CRAMTMP/no.svg" 2>&1 | sed 's/.*: //'
  No such file or directory

A plot is XML whatever names hold, and however long they are; agreements whose years are not equally long share an axis.

  $ sed -e "s/^title: .*/title: '<b>Сорок боеголовок \& ещё сорок боеголовок \& ещё сорок боеголовок \& ещё сорок, и это не конец'/" \
  >     -e "0,/    name: .*/s//    name: x$(printf 'боеголовок %.0s' $(seq 20))/" -e 's/^length: .*/length: 1 month/' \
  >     -e '/begins-by/d' scenarios/forty-warheads.yaml >scenarios/.names.yaml
  $ sed 's/entry-into-force: 2021-02-05/entry-into-force: 2021-01-05/; s/baseline: 2021-02-05/baseline: 2021-01-05/' treaties/freeze-seals.yaml >"$CRAMTMP/january.yaml"
  $ countersign treaty compare treaties/freeze-seals.yaml "$CRAMTMP/january.yaml" --scenario scenarios/.names.yaml --trials 1000 --plot "$CRAMTMP/names.svg" >/dev/null
  $ rm scenarios/.names.yaml
  $ /usr/bin/python3 - "$CRAMTMP/names.svg" <<'END'
  > import re, sys, xml.etree.ElementTree as tree
  > root = tree.parse(sys.argv[1]).getroot()
  > width = float(root.get("width"))
  > points = re.findall(r"([0-9.]+),[0-9.]+", " ".join(e.get("points") or e.get("d") or "" for e in root.iter()))
  > print(len(points) > 1000, max(map(float, points)) < width, sum("..." in (e.text or "") for e in root.iter()))
  > END
  True True 2

The chart of the README is what the program draws.

  $ countersign treaty compare treaties/freeze-2020-us.yaml treaties/freeze-seals.yaml treaties/new-start.yaml treaties/freeze-2020-ru.yaml \
  >   --scenario scenarios/forty-warheads.yaml --trials 1000000 --plot "$CRAMTMP/chart.svg" >/dev/null
  $ cmp "$CRAMTMP/chart.svg" docs/freeze-2020.svg
