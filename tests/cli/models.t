Agreements of other kinds, between parties that do not exist: what the model has to hold.

  $ . "$TESTDIR/setup.sh"
  $ countersign treaty check tests/model/*.yaml
  tests/model/att-like.yaml: att-like, 3 rules, all well
  tests/model/inf-like.yaml: inf-like, 7 rules, all well
  tests/model/open-skies-like.yaml: open-skies-like, 5 rules, all well
  tests/model/trilateral-freeze.yaml: trilateral-freeze, 3 rules, all well
  $ judge() { countersign assess --treaty "tests/model/$1.yaml" --holdings "tests/model/$1.csv" "${@:2}"; }

Elimination to zero by phases, and inspections whose quota falls over the years.

  $ countersign treaty show tests/model/inf-like.yaml
  Treaty between Arland and Borland on the Elimination of Their Shorter-Range and Longer-Range
  Missiles
  Treaty (inf-like)
  
  PARTIES
    AR                Arland
    BO                Borland
  
  TERM
    in force          from 1988-06-01, of unlimited duration [Article XV]
    withdrawal        on 6 months' notice [Article XV, paragraph 2]
  
  ITEMS AND THEIR STATES
    longer-range      longer-range missiles; each with a unique identifier
      deployed        deployed; at missile operating bases
      non-deployed    non-deployed; at missile operating bases, elimination facilities
    shorter-range     shorter-range missiles; each with a unique identifier
      deployed        deployed; at missile operating bases
      non-deployed    non-deployed; at missile operating bases, elimination facilities
  
  COUNTS
    longer-range-deployed
                      deployed longer-range missiles [Article IV, paragraph 2]
                      = deployed longer-range missiles
    longer-range-all  longer-range missiles [Article IV, paragraph 1]
                      = deployed longer-range missiles
                      + non-deployed longer-range missiles
    shorter-range-all
                      shorter-range missiles [Article V]
                      = deployed and non-deployed shorter-range missiles
  
  ELIMINATIONS
    longer-range      longer-range missiles [Article IV]
      1990-11-01      at most AR 200, BO 300 [Article IV, paragraph 2(a)]
      1991-06-01      at most 0 [Article IV, paragraph 2(b)]
    shorter-range     shorter-range missiles [Article V]
      1989-12-01      at most 0 [Article V, paragraph 1]
  
  EXCHANGES
    update            update of the data [Article IX]
      within 30 days  data current on 1988-06-01 [Article IX, paragraph 3]
      within 30 days  every 6 months, data current on 1988-12-01 and so on [Article IX, paragraph 4]
  
  INSPECTIONS
    quota-first-years
                      Quota inspection [Article XI, paragraph 5(a)]
      quota           at most 20 a party a treaty year; until 1991-06-01
      place           designated by the inspecting party, among missile operating bases
      notice          16 hours before arrival
    quota-middle-years
                      Quota inspection [Article XI, paragraph 5(b)]
      quota           at most 15 a party a treaty year; from 1991-06-01; until 1996-06-01
      place           designated by the inspecting party, among missile operating bases
      notice          16 hours before arrival
    quota-last-years  Quota inspection [Article XI, paragraph 5(c)]
      quota           at most 10 a party a treaty year; from 1996-06-01; until 2001-06-01
      place           designated by the inspecting party, among missile operating bases
      notice          16 hours before arrival
  
  FURTHER OBLIGATIONS
    Portals
      portal          let inspectors stay at the portals of the production facility for thirteen years
                        [Article XI, paragraph 6]
  $ judge inf-like --at 1991-07-01
  Treaty between Arland and Borland on the Elimination of Their Shorter-Range and Longer-Range
  Missiles
  assessed at 1991-07-01 from tests/model/inf-like.csv
  
  Rules
       update         [Article IX]
    A  longer-range   at most AR 200, BO 300 from 1990-11-01 [Article IV, paragraph 2(a)]
    B  longer-range   at most 0 from 1991-06-01 [Article IV, paragraph 2(b)]
    C  shorter-range  at most 0 from 1989-12-01 [Article V, paragraph 1]
  
  date        party  update       A margin              B margin              C margin           line
  1988-06-01  AR     met        430   -230 not yet                          170   -170 not yet      2
              BO     met        820   -520 not yet                          887   -887 not yet      6
  1988-12-01  AR     MISSING      -        not yet                            -        not yet
              BO     MISSING      -        not yet                            -        not yet
  1989-06-01  AR     MISSING      -        not yet                            -        not yet
              BO     MISSING      -        not yet                            -        not yet
  1989-12-01  AR     met        260    -60 not yet                            0      0 met         10
              BO     met        320    -20 not yet                            1     -1 VIOLATED    14
  1990-06-01  AR     MISSING      -        not yet                            -        unknown
              BO     MISSING      -        not yet                            -        unknown
  1990-12-01  AR     MISSING      -        unknown                            -        unknown
              BO     MISSING      -        unknown                            -        unknown
  1991-06-01  AR     met                                0      0 met          0      0 met         18
              BO     met                                2     -2 VIOLATED     0      0 met         22
  
  Over a limit before it was binding, so without violating it
    AR     longer-range   in 2 declarations, last on 1989-12-01 with 260; binding from 1990-11-01
    BO     longer-range   in 2 declarations, last on 1989-12-01 with 320; binding from 1990-11-01
    AR     shorter-range  in 1 declaration, last on 1988-06-01 with 170; binding from 1989-12-01
    BO     shorter-range  in 1 declaration, last on 1988-06-01 with 887; binding from 1989-12-01
  
  42 verdicts: 10 met, 2 violated, 8 missing, 16 not yet binding, 6 unknown.
  4 other rules (notifications, inspections, obligations) need evidence that holdings do not hold.
  
  Limits exceeded while binding: BO 2 (1989-12-01 to 1991-06-01). Missing exchanges: AR 4 (1988-12-01
  to 1990-12-01), BO 4 (1988-12-01 to 1990-12-01). The agreement is in force.
  [1]
  $ countersign treaty calendar tests/model/inf-like.yaml --from 1988-06-01 --to 1988-06-01
  1988-06-01  entry into force [Article XV]
              update of the data: data current on this day, due by 1988-07-01 [Article IX, paragraph
                3]
              treaty year 1 begins, with its quotas: Quota inspection 20 [Article XI, paragraph 5(a)]
  $ countersign treaty calendar tests/model/inf-like.yaml --from 1991-06-01 --to 1991-06-01
  1991-06-01  end of phase 2 of 2: longer-range missiles [Article IV, paragraph 2(b)]
              update of the data: data current on this day, due by 1991-06-30 [Article IX, paragraph
                4]
              treaty year 4 begins, with its quotas: Quota inspection 15 [Article XI, paragraph 5(b)]
  $ countersign treaty calendar tests/model/inf-like.yaml --from 1996-06-01 --to 1996-06-01
  1996-06-01  update of the data: data current on this day, due by 1996-06-30 [Article IX, paragraph
                4]
              treaty year 9 begins, with its quotas: Quota inspection 10 [Article XI, paragraph 5(c)]

Overflights: active and passive quotas by party, and 72 hours' notice.

  $ countersign treaty show tests/model/open-skies-like.yaml
  Treaty of Three on Open Skies
  Treaty with twelve annexes (open-skies-like)
  
  PARTIES
    AR                Arland
    BO                Borland
    CE                Celand
  
  TERM
    in force          from 2002-01-01, of unlimited duration [Article XV, paragraph 1]
    withdrawal        on 6 months' notice [Article XV, paragraph 2]
  
  ITEMS AND THEIR STATES
    aircraft          observation aircraft; each with a unique identifier
      certified       with a configuration that was certified; at open skies airfields
  
  COUNTS
    certified-aircraft
                      certified observation aircraft [Article V]
                      = certified observation aircraft
  
  NOTIFICATIONS
    Overflights
      intent          72 hours before: the intent to conduct an observation flight, before arrival at
                        the point of entry [Article VI, section I, paragraph 5]
      acknowledgement
                      within 24 hours: receipt of the intent to conduct an observation flight [Article
                        VI, section I, paragraph 6]
      transit         24 hours before: the flight plan of a transit [Article VI, section II]
  
  INSPECTIONS
    overflight        see anything on the territory of the observed party [Article III, section I]
      quota           at most AR 42, BO 31, CE 7 a party a calendar year; to be accepted: AR 42, BO
                        42, CE 7
      place           designated by the inspecting party
      notice          72 hours before arrival
                      the active quota of a party is not more than its passive quota [Article III,
                        section I, paragraph 5]
                      the flight ends within 96 hours of arrival at the point of entry [Article VI,
                        section I, paragraph 9]
  
  FURTHER OBLIGATIONS
    Data
      data            data of every flight are available to every party [Article IX, section IV]
  $ countersign treaty calendar tests/model/open-skies-like.yaml --from 2004-01-01 --to 2004-12-31
  2004-01-01  calendar year 3 begins, with its quotas: Observation flight by party [Article III,
                section I]

Annual reports by 31 May, in which exports and imports must match.

  $ countersign treaty show tests/model/att-like.yaml
  Treaty on the Trade of Arms between Arland, Borland and Celand
  Treaty (att-like)
  
  PARTIES
    AR                Arland
    BO                Borland
    CE                Celand
  
  TERM
    in force          from 2014-12-24, of unlimited duration [Article 22]
  
  ITEMS AND THEIR STATES
    tank              battle tanks
      exported        authorized for export or exported in the year
      imported        authorized for import or imported in the year
    artillery         large-calibre artillery systems
      exported        exported
      imported        imported
  
  COUNTS
    tanks-exported    battle tanks exported [Article 13, paragraph 3]
                      = exported battle tanks
    tanks-imported    battle tanks imported [Article 13, paragraph 3]
                      = imported battle tanks
    artillery-exported
                      artillery exported [Article 13, paragraph 3]
                      = exported large-calibre artillery systems
    artillery-imported
                      artillery imported [Article 13, paragraph 3]
                      = imported large-calibre artillery systems
  
  EXCHANGES
    initial-report    initial report [Article 13, paragraph 1]
      within 1 year   data current on 2014-12-24 [Article 13, paragraph 1]
    annual-report     annual report of exports and imports of the year before [Article 13, paragraph
                        3]
      within 5 months
                      every 1 year, data current on 2016-01-01 and so on: by 31 May [Article 13,
                        paragraph 3]
      must match      battle tanks exported by one party = battle tanks imported by the other
      must match      artillery exported by one party = artillery imported by the other
  
  FURTHER OBLIGATIONS
    Records
      records         keep records for at least ten years [Article 12, paragraph 4]
  $ judge att-like --at 2016-06-02
  Treaty on the Trade of Arms between Arland, Borland and Celand
  assessed at 2016-06-02 from tests/model/att-like.csv
  
  Rules
       initial-report  [Article 13, paragraph 1]
       annual-report   [Article 13, paragraph 3]
  
  date        party  initial-report annual-report  line
  2014-12-24  AR     MISSING
              BO     MISSING
              CE     MISSING
  2016-01-01  AR                    met               2
              BO                    LATE              3
              CE                    MISSING
  
  6 verdicts: 1 met, 1 late, 4 missing.
  1 other rule (notifications, inspections, obligations) needs evidence that holdings do not hold.
  
  No limit could be judged. Missing exchanges: AR 1 (2014-12-24), BO 1 (2014-12-24), CE 2 (2014-12-24
  to 2016-01-01). Late exchanges: BO 1 (2016-01-01). The agreement is in force.
  [1]
  $ countersign treaty calendar tests/model/att-like.yaml --from 2016-01-01 --to 2016-12-31
  2016-01-01  annual report of exports and imports of the year before: data current on this day, due
                by 2016-05-31 [Article 13, paragraph 3]
  2016-05-31  annual report of exports and imports of the year before: last day to provide the data of
                2016-01-01 [Article 13, paragraph 3]

A freeze of two parties at what they have, beside a third with a ceiling of its own.

  $ countersign treaty show tests/model/trilateral-freeze.yaml
  Freeze of the Nuclear Warheads of Arland, Borland and Celand
  Political commitment (trilateral-freeze)
  
  PARTIES
    AR                Arland
    BO                Borland
    CE                Celand
  
  TERM
    in force          from 2021-02-05 for 1 year, ending on 2022-02-05 [Paragraph 1]
    suspension        on 30 days' notice; by a party against which it is broken [Paragraph 6]
  
  ITEMS AND THEIR STATES
    warhead           warheads; each with a unique identifier; numbers are sealed
      deployed        deployed
      stored          stored
      retired         retired
  
  COUNTS
    all-warheads      all warheads (sealed) [Paragraph 2]
                      = deployed, stored and retired warheads
  
  LIMITS
    freeze            all warheads: at most AR its own count at the baseline, BO its own count at the
                        baseline, CE 350, baseline of 2021-02-05 [Paragraph 3]
  
  EXCHANGES
    declaration       declaration of all warheads [Paragraph 4]
      within 45 days  data current on 2021-02-05 [Paragraph 4(a)]
      within 30 days  every 6 months, data current on 2021-08-05 and so on [Paragraph 4(b)]
  
  INSPECTIONS
    drawn             Drawn inspection [Paragraph 5]
      quota           at most 12 a party a term
      place           drawn jointly, then visited by the inspecting party
      notice          24 hours before arrival
  $ judge trilateral-freeze --at 2021-10-01
  Freeze of the Nuclear Warheads of Arland, Borland and Celand
  assessed at 2021-10-01 from tests/model/trilateral-freeze.csv
  
  Rules
       declaration  [Paragraph 4]
    A  freeze       at most AR its baseline, BO its baseline, CE 350 [Paragraph 3]
  
  date        party  declaration     A margin           line
  2021-02-05  AR     met         5,800      0 met          2
              BO     met         6,375      0 met          3
              CE     met           320    +30 met          4
  2021-08-05  AR     met         5,750    +50 met          5
              BO     met         6,376     -1 VIOLATED     6
              CE     met           350      0 met          7
  
  12 verdicts: 11 met, 1 violated.
  1 other rule (notifications, inspections, obligations) needs evidence that holdings do not hold.
  
  Limits exceeded while binding: BO 1 (2021-08-05). The agreement is in force until 2022-02-05.
  [1]

Charts of them are well-formed XML.

  $ for model in inf-like att-like trilateral-freeze; do judge $model --at 2021-10-01 --plot "$CRAMTMP/$model.svg" >/dev/null; done
  [1]
  $ /usr/bin/python3 -c 'import sys, xml.dom.minidom as x; print(*(x.parse(f).documentElement.tagName for f in sys.argv[1:]))' "$CRAMTMP"/*.svg
  svg svg svg
