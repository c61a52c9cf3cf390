A party's home, as a person would use it. The time of the exercise is fixed.

  $ . "$TESTDIR/../cli/setup.sh"
  $ export COUNTERSIGN_NOW=2018-02-10T12:00:00Z
  $ data=$PWD/data record=$PWD/data/new-start-aggregates.csv treaty=$PWD/treaties/new-start.yaml
  $ cd "$CRAMTMP"
  $ echo 'correct horse battery staple' >pw
  $ countersign init us --party US --treaty "$treaty" --passphrase-file pw
  us is the home of US. Give the others what "countersign -C us key" prints.
  $ us() { countersign -C us "$@"; }
  $ secretly() { us "$@" --passphrase-file "$CRAMTMP/pw"; }

Statements, each an entry; what is late is said to be.

  $ secretly declare "$record" --date 2018-02-05
  entry 1 of countersign/new-start/US
  $ secretly declare "$record" --date 2017-09-01
  entry 2 of countersign/new-start/US, after its deadline
  $ secretly notify launch --date 2018-02-08 --item icbm --count 1 --text 'a test'
  entry 3 of countersign/new-start/US, after its deadline
  $ countersign init ru --party RU --treaty "$treaty" --passphrase-file pw >/dev/null
  $ us peer add RU http://127.0.0.1:9 "$(countersign -C ru key)"
  $ secretly raise --origin countersign/new-start/RU --rule exchange --text 'no data yet'
  entry 4 of countersign/new-start/US
  $ secretly resolve --origin countersign/new-start/US --entry 4
  entry 5 of countersign/new-start/US
  $ secretly extend --until 2026-02-05
  entry 6 of countersign/new-start/US
  $ secretly suspend --from 2018-03-01
  entry 7 of countersign/new-start/US
  $ secretly resume --from 2018-04-01
  entry 8 of countersign/new-start/US
  $ secretly withdraw --from 2018-06-01 --confirm new-start
  entry 9 of countersign/new-start/US
  $ us log
       0  2018-02-10T12:00:00Z  adopt countersign/new-start/US
       1  2018-02-10T12:00:00Z  declare 2018-02-05  deployed-delivery-vehicles 652  deployed-warheads 1350  deployed-and-nondeployed-launchers 800
       2  2018-02-10T12:00:00Z  declare 2017-09-01  deployed-delivery-vehicles 660  deployed-warheads 1393  deployed-and-nondeployed-launchers 800
       3  2018-02-10T12:00:00Z  notify launch 2018-02-08 a test
       4  2018-02-10T12:00:00Z  raise exchange countersign/new-start/RU no data yet
       5  2018-02-10T12:00:00Z  resolve 4 countersign/new-start/US
       6  2018-02-10T12:00:00Z  extend 2026-02-05
       7  2018-02-10T12:00:00Z  suspend 2018-03-01
       8  2018-02-10T12:00:00Z  resume 2018-04-01
       9  2018-02-10T12:00:00Z  withdraw 2018-06-01
  $ us show 1
  {"entry": 1, "statement": {"kind":"declare","agreement":"new-start","party":"US","time":"2018-02-10T12:00:00Z","totals":{"deployed-delivery-vehicles":652,"deployed-warheads":1350,"deployed-and-nondeployed-launchers":800},"date":"2018-02-05"}}
  $ us show 77
  countersign: us: there is no entry 77; expected one below 10
  [3]

What the agreement does not admit is refused, and leaves nothing.

  $ secretly notify lunch --date 2018-02-08
  countersign: "lunch" is no notification of new-start; expected one of those it defines
  countersign: hint: did you mean "launch"? "countersign notify" alone lists them
  [3]
  $ us notify xyz --date 2018-02-08 2>&1 | head -4
  countersign: "xyz" is no notification of new-start; expected one of those it defines
    Data (Protocol, Part Four, Section II)
      first-data                  data for each category of Part Two, current as of entry into force;
                                  counted from entry into force
  $ us notify >/dev/null 2>list
  [2]
  $ head -4 list; tail -1 list
  countersign notify: expected NOTIFICATION, which in new-start is one of
    Data (Protocol, Part Four, Section II)
      first-data                  data for each category of Part Two, current as of entry into force;
                                  counted from entry into force
  countersign: hint: see "countersign notify --help"
  $ secretly notify launch --date 2018-02-08 --item icbn
  countersign: "icbn" is no item of the agreement; expected icbm, slbm, icbm-launcher, slbm-launcher, heavy-bomber, reentry-vehicle or heavy-bomber-non-nuclear
  countersign: hint: did you mean "icbm"?
  [3]
  $ secretly declare "$record" --date 2018-02-06 2>&1 | sed "s|$data|data|"
  countersign: data/new-start-aggregates.csv: there is no number of US for 2018-02-06; expected a row with this party and date
  $ secretly extend --until 2031-01-01
  countersign: "2031-01-01" is longer than the agreement may be extended; expected an earlier day
  [3]
  $ us log | wc -l
  10

What contradicts the ledger is refused too: a day is declared once, and then corrected; what is named is there; time does
not go back; and nobody leaves by a slip.

  $ secretly declare "$record" --date 2018-02-05
  countersign: countersign/new-start/US: entry 1 declares 2018-02-05 already; expected a correction of it
  countersign: hint: --corrects 1 takes its place; both stay in the ledger
  [3]
  $ secretly declare "$record" --date 2018-02-05 --corrects 2
  countersign: countersign/new-start/US: entry 1 declares 2018-02-05 already; expected a correction of it
  countersign: hint: --corrects 1 takes its place; both stay in the ledger
  [3]
  $ secretly declare "$record" --date 2011-02-05 --corrects 1
  countersign: countersign/new-start/US: there is no declaration for 2011-02-05 to correct; expected a new one, without "corrects"
  [3]
  $ secretly notify launch --date 2018-02-08 --corrects 4
  countersign: countersign/new-start/US: entry 4 is not there to be corrected; expected an entry of this ledger that is a "notify"
  [3]
  $ secretly raise --origin countersign/new-start/CN
  countersign: countersign/new-start/US: "countersign/new-start/CN" is no ledger that this home follows; expected its own or that of a peer
  [3]
  $ secretly raise --origin countersign/new-start/US --entry 12
  countersign: countersign/new-start/US: there is no entry 12 in countersign/new-start/US; expected one below 10
  [3]
  $ secretly resolve --origin countersign/new-start/US --entry 1
  countersign: countersign/new-start/US: entry 1 of countersign/new-start/US raises no ambiguity; expected one that does
  [3]
  $ secretly resolve --origin countersign/new-start/US --entry 4
  countersign: countersign/new-start/US: entry 4 is resolved already, by entry 5; expected an ambiguity that is open
  [3]
  $ COUNTERSIGN_NOW=2018-02-10T11:59:59Z us notify launch --date 2018-02-08 --passphrase-file "$CRAMTMP/pw"
  countersign: countersign/new-start/US: the time is 2018-02-10T11:59:59Z, and entry 9 was made at 2018-02-10T12:00:00Z; expected a clock that does not go back
  [3]
  $ secretly withdraw --from 2018-06-01 --confirm start
  countersign withdraw: --confirm does not name the agreement that the party leaves; expected --confirm new-start
  countersign: hint: see "countersign withdraw --help"
  [2]
  $ secretly notify conversion-or-elimination --date 2018-02-08 --item reentry-vehicle
  countersign: "reentry-vehicle" is not what this notification is about; expected icbm, slbm, icbm-launcher, slbm-launcher or heavy-bomber
  [3]
  $ us log | wc -l
  10

A draft shows what it leaves open.

  $ us draft data/new-start-by-type.csv --date 2020-09-01
  countersign: data/new-start-by-type.csv: cannot be opened: No such file or directory
  [3]
  $ us draft "$data/new-start-by-type.csv" --date 2020-09-01
  Declaration of United States of America for 2020-09-01
    icbm, deployed                                           397
    icbm, non-deployed                                       261
    slbm, deployed                                           230
    slbm, non-deployed                                       234
    icbm-launcher, deployed                                  397
    icbm-launcher, non-deployed                               57
    icbm-launcher, test                                        4
    icbm-launcher, training                              MISSING
    slbm-launcher, deployed                                  230
    slbm-launcher, non-deployed                               50
    slbm-launcher, test                                        0
    slbm-launcher, training                              MISSING
    heavy-bomber, deployed                                    48
    heavy-bomber, non-deployed                                18
    heavy-bomber, test                                         5
    reentry-vehicle, emplaced                            MISSING
    heavy-bomber-non-nuclear, declared                        41
  3 lines are missing; what there is none of is declared as 0.
  [1]
  $ us draft --discard
  $ us draft
  countersign draft: there is no draft; expected a file and --date
  countersign: hint: see "countersign draft --help"
  [2]

A correction says what it takes the place of.

  $ us draft "$record" --date 2018-02-05 | tail -1
  Complete: submit it with "countersign draft --submit".
  $ secretly draft --submit
  countersign: countersign/new-start/US: entry 1 declares 2018-02-05 already; expected a correction of it
  countersign: hint: --corrects 1 takes its place; both stay in the ledger
  [3]
  $ secretly draft --submit --corrects 1
  entry 10 of countersign/new-start/US
  $ us log | tail -1
      10  2018-02-10T12:00:00Z  declare 2018-02-05  deployed-delivery-vehicles 652  deployed-warheads 1350  deployed-and-nondeployed-launchers 800  (corrects 1)

What is owed, and who has countersigned; a wrong passphrase; an observer.

  $ us status
  United States of America under new-start, on 2018-02-10
  
  Owed
    missing   exchange of 2011-02-05  [Protocol, Part Four, Section II, paragraph 1]
    missing   exchange of 2011-09-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2012-03-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2012-09-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2013-03-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2013-09-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2014-03-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2014-09-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2015-03-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2015-09-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2016-03-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2016-09-01  [Protocol, Part Four, Section II, paragraph 2]
    missing   exchange of 2017-03-01  [Protocol, Part Four, Section II, paragraph 2]
    late      exchange of 2017-09-01  [Protocol, Part Four, Section II, paragraph 2]
    late      launch of 2018-02-08  [Protocol, Part Four, Section IV, paragraph 1]
  
  Countersigned
    RU has not cosigned this ledger yet
  
  Peers
    RU is not followed yet; see "countersign sync --help"
  
  Next
    2018-03-30  exchange of data: last day to provide the data of 2018-02-05
  [1]
  $ echo wrong >"$CRAMTMP/wrong"
  $ us resume --from 2018-04-01 --passphrase-file "$CRAMTMP/wrong"
  countersign: us/key: the keys do not open with this passphrase; expected the one given to countersign init
  [3]
  $ us verify
  countersign/new-start/US: 11 entries, every one in the signed tree
  countersign/new-start/RU: 0 entries, every one in the signed tree
  $ us assess --party US --at 2018-02-10 | tail -4
  Missing exchanges: US 13 (2011-02-05 to 2017-03-01). Late exchanges: US 1 (2017-09-01). Late
  notifications: US 1 (2018-02-08). The agreement is in force until 2021-02-05.
  
  US     not kept: exchange of 2011-02-05: missing, no declaration; and 14 more
  $ countersign init observer --observer --treaty "$treaty" --passphrase-file pw
  observer is the home of an observer. Give the others what "countersign -C observer key" prints.
  $ countersign -C observer declare "$record" --date 2018-02-05 --passphrase-file "$CRAMTMP/pw"
  countersign: observer: an observer declares nothing; expected the home of a party
  [3]
  $ countersign -C observer draft "$record" --date 2018-02-05
  countersign draft: an observer declares nothing; expected the home of a party
  countersign: hint: see "countersign draft --help"
  [2]

A day later a number turns out to be wrong: from then on the correction counts, and what was known before stays as it was.

  $ sed '/^2018-02-05,US/s/,1350,/,1351,/' "$record" >corrected.csv
  $ export COUNTERSIGN_NOW=2018-02-11T12:00:00Z
  $ secretly declare "$CRAMTMP/corrected.csv" --date 2018-02-05 --corrects 10
  entry 11 of countersign/new-start/US
  $ for day in 10 11; do us assess --party US --at 2018-02-$day | grep -m 1 '1,35'; done
  2018-02-05  US     met        652    +48 met      1,350   +200 met        800      0 met         10  in place of the scheduled day
  2018-02-05  US     met        652    +48 met      1,351   +199 met        800      0 met         11  in place of the scheduled day
