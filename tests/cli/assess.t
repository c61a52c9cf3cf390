The whole record of New START, judged at a day after its end.

  $ . "$TESTDIR/setup.sh"
  $ record() { countersign assess --treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv --holdings data/new-start-by-type.csv "$@"; }
  $ record --at 2026-03-01
  Treaty between the United States of America and the Russian Federation on Measures for the Further
  Reduction and Limitation of Strategic Offensive Arms (New START)
  assessed at 2026-03-01 from data/new-start-aggregates.csv, data/new-start-by-type.csv
  
  Rules
       exchange                            [Article VII, paragraph 2; Protocol, Part Four, Section II,
                                           paragraphs 1 and 2]
    A  deployed-delivery-vehicles          at most 700 from 2018-02-05 [Article II, paragraph 1(a)]
    B  deployed-warheads                   at most 1,550 from 2018-02-05 [Article II, paragraph 1(b)]
    C  deployed-and-nondeployed-launchers  at most 800 from 2018-02-05 [Article II, paragraph 1(c)]
  
  date        party  exchange     A margin              B margin              C margin           line
  2011-02-05  US     met        882   -182 not yet  1,800   -250 not yet  1,124   -324 not yet      2
              RU     met        521   +179 not yet  1,537    +13 not yet    865    -65 not yet      3
  2011-09-01  US     met        822   -122 not yet  1,790   -240 not yet  1,043   -243 not yet      4
              RU     met        516   +184 not yet  1,566    -16 not yet    871    -71 not yet      5
  2012-03-01  US     met        812   -112 not yet  1,737   -187 not yet  1,040   -240 not yet      6
              RU     met        494   +206 not yet  1,492    +58 not yet    881    -81 not yet      7
  2012-09-01  US     met        806   -106 not yet  1,722   -172 not yet  1,034   -234 not yet      8
              RU     met        491   +209 not yet  1,499    +51 not yet    884    -84 not yet      9
  2013-03-01  US     met        792    -92 not yet  1,654   -104 not yet  1,028   -228 not yet     10
              RU     met        492   +208 not yet  1,480    +70 not yet    900   -100 not yet     11
  2013-09-01  US     met        809   -109 not yet  1,688   -138 not yet  1,015   -215 not yet     12
              RU     met        473   +227 not yet  1,400   +150 not yet    894    -94 not yet     13
  2014-03-01  US     met        778    -78 not yet  1,585    -35 not yet    952   -152 not yet     14
              RU     met        498   +202 not yet  1,512    +38 not yet    906   -106 not yet     15
  2014-09-01  US     met        794    -94 not yet  1,642    -92 not yet    912   -112 not yet     16
              RU     met        528   +172 not yet  1,643    -93 not yet    911   -111 not yet     17
  2015-03-01  US     met        785    -85 not yet  1,597    -47 not yet    898    -98 not yet     18
              RU     met        515   +185 not yet  1,582    -32 not yet    890    -90 not yet     19
  2015-09-01  US     met        762    -62 not yet  1,538    +12 not yet    898    -98 not yet     20
              RU     met        526   +174 not yet  1,648    -98 not yet    877    -77 not yet     21
  2016-03-01  US     met        741    -41 not yet  1,481    +69 not yet    878    -78 not yet     22
              RU     met        521   +179 not yet  1,735   -185 not yet    856    -56 not yet     23
  2016-09-01  US     met        681    +19 not yet  1,367   +183 not yet    848    -48 not yet     24
              RU     met        508   +192 not yet  1,796   -246 not yet    847    -47 not yet     25
  2017-03-01  US     met        673    +27 not yet  1,411   +139 not yet    820    -20 not yet     26
              RU     met        523   +177 not yet  1,765   -215 not yet    816    -16 not yet     27
  2017-09-01  US     met        660    +40 not yet  1,393   +157 not yet    800      0 not yet     28
              RU     met        501   +199 not yet  1,561    -11 not yet    790    +10 not yet     29
  2018-02-05  US     met        652    +48 met      1,350   +200 met        800      0 met         30  in place of the scheduled day
              RU     met        527   +173 met      1,444   +106 met        779    +21 met         31  in place of the scheduled day
  2018-09-01  US     met        659    +41 met      1,398   +152 met        800      0 met         32
              RU     met        517   +183 met      1,420   +130 met        775    +25 met         33
  2019-03-01  US     met        656    +44 met      1,365   +185 met        800      0 met         34
              RU     met        524   +176 met      1,461    +89 met        760    +40 met         35
  2019-09-01  US     met        668    +32 met      1,376   +174 met        800      0 met         36
              RU     met        513   +187 met      1,426   +124 met        757    +43 met         37
  2020-03-01  US     met        655    +45 met      1,373   +177 met        800      0 met         38
              RU     met        485   +215 met      1,326   +224 met        754    +46 met         39
  2020-09-01  US     met        675    +25 met      1,457    +93 met        800      0 met         40
              RU     met        510   +190 met      1,447   +103 met        764    +36 met         41
  2021-03-01  US     met        651    +49 met      1,357   +193 met        800      0 met         42
              RU     met        517   +183 met      1,456    +94 met        767    +33 met         43
  2021-09-01  US     met        665    +35 met      1,389   +161 met        800      0 met         44
              RU     met        527   +173 met      1,458    +92 met        742    +58 met         45
  2022-03-01  US     met        686    +14 met      1,515    +35 met        800      0 met         46
              RU     met        526   +174 met      1,474    +76 met        761    +39 met         47
  2022-09-01  US     met        659    +41 met      1,420   +130 met        800      0 met         48
              RU     met        540   +160 met      1,549     +1 met        759    +41 met         49
  2023-03-01  US     MISSING    662    +38 met      1,419   +131 met        800      0 met         50  published, not exchanged
              RU     MISSING      -        unknown      -        unknown      -        unknown
  2023-09-01  US     MISSING      -        unknown      -        unknown      -        unknown
              RU     MISSING      -        unknown      -        unknown      -        unknown
  2024-03-01  US     MISSING      -        unknown      -        unknown      -        unknown
              RU     MISSING      -        unknown      -        unknown      -        unknown
  2024-09-01  US     MISSING      -        unknown      -        unknown      -        unknown
              RU     MISSING      -        unknown      -        unknown      -        unknown
  2025-03-01  US     MISSING      -        unknown      -        unknown      -        unknown
              RU     MISSING      -        unknown      -        unknown      -        unknown
  2025-09-01  US     MISSING      -        unknown      -        unknown      -        unknown
              RU     MISSING      -        unknown      -        unknown      -        unknown
  
  2020-09-01  US     met              declared-totals  675 against 675  items add up to the declared total  [Article III, paragraph 1]  data/new-start-aggregates.csv:40
  2020-09-01  US     met              declared-totals  800 against 800  items add up to the declared total  [Article III, paragraph 3]  data/new-start-aggregates.csv:40
  2021-02-03  US     met              extension  [Article XIV, paragraph 2]  treaties/new-start.yaml:40
  2021-02-03  RU     met              extension  [Article XIV, paragraph 2]  treaties/new-start.yaml:40
  
  Over a limit before it was binding, so without violating it
    US     deployed-delivery-vehicles          in 11 declarations, last on 2016-03-01 with 741; binding from 2018-02-05
    US     deployed-warheads                   in 9 declarations, last on 2015-03-01 with 1,597; binding from 2018-02-05
    RU     deployed-warheads                   in 8 declarations, last on 2017-09-01 with 1,561; binding from 2018-02-05
    US     deployed-and-nondeployed-launchers  in 13 declarations, last on 2017-03-01 with 820; binding from 2018-02-05
    RU     deployed-and-nondeployed-launchers  in 13 declarations, last on 2017-03-01 with 816; binding from 2018-02-05
  
  244 verdicts: 115 met, 12 missing, 84 not yet binding, 33 unknown.
  28 other rules (notifications, inspections, obligations) need evidence that holdings do not hold.
  
  No limit was exceeded while it was binding: each was met in every declaration from 2018-02-05 to
  2023-03-01. Missing exchanges: US 6 (2023-03-01 to 2025-09-01, of which 1 published but not
  exchanged), RU 6 (2023-03-01 to 2025-09-01). Extended on 2021-02-03 to 2026-02-05. The agreement
  ended on 2026-02-05.
  [1]

What was known on a day before, and of one party.

  $ record --at 2018-03-31 --party RU
  Treaty between the United States of America and the Russian Federation on Measures for the Further
  Reduction and Limitation of Strategic Offensive Arms (New START)
  assessed at 2018-03-31 from data/new-start-aggregates.csv, data/new-start-by-type.csv
  
  Rules
       exchange                            [Article VII, paragraph 2; Protocol, Part Four, Section II,
                                           paragraphs 1 and 2]
    A  deployed-delivery-vehicles          at most 700 from 2018-02-05 [Article II, paragraph 1(a)]
    B  deployed-warheads                   at most 1,550 from 2018-02-05 [Article II, paragraph 1(b)]
    C  deployed-and-nondeployed-launchers  at most 800 from 2018-02-05 [Article II, paragraph 1(c)]
  
  date        party  exchange     A margin              B margin              C margin           line
  2011-02-05  RU     met        521   +179 not yet  1,537    +13 not yet    865    -65 not yet      3
  2011-09-01  RU     met        516   +184 not yet  1,566    -16 not yet    871    -71 not yet      5
  2012-03-01  RU     met        494   +206 not yet  1,492    +58 not yet    881    -81 not yet      7
  2012-09-01  RU     met        491   +209 not yet  1,499    +51 not yet    884    -84 not yet      9
  2013-03-01  RU     met        492   +208 not yet  1,480    +70 not yet    900   -100 not yet     11
  2013-09-01  RU     met        473   +227 not yet  1,400   +150 not yet    894    -94 not yet     13
  2014-03-01  RU     met        498   +202 not yet  1,512    +38 not yet    906   -106 not yet     15
  2014-09-01  RU     met        528   +172 not yet  1,643    -93 not yet    911   -111 not yet     17
  2015-03-01  RU     met        515   +185 not yet  1,582    -32 not yet    890    -90 not yet     19
  2015-09-01  RU     met        526   +174 not yet  1,648    -98 not yet    877    -77 not yet     21
  2016-03-01  RU     met        521   +179 not yet  1,735   -185 not yet    856    -56 not yet     23
  2016-09-01  RU     met        508   +192 not yet  1,796   -246 not yet    847    -47 not yet     25
  2017-03-01  RU     met        523   +177 not yet  1,765   -215 not yet    816    -16 not yet     27
  2017-09-01  RU     met        501   +199 not yet  1,561    -11 not yet    790    +10 not yet     29
  2018-02-05  RU     met        527   +173 met      1,444   +106 met        779    +21 met         31  in place of the scheduled day
  
  Over a limit before it was binding, so without violating it
    RU     deployed-warheads                   in 8 declarations, last on 2017-09-01 with 1,561; binding from 2018-02-05
    RU     deployed-and-nondeployed-launchers  in 13 declarations, last on 2017-03-01 with 816; binding from 2018-02-05
  
  60 verdicts: 18 met, 42 not yet binding.
  28 other rules (notifications, inspections, obligations) need evidence that holdings do not hold.
  
  No limit was exceeded while it was binding: each was met in every declaration from 2018-02-05. The
  agreement is in force until 2021-02-05.

Nothing bad is exit code 0.

  $ record --at 2022-12-31 | tail -n 4
  28 other rules (notifications, inspections, obligations) need evidence that holdings do not hold.
  
  No limit was exceeded while it was binding: each was met in every declaration from 2018-02-05 to
  2022-09-01. Extended on 2021-02-03 to 2026-02-05. The agreement is in force until 2026-02-05.
  $ record --at 2022-12-31 >"$CRAMTMP/kept"

No colour without a terminal, whatever it is called.

  $ TERM=xterm-256color record --at 2026-03-01 | grep -c "$(printf '\033')"
  0
  [1]

JSON for programs.

  $ record --at 2026-03-01 --json >"$CRAMTMP/a.json"
  [1]
  $ cat >"$CRAMTMP/read.py" <<'END'
  > import collections, json, sys
  > a = json.load(sys.stdin)
  > print(*a.keys())
  > print(a["agreement"], a["at"], a["term"])
  > print(*(f"{n} {w}," for w, n in sorted(collections.Counter(v["verdict"] for v in a["verdicts"]).items())))
  > for v in a["verdicts"]:
  >     assert {"party", "rule", "article", "date", "verdict"} <= v.keys(), v
  >     assert v.keys() <= {"party", "rule", "article", "date", "verdict", "value", "limit", "margin", "evidence", "note"}, v
  >     assert v.get("margin", 0) == v.get("limit", 0) - v["value"] if "margin" in v else True, v
  >     assert all(type(v[k]) is int for k in ("value", "limit", "margin") if k in v), v
  > print(a["verdicts"][1])
  > print(sorted(v["rule"] for v in a["verdicts"] if v["date"] == "2023-03-01" and v["verdict"] == "missing"))
  > print(len(a["not-judged"]), a["not-judged"][0])
  > END
  $ /usr/bin/python3 "$CRAMTMP/read.py" <"$CRAMTMP/a.json"
  agreement at conclusion term verdicts not-judged
  new-start 2026-03-01 {'entry-into-force': '2011-02-05', 'end': '2026-02-05', 'in-force': False}
  115 met, 12 missing, 84 not yet binding, 33 unknown,
  {'party': 'US', 'rule': 'deployed-delivery-vehicles', 'article': 'Article II, paragraph 1(a)', 'date': '2011-02-05', 'verdict': 'not yet binding', 'value': 882, 'limit': 700, 'margin': -182, 'evidence': 'data/new-start-aggregates.csv:2'}
  ['exchange', 'exchange']
  28 {'rule': 'first-data', 'kind': 'notification', 'article': 'Protocol, Part Four, Section II, paragraph 1'}

CSV for spreadsheets.

  $ record --at 2026-03-01 --csv | head -n 4
  date,party,rule,verdict,value,limit,margin,article,evidence,note\r (esc)
  2011-02-05,US,exchange,met,,,,"Protocol, Part Four, Section II, paragraph 1",data/new-start-aggregates.csv:2,\r (esc)
  2011-02-05,US,deployed-delivery-vehicles,not yet binding,882,700,-182,"Article II, paragraph 1(a)",data/new-start-aggregates.csv:2,\r (esc)
  2011-02-05,US,deployed-warheads,not yet binding,1800,1550,-250,"Article II, paragraph 1(b)",data/new-start-aggregates.csv:2,\r (esc)
  $ record --at 2026-03-01 --csv >"$CRAMTMP/a.csv"
  [1]
  $ /usr/bin/python3 -c 'import csv, sys; r = list(csv.reader(sys.stdin, strict=True)); print(len(r), {len(x) for x in r})' <"$CRAMTMP/a.csv"
  245 {10}
  $ /usr/bin/python3 - "$CRAMTMP/a.csv" "$CRAMTMP/a.json" <<'END'
  > import csv, json, sys
  > rows = list(csv.DictReader(open(sys.argv[1], newline="")))
  > verdicts = json.load(open(sys.argv[2]))["verdicts"]
  > assert len(rows) == len(verdicts)
  > for row, verdict in zip(rows, verdicts):
  >     assert row == {k: str(verdict.get(k, "")) for k in row}, (row, verdict)
  > END

Holdings and agreements from standard input.

  $ countersign assess --treaty treaties/new-start.yaml --holdings - --at 2026-03-01 --json <data/new-start-aggregates.csv | grep -m 1 -o '"evidence": "[^"]*"'
  "evidence": "<standard input>:2"
  $ countersign assess --treaty - --holdings data/new-start-aggregates.csv --at 2026-03-01 --csv <treaties/new-start.yaml | grep -c met
  113

What the visits so far would have seen: a record of declarations shows none. The rest stays as it is.

  $ record --at 2022-12-31 --violation 40 | tail -n 9
  What the visits so far would have seen of a violation of 40
    party  rule                                since       facilities  visited  by draw  together    spread
    US     deployed-delivery-vehicles          2018-02-05           -        0        0  0.000000  0.000000
    US     deployed-warheads                   2018-02-05           -        0        0  0.000000  0.000000
    US     deployed-and-nondeployed-launchers  2018-02-05           -        0        0  0.000000  0.000000
    RU     deployed-delivery-vehicles          2018-02-05           -        0        0  0.000000  0.000000
    RU     deployed-warheads                   2018-02-05           -        0        0  0.000000  0.000000
    RU     deployed-and-nondeployed-launchers  2018-02-05           -        0        0  0.000000  0.000000
  The record shows no visits, so nothing would have been seen.
  $ record --at 2017-12-31 --violation 40 | tail -n 2
  What the visits so far would have seen of a violation of 40
  No limit was binding so far.
  $ record --at 2022-12-31 --violation 40 | head -n -10 | diff "$CRAMTMP/kept" -
  $ record --at 2022-12-31 --violation 40 --json --party RU >"$CRAMTMP/violation.json"
  $ /usr/bin/python3 - "$CRAMTMP/violation.json" <<'END'
  > import json, sys
  > violation = json.load(open(sys.argv[1]))["violation"]
  > print(violation["size"], violation["undeclared"], len(violation["seen"]), violation["seen"][1])
  > END
  40 0 3 {'party': 'RU', 'rule': 'deployed-warheads', 'article': 'Article II, paragraph 1(b)', 'since': '2018-02-05', 'facilities': None, 'visited': 0, 'drawn': 0, 'not-held': 0, 'together': 0.0, 'spread': 0.0, 'out-of-reach': ['maintenance', 'space-launch', 'production'], 'found': 0, 'note': 'the record shows no visits'}
  $ for n in 0 -1 1.5 forty 1000000001; do record --violation "$n" 2>&1 | head -n 1; done
  countersign assess: --violation is given "0", which is too small; expected a whole number from 1 to 1,000,000,000
  countersign assess: --violation is given "-1", which is negative; expected a whole number from 1 to 1,000,000,000
  countersign assess: --violation is given "1.5", which is not a whole number; expected a whole number from 1 to 1,000,000,000
  countersign assess: --violation is given "forty", which is not a whole number; expected a whole number from 1 to 1,000,000,000
  countersign assess: --violation is given "1000000001", which is too large; expected a whole number from 1 to 1,000,000,000
  $ record --violation 40 --csv
  countersign assess: --violation and --csv exclude each other
  countersign: hint: see "countersign assess --help"
  [2]
  $ record --violation
  countersign assess: --violation is given without a value; expected N
  countersign: hint: see "countersign assess --help"
  [2]

A chart: whole, well-formed, in place of what was there, with nothing left beside it.

  $ mkdir "$CRAMTMP/plots" && echo old >"$CRAMTMP/plots/a.svg"
  $ record --at 2026-03-01 --plot "$CRAMTMP/plots/a.svg" >/dev/null
  [1]
  $ ls "$CRAMTMP/plots"
  a.svg
  $ cat >"$CRAMTMP/svg.py" <<'END'
  > import sys, xml.etree.ElementTree as tree
  > svg = "{http://www.w3.org/2000/svg}"
  > root = tree.parse(sys.argv[1]).getroot()
  > print(root.tag == svg + "svg", root.get("width"))
  > print(len(root.findall(svg + "polyline")), "lines,", len(root.findall(svg + "circle")), "marks of US")
  > for text in root.iter(svg + "text"):
  >     if text.get("class") in ("title", "panel", "limit"):
  >         print(text.text)
  > END
  $ /usr/bin/python3 "$CRAMTMP/svg.py" "$CRAMTMP/plots/a.svg"
  True 900
  6 lines, 76 marks of US
  What the parties declared under New START, and its limits
  Deployed ICBMs, deployed SLBMs and deployed heavy bombers
  limit 700, binding from 2018-02-05
  Warheads on deployed ICBMs and SLBMs, and nuclear warheads counted for deployed heavy bombers
  limit 1,550, binding from 2018-02-05
  Deployed and non-deployed launchers of ICBMs and SLBMs, and deployed and non-deployed heavy bombers
  limit 800, binding from 2018-02-05
  $ record --at 2026-03-01 --plot "$CRAMTMP/nowhere/a.svg" 2>"$CRAMTMP/error"
  [4]
  $ sed "s|$CRAMTMP|TMP|" "$CRAMTMP/error"
  countersign: TMP/nowhere/a.svg: cannot be written: No such file or directory
  $ record --at 2026-03-01 --plot /dev/full/a.svg
  countersign: /dev/full/a.svg: cannot be written: Not a directory
  [4]

An empty record is judged too: every exchange that was due is missing.

  $ echo date,party,deployed-warheads | countersign assess --treaty treaties/new-start.yaml --holdings - --at 2012-01-01
  Treaty between the United States of America and the Russian Federation on Measures for the Further
  Reduction and Limitation of Strategic Offensive Arms (New START)
  assessed at 2012-01-01 from <standard input>
  
  Rules
       exchange                            [Article VII, paragraph 2; Protocol, Part Four, Section II,
                                           paragraphs 1 and 2]
    A  deployed-delivery-vehicles          at most 700 from 2018-02-05 [Article II, paragraph 1(a)]
    B  deployed-warheads                   at most 1,550 from 2018-02-05 [Article II, paragraph 1(b)]
    C  deployed-and-nondeployed-launchers  at most 800 from 2018-02-05 [Article II, paragraph 1(c)]
  
  date        party  exchange     A margin              B margin              C margin           line
  2011-02-05  US     MISSING      -        not yet      -        not yet      -        not yet
              RU     MISSING      -        not yet      -        not yet      -        not yet
  2011-09-01  US     MISSING      -        not yet      -        not yet      -        not yet
              RU     MISSING      -        not yet      -        not yet      -        not yet
  
  16 verdicts: 4 missing, 12 not yet binding.
  28 other rules (notifications, inspections, obligations) need evidence that holdings do not hold.
  
  No limit is binding yet. Missing exchanges: US 2 (2011-02-05 to 2011-09-01), RU 2 (2011-02-05 to
  2011-09-01). The agreement is in force until 2021-02-05.
  [1]

What the README shows is what the program prints.

  $ "$COUNTERSIGN" assess --treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv \
  >   --holdings data/new-start-by-type.csv --at 2026-02-05 --plot "$CRAMTMP/demo.svg" > "$CRAMTMP/demo.txt"
  [1]
  $ sed -n '/^Rules/,/^ended on/p' README.md | grep -vxF ... | grep -vxFf "$CRAMTMP/demo.txt"
  [1]
  $ cmp "$CRAMTMP/demo.svg" docs/new-start.svg
