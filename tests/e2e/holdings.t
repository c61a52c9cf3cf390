Holdings by replay: what a party declared, changed by what it notified since. The times are those of the exercise.

  $ . "$TESTDIR/../cli/setup.sh"
  $ cd "$CRAMTMP"
  $ echo 'correct horse battery staple' >pw
  $ cat >pact.yaml <<'END'
  > agreement: pact
  > title: A pact on missiles and warheads
  > form: Draft
  > parties: {AR: {name: Arland}, BO: {name: Borland}}
  > term: {entry-into-force: 2021-01-01, duration: 2 years, article: Article 1}
  > items:
  >   missile: {name: missiles, article: Article 2, states: {deployed: {}, stored: {}}}
  >   warhead: {name: warheads, disclosure: sealed, article: Article 2, states: {deployed: {}, stored: {}}}
  > counts:
  >   missiles: {name: missiles, article: Article 2, sum: [{item: missile, states: [deployed, stored]}]}
  >   warheads: {name: warheads, disclosure: sealed, article: Article 2, sum: [{item: warhead, states: [deployed, stored]}]}
  > exchanges:
  >   exchange:
  >     name: exchange
  >     counts: [missiles, warheads]
  >     article: Article 3
  >     schedule: [{first: 2021-01-01, every: 6 months, due: 30 days after, article: Article 3}]
  > notifications:
  >   move: {group: Moves, event: a move, items: [missile, warhead], due: 5 days after, article: Article 4}
  >   show: {group: Visits, event: a missile on show, items: [missile], keeps-holdings: true, article: Article 4}
  > END
  $ cat >declared.csv <<'END'
  > date,party,item,state,facility,count
  > 2021-01-01,AR,missile,deployed,North,30
  > 2021-01-01,AR,missile,deployed,South,20
  > 2021-01-01,AR,missile,stored,South,5
  > 2021-01-01,AR,warhead,deployed,North,12
  > 2021-01-01,AR,warhead,stored,South,40
  > 2021-07-01,AR,missile,deployed,North,27
  > 2021-07-01,AR,missile,deployed,South,20
  > 2021-07-01,AR,missile,stored,South,6
  > 2021-07-01,AR,warhead,deployed,North,15
  > 2021-07-01,AR,warhead,stored,South,37
  > END
  $ export COUNTERSIGN_NOW=2021-01-01T12:00:00Z
  $ countersign init ar --party AR --treaty pact.yaml --passphrase-file pw >init.out
  $ on() { COUNTERSIGN_NOW=$1T12:00:00Z countersign -C ar "${@:2}" --passphrase-file "$CRAMTMP/pw"; }
  $ on 2021-01-10 declare "$CRAMTMP/declared.csv" --date 2021-01-01 --sealed
  entry 1 of countersign/pact/AR

Moves, conversions and eliminations; one is late, one takes more than was there and is corrected, and one comes from where
nothing is. What is only on show stays where it is.

  $ on 2021-02-03 notify move --date 2021-02-01 --item missile --state deployed --facility North --to-facility South --count 2
  entry 2 of countersign/pact/AR
  $ on 2021-02-20 notify move --date 2021-02-10 --item missile --state deployed --facility South --to-state stored --identifier M7
  entry 3 of countersign/pact/AR, after its deadline
  $ on 2021-03-03 notify move --date 2021-03-01 --item missile --state stored --facility South --count 9
  entry 4 of countersign/pact/AR
  $ on 2021-03-04 notify move --date 2021-03-01 --item missile --state stored --facility South --count 1 --corrects 4
  entry 5 of countersign/pact/AR
  $ on 2021-03-05 notify show --date 2021-03-05 --item missile --state deployed --facility South --count 1
  entry 6 of countersign/pact/AR
  $ on 2021-04-01 notify move --date 2021-04-01 --item missile --state deployed --facility West --to-facility North --count 1
  entry 7 of countersign/pact/AR
  $ on 2021-05-01 notify move --date 2021-05-01 --item warhead --state stored --facility South --to-state deployed --to-facility North --count 3 --sealed
  entry 8 of countersign/pact/AR

  $ export COUNTERSIGN_NOW=2021-06-10T12:00:00Z
  $ countersign -C ar holdings
  AR (Arland) on 2021-06-10, as known on 2021-06-10
    countersign/pact/AR: declared last for 2021-01-01 by entry 1, 5 notifications that change holdings
  
    North        missile/deployed          29
                 warhead/deployed      sealed
                 warhead/stored        sealed
    South        missile/deployed          21
                 missile/stored             5
                 warhead/deployed      sealed
                 warhead/stored        sealed
    West         missile/deployed          -1  more left than was there
    in all       missile/deployed          49
                 missile/stored             5
                 warhead/deployed      sealed
                 warhead/stored        sealed
  
    missiles                               54
    warheads                           sealed

A month before, and as it was known before the correction.

  $ countersign -C ar holdings --party AR --on 2021-03-01 --at 2021-03-03 | head -9
  AR (Arland) on 2021-03-01, as known on 2021-03-03
    countersign/pact/AR: declared last for 2021-01-01 by entry 1, 3 notifications that change holdings
  
    North        missile/deployed          28
                 warhead/deployed      sealed
                 warhead/stored        sealed
    South        missile/deployed          21
                 missile/stored            -3  more left than was there
                 warhead/deployed      sealed
  $ countersign -C ar holdings --party CN
  countersign holdings: "CN" is not a party of pact; expected one such as "AR"
  countersign: hint: see "countersign holdings --help"
  [2]
  $ countersign -C ar holdings --party BO
  no ledger of BO is in this home

For programs, with the commitment to what is sealed; an inspector opens it with the sums of what opens its parts.

  $ countersign -C ar holdings --json | sed -n '/"West"/,+4p; /"warhead"/,/}/p' | sed 's/commitment": ".*="/commitment": "BASE64"/'
            "item": "warhead",
            "state": "deployed",
            "sealed": true,
            "commitment": "BASE64"
          },
            "item": "warhead",
            "state": "stored",
            "sealed": true,
            "commitment": "BASE64"
          },
            "item": "warhead",
            "state": "deployed",
            "sealed": true,
            "commitment": "BASE64"
          },
            "item": "warhead",
            "state": "stored",
            "sealed": true,
            "commitment": "BASE64"
          },
            "facility": "West",
            "item": "missile",
            "state": "deployed",
            "number": -1
          }
            "item": "warhead",
            "state": "deployed",
            "sealed": true
          },
            "item": "warhead",
            "state": "stored",
            "sealed": true
          }

The next declaration does not follow from all this, and what is sealed is not known to. A proof shows that it does.

  $ on 2021-07-02 declare "$CRAMTMP/declared.csv" --date 2021-07-01 --sealed
  entry 9 of countersign/pact/AR
  $ export COUNTERSIGN_NOW=2021-07-10T12:00:00Z
  $ countersign -C ar assess --party AR | grep -v '^ *$'
  A pact on missiles and warheads
  assessed at 2021-07-10 from countersign/pact/AR
  Rules
       exchange  [Article 3]
  date        party  exchange  line
  2021-01-01  AR     met          1
  2021-07-01  AR     met          9
  2021-02-10  AR     late             move  [Article 4]  countersign/pact/AR:3
  2021-03-05  AR     met              show  1  in time  [Article 4]  countersign/pact/AR:6
  2021-04-01  AR     violated         notified-moves  1 against 0  missile/deployed at West: more left than was there  [Article 2]  countersign/pact/AR:7
  2021-05-01  AR     met              move  4  in time  [Article 4]  countersign/pact/AR:8
  2021-07-01  AR     violated         replay  27 against 29  missile/deployed at North does not follow from what was notified, nor at 2 other facilities  [Article 2]  countersign/pact/AR:9
  2021-07-01  AR     violated         replay  6 against 5  missile/stored at South does not follow from what was notified  [Article 2]  countersign/pact/AR:9
  2021-07-01  AR     unknown          replay  sealed, and not proven  [Article 3]  countersign/pact/AR:9
  9 verdicts: 4 met, 3 violated, 1 late, 1 unknown.
  No limit could be judged. Late notifications: AR 1 (2021-02-10). Moves of more than was there: AR 1
  (2021-04-01). Declared numbers that do not follow from what was notified: AR 2 (2021-07-01). The
  agreement is in force until 2023-01-01.
  AR     not kept: move of 2021-02-10: late; and 3 more
  $ on 2021-07-10 claim equal warheads --at 9 --baseline 1
  entry 10 of countersign/pact/AR proves
    equal warheads entry 1
  $ countersign -C ar assess --party AR --json | grep 'rule": "replay'
      {"party": "AR", "rule": "replay", "article": "Article 2", "date": "2021-07-01", "verdict": "violated", "value": 27, "limit": 29, "margin": 2, "evidence": "countersign/pact/AR:9", "note": "missile/deployed at North does not follow from what was notified, nor at 2 other facilities"},
      {"party": "AR", "rule": "replay", "article": "Article 2", "date": "2021-07-01", "verdict": "violated", "value": 6, "limit": 5, "margin": -1, "evidence": "countersign/pact/AR:9", "note": "missile/stored at South does not follow from what was notified"},
      {"party": "AR", "rule": "replay", "article": "Article 3", "date": "2021-07-01", "verdict": "unknown", "evidence": "countersign/pact/AR:9", "note": "sealed, and not proven"}
  $ on 2021-07-10 claim balanced --at 8
  entry 11 of countersign/pact/AR proves
    balanced
  $ countersign -C ar assess --party AR --json | grep 'rule": "replay.*sealed'
      {"party": "AR", "rule": "replay", "article": "Article 3", "date": "2021-07-01", "verdict": "proved", "evidence": "countersign/pact/AR:9", "note": "sealed; a proof shows it of all facilities together"}

As it was known on the day of the move that was corrected later.

  $ countersign -C ar assess --party AR --at 2021-03-03 | sed -n '/^2021-03/p; /^No limit/,$p'
  2021-03-01  AR     violated         notified-moves  9 against 6  missile/stored at South: more left than was there  [Article 2]  countersign/pact/AR:4
  2021-03-03  AR     met              move  2  in time  [Article 4]  countersign/pact/AR:4
  No limit could be judged. Late notifications: AR 1 (2021-02-10). Moves of more than was there: AR 1
  (2021-03-01). The agreement is in force until 2023-01-01.
  
  AR     not kept: move of 2021-02-10: late; and 1 more
