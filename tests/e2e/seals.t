Sealed counts, as persons would use them: the United States under the freeze of October 2020, Russia, and an observer. Keys,
commitments and the order of items are random; the time of the exercise is fixed.

  $ . "$TESTDIR/../cli/setup.sh"
  $ treaty=$PWD/treaties/freeze-2020-us.yaml
  $ cd "$CRAMTMP"
  $ trap 'test -z "${server-}" || kill "$server" 2>/dev/null' EXIT
  $ echo 'correct horse battery staple' >pw
  $ us() { countersign -C us "$@"; }
  $ secretly() { us "$@" --passphrase-file "$CRAMTMP/pw"; }
  $ export COUNTERSIGN_NOW=2021-02-10T12:00:00Z
  $ for party in us ru; do countersign init $party --party ${party^^} --treaty "$treaty" --passphrase-file pw; done >/dev/null
  $ countersign init observer --observer --treaty "$treaty" --passphrase-file pw >/dev/null

A row for each warhead, with its identifier; a row with 0 where there are none in a state.

  $ holdings() # DATE FACILITY STATE COUNT ...
  > {
  >   local date=$1 number=0
  >   shift
  >   echo date,party,item,state,type,facility,identifier,count
  >   while test $# -gt 0; do
  >     test "$3" -gt 0 || echo "$date,US,warhead,$2,,$1,,0"
  >     for ((i = 0; i < $3; i++)); do printf '%s,US,warhead,%s,W-76,%s,US-%05d,1\n' "$date" "$2" "$1" $((++number)); done
  >     shift 3
  >   done
  > }
  $ holdings 2021-02-05 North stored 4 North retired 2 'Base A' deployed 3 'Base B' deployed 2 >february.csv
  $ head -3 february.csv
  date,party,item,state,type,facility,identifier,count
  2021-02-05,US,warhead,stored,W-76,North,US-00001,1
  2021-02-05,US,warhead,stored,W-76,North,US-00002,1

What the agreement seals is not declared openly by a slip, nor kept as a draft that is not encrypted.

  $ secretly declare "$CRAMTMP/february.csv" --date 2021-02-05 2>&1 | sed "s|$CRAMTMP/||"
  countersign: february.csv:2:15: freeze-2020-us seals the numbers of "warhead"; expected them not to be declared openly
  countersign: hint: "countersign declare --sealed" takes holdings by item, state and facility
  $ us draft ../february.csv --date 2021-02-05
  countersign: ../february.csv:2:15: freeze-2020-us seals the numbers of "warhead"; expected them not to be declared openly
  countersign: hint: "countersign declare --sealed" takes holdings by item, state and facility
  [3]
  $ secretly declare ../february.csv --date 2021-02-05 --sealed
  entry 1 of countersign/freeze-2020-us/US
  $ secretly declare ../february.csv --date 2021-02-05 --sealed
  countersign: countersign/freeze-2020-us/US: entry 1 declares 2021-02-05 already; expected a correction of it
  countersign: hint: --corrects 1 takes its place; both stay in the ledger
  [3]

Rows that cannot be sealed.

  $ refuse() { secretly declare ../bad.csv --date 2021-02-05 --sealed --corrects 1; }
  $ sed 's/US-00002/US-00001/' february.csv >bad.csv; refuse
  countersign: ../bad.csv: the identifier "US-00001" is there twice; expected each one once
  [3]
  $ sed '3s/,1$/,2/' february.csv >bad.csv; refuse
  countersign: ../bad.csv:3:15: warhead, stored, counts several in one row; expected a row for each one, with its identifier and the count 1
  [3]
  $ sed '3s/US-00002//' february.csv >bad.csv; refuse
  countersign: ../bad.csv:3:15: warhead, stored, has no identifier; expected the column "identifier", by which the agreement tells them apart
  [3]
  $ sed '3s/North//' february.csv >bad.csv; refuse
  countersign: ../bad.csv:3:15: warhead, stored, is at no facility; expected the column "facility" for what is to be sealed
  [3]
  $ printf 'date,party,all-warheads\n2021-02-05,US,11\n' >bad.csv; refuse
  countersign: ../bad.csv:1:1: totals cannot be sealed; expected holdings by item, state and facility
  [3]
  $ secretly declare ../february.csv --date 2021-02-06 --sealed
  countersign: ../february.csv: there is nothing of US for 2021-02-06 that freeze-2020-us seals; expected a row with this party and date
  [3]

Claims: the baseline itself owes none. What does not hold is not stated.

  $ secretly claim due --at 1
  freeze-2020-us asks for no proof about entry 1
  $ secretly claim at-most all-warheads --limit 11 --at 1
  entry 2 of countersign/freeze-2020-us/US proves
    at-most all-warheads 11
  $ secretly claim at-most all-warheads --limit 10 --at 1
  countersign: claim 1 does not hold; nothing can prove it
  [3]
  $ secretly claim equal all-warheads --number 12 --at 1
  countersign: claim 1 does not hold; nothing can prove it
  [3]
  $ secretly claim at-most all-warhead --limit 11 --at 1
  countersign claim: "all-warhead" is no count of freeze-2020-us; did you mean "all-warheads"?
  countersign: hint: see "countersign claim --help"
  [2]
  $ secretly claim at-most all-warheads --at 1
  countersign claim: expected --limit N with at-most
  countersign: hint: see "countersign claim --help"
  [2]
  $ secretly claim at-least all-warheads --at 1
  countersign claim: "at-least" is no claim; expected at-most, not-above, equal, balanced or due
  countersign: hint: see "countersign claim --help"
  [2]
  $ secretly claim at-most all-warheads --limit 11 --at 7
  countersign: it speaks of entry 7, which is not there; expected a sealed statement of this ledger
  [3]
  $ secretly claim at-most all-warheads --limit 11 --at 0
  countersign: it speaks of entry 0, which seals nothing; expected a sealed statement of this ledger
  [3]
  $ secretly claim balanced --at 1
  countersign: "balanced" is about no sealed transfer; expected a notification with sealed counts
  [3]
  $ us log
       0  2021-02-10T12:00:00Z  adopt countersign/freeze-2020-us/US
       1  2021-02-10T12:00:00Z  declare 2021-02-05
       2  2021-02-10T12:00:00Z  claim 1

In May one warhead is elsewhere, and none is new: the claim that the agreement asks for holds.

  $ export COUNTERSIGN_NOW=2021-05-10T12:00:00Z
  $ holdings 2021-05-05 North stored 3 North retired 2 'Base A' deployed 3 'Base B' deployed 3 >may.csv
  $ secretly declare ../may.csv --date 2021-05-05 --sealed
  entry 3 of countersign/freeze-2020-us/US
  $ us assess --party US --at 2021-05-10 | grep 2021-05-05
  2021-05-05  US     met      sealed        unknown     3

With the exchange the claim is due, on 3 June: without it, it is missing from the next day on.

  $ for day in 03 04; do us assess --party US --at 2021-06-$day | grep -E '2021-05-05|not kept'; done
  2021-05-05  US     met      sealed        unknown     3
  2021-05-05  US     met      sealed        MISSING     3
  2021-02-05. Missing exchanges: US 1 (2021-05-05). The agreement is in force until 2022-02-05.
  US     not kept: freeze of 2021-05-05: missing, sealed, and not proven
  $ secretly claim due --at 3
  entry 4 of countersign/freeze-2020-us/US proves
    not-above all-warheads entry 1
  $ secretly claim not-above all-warheads --baseline 3 --at 1
  entry 5 of countersign/freeze-2020-us/US proves
    not-above all-warheads entry 3
  $ secretly claim equal all-warheads --baseline 1 --at 3
  entry 6 of countersign/freeze-2020-us/US proves
    equal all-warheads entry 1

A transfer between two facilities creates nothing.

  $ secretly notify move --date 2021-05-06 --item warhead --state stored --facility North --to-facility 'Base B' --sealed
  countersign notify: --sealed is given without --count; expected the number that is to be sealed
  countersign: hint: see "countersign notify --help"
  [2]
  $ secretly notify move --date 2021-05-06 --item warhead --state stored --facility North --count 1 --sealed
  countersign: "sealed-from" is of an unknown place; expected "state", "facility" and "to-facility"
  [3]
  $ secretly notify move --date 2021-05-06 --item warhead --state stored --facility North --to-facility 'Base B' --count 1 --sealed
  entry 7 of countersign/freeze-2020-us/US
  $ secretly claim balanced --at 7
  entry 8 of countersign/freeze-2020-us/US proves
    balanced

What nobody else could see is refused here: more than is there by what the vault opens, also where an earlier move would leave
too few for a later one; an item out of a place that never had any; and what would say a sealed number openly, or nothing.

  $ move() { secretly notify move --date "$1" --item warhead --state stored --facility "$2" --to-facility "$3" "${@:4}"; }
  $ move 2021-05-07 North 'Base B' --count 3 --sealed
  countersign: countersign/freeze-2020-us/US: on 2021-05-07 3 would leave "North" in all, where 2 are by what was declared and notified; expected no more
  countersign: hint: where a declaration or a notification was wrong, correct that first, with --corrects
  [3]
  $ move 2021-05-05 North 'Base B' --count 3 --sealed
  countersign: countersign/freeze-2020-us/US: on 2021-05-06 1 would leave "North" in all, where 0 are by what was declared and notified; expected no more
  countersign: hint: where a declaration or a notification was wrong, correct that first, with --corrects
  [3]
  $ move 2021-05-07 Nowhere 'Base B' --count 1 --sealed
  countersign: countersign/freeze-2020-us/US: on 2021-05-07 1 would leave "Nowhere" in all, where 0 are by what was declared and notified; expected no more
  countersign: hint: where a declaration or a notification was wrong, correct that first, with --corrects
  [3]
  $ move 2021-05-07 North North --count 1 --sealed
  countersign: countersign/freeze-2020-us/US: what it tells of ends where and as it began; expected another facility or state
  [3]
  $ move 2021-05-07 North 'Base B' --count 1
  countersign: countersign/freeze-2020-us/US: freeze-2020-us seals the numbers of "warhead"; expected them not to be notified openly
  countersign: hint: "countersign notify --sealed" puts commitments in their place
  [3]
  $ move 2021-05-04 North 'Base B' --count 5 --sealed
  countersign: countersign/freeze-2020-us/US: on 2021-05-04 5 would leave "North" in all, where 4 are by what was declared and notified; expected no more
  countersign: hint: where a declaration or a notification was wrong, correct that first, with --corrects
  [3]
  $ us log
       0  2021-02-10T12:00:00Z  adopt countersign/freeze-2020-us/US
       1  2021-02-10T12:00:00Z  declare 2021-02-05
       2  2021-02-10T12:00:00Z  claim 1
       3  2021-05-10T12:00:00Z  declare 2021-05-05
       4  2021-05-10T12:00:00Z  claim 3
       5  2021-05-10T12:00:00Z  claim 1
       6  2021-05-10T12:00:00Z  claim 3
       7  2021-05-10T12:00:00Z  notify move 2021-05-06
       8  2021-05-10T12:00:00Z  claim 7

Russia and the observer fetch, check and judge. Neither learns a number.

  $ (exec ${COUNTERSIGN_UNDER-} "$COUNTERSIGN" -C us serve --listen 127.0.0.1:0 >listening) & server=$!
  $ for ((i = 0; i < 600; i++)); do test -s listening && break; sleep 0.1; done
  $ address=http://127.0.0.1:$(sed 's/.* //' listening)
  $ for home in ru observer; do
  >   countersign -C $home peer add US "$address" "$(us key)"
  >   countersign -C $home sync --passphrase-file ../pw
  > done
  US           9 entries, 9 new, cosigned
  US           9 entries, 9 new, cosigned
  $ kill "$server"; wait "$server" 2>/dev/null; server=
  $ countersign -C ru assess --at 2021-05-12
  One-year extension of New START with a verified freeze of all nuclear warheads (proposal of the
  United States, October 2020)
  assessed at 2021-05-12 from countersign/freeze-2020-us/RU, countersign/freeze-2020-us/US
  
  Rules
       exchange  [Draft, paragraph 1]
    A  freeze    at most its baseline [O'Brien, 16 October 2020]
  
  date        party  exchange     A margin           line
  2021-02-05  US     met      sealed        proved      1
              RU     MISSING      -        unknown
  2021-05-05  US     met      sealed        proved      3
  
  2021-05-05  US     proved           replay  sealed; a proof shows it of all facilities together  [Draft, paragraph 1]  countersign/freeze-2020-us/US:3
  2021-05-10  US     met              move  1  in time  [Draft, paragraph 2]  countersign/freeze-2020-us/US:7
  
  8 verdicts: 3 met, 3 proved, 1 missing, 1 unknown.
  5 other rules (notifications, inspections, obligations) need evidence that holdings do not hold.
  
  No limit is known to have been exceeded while it was binding, in declarations from 2021-02-05 to
  2021-05-05. Missing exchanges: RU 1 (2021-02-05). The agreement is in force until 2022-02-05.
  
  US     kept as far as verified: 2 limits proved, 1 declaration proved to follow; what is where
         nobody looked rests on its word
  RU     not kept: exchange of 2021-02-05: missing, no declaration
  [1]
  $ countersign -C ru assess --at 2021-05-12 --party US --csv | tr -d '\r'
  date,party,rule,verdict,value,limit,margin,article,evidence,note
  2021-02-05,US,exchange,met,,,,"Draft, paragraph 1(a)",countersign/freeze-2020-us/US:1,sealed
  2021-02-05,US,freeze,proved,,,,"O'Brien, 16 October 2020",countersign/freeze-2020-us/US:1,sealed; this is the baseline
  2021-05-05,US,exchange,met,,,,"Draft, paragraph 1(b)",countersign/freeze-2020-us/US:3,sealed
  2021-05-05,US,freeze,proved,,,,"O'Brien, 16 October 2020",countersign/freeze-2020-us/US:3,sealed; a proof shows it
  2021-05-05,US,replay,proved,,,,"Draft, paragraph 1",countersign/freeze-2020-us/US:3,sealed; a proof shows it of all facilities together
  2021-05-10,US,move,met,1,,,"Draft, paragraph 2",countersign/freeze-2020-us/US:7,in time
  $ countersign -C ru verify
  countersign/freeze-2020-us/RU: 1 entries, every one in the signed tree
  countersign/freeze-2020-us/US: 9 entries, every one in the signed tree
  countersign/freeze-2020-us/US: 7 proofs about sealed counts verified
  $ countersign -C observer assess --at 2021-05-12 --party US | tail -5 | head -2
  No limit was exceeded while it was binding: each was met, or proved to be, in every declaration from
  2021-02-05 to 2021-05-05. The agreement is in force until 2022-02-05.

The observer hands the claim on as a file, which convinces without a network.

  $ countersign -C observer show 4 --peer US -o ../claim.json
  $ countersign verify claim.json --key "$(us key)" | sed 's/US+.*/US+KEY/'
  Entry 4 of countersign/freeze-2020-us/US, which has 9 entries, is a "claim" of US under freeze-2020-us, made at 2021-05-10T12:00:00Z.
  It proves of entry 3:
    all-warheads is not above what it was in entry 1
  The ledger has the key that was given: countersign/freeze-2020-us/US+KEY
  $ countersign verify claim.json | tail -1 | sed 's/US+.*/US+KEY/'
  Whether the ledger is that party's, its key has to tell: countersign/freeze-2020-us/US+KEY
  $ countersign verify claim.json --key "$(countersign -C ru key)"
  countersign: claim.json: this exhibit proves nothing: it is of a ledger with another key
  [1]
  $ sed 's/"index": 3/"index": 1/' claim.json >changed.json; countersign verify changed.json
  countersign: changed.json: this exhibit proves nothing: an entry that it rests on is missing
  [1]
  $ us show 1 -o ../declaration.json; countersign verify declaration.json | head -2
  Entry 1 of countersign/freeze-2020-us/US, which has 9 entries, is a "declare" of US under freeze-2020-us for 2021-02-05, made at 2021-02-10T12:00:00Z.
  Its sealed counts are proven to be numbers from 0 to 65535.

An inspector is at Base B: it is opened, and nothing else. Offline, with the key that the United States gave out.

  $ secretly open 'Base B' --at 3 -o ../base-b.json
  $ countersign verify base-b.json --key "$(us key)" | sed 's/US+.*/US+KEY/' | grep -v '^  US-'
  Entry 3 of countersign/freeze-2020-us/US, which has 9 entries, is a "declare" of US under freeze-2020-us for 2021-05-05, made at 2021-05-10T12:00:00Z.
  Its sealed counts are proven to be numbers from 0 to 65535.
  What was sealed at Base B, all of it:
    warhead/deployed                         3
    warhead/stored                           0
    warhead/retired                          0
  The ledger has the key that was given: countersign/freeze-2020-us/US+KEY
  $ countersign verify base-b.json | grep '^  US-' | sort
    US-00009  warhead, deployed, W-76
    US-00010  warhead, deployed, W-76
    US-00011  warhead, deployed, W-76
  $ grep -c -e North -e US-00001 base-b.json
  0
  [1]
  $ sed 's/"count": 3/"count": 2/' base-b.json >changed.json; countersign verify changed.json
  countersign: changed.json: this exhibit proves nothing: a count is not the one that was sealed
  [1]
  $ secretly open 'Base B' --at 3 --item US-00010 -o ../item.json
  $ countersign verify item.json --key "$(us key)" | sed 's/US+.*/US+KEY/'
  Entry 3 of countersign/freeze-2020-us/US, which has 9 entries, is a "declare" of US under freeze-2020-us for 2021-05-05, made at 2021-05-10T12:00:00Z.
  Its sealed counts are proven to be numbers from 0 to 65535.
  Of what was sealed at Base B, this item:
    US-00010  warhead, deployed, W-76
  The ledger has the key that was given: countersign/freeze-2020-us/US+KEY
  $ sed 's/US-00010/US-00011/' item.json >changed.json; countersign verify changed.json
  countersign: changed.json: this exhibit proves nothing: the item is not in the list that was sealed
  [1]
  $ secretly open 'Base B' --at 3 --item US-00001 -o ../none.json
  countersign: "US-00001" is not among what was sealed there; expected the identifier of an item
  [3]
  $ secretly open 'Base C' --at 3 -o ../none.json
  countersign: "Base C" is no facility that entry 3 seals; expected one of its own
  [3]
  $ secretly open 'Base B' --at 4 -o ../none.json
  countersign: countersign/freeze-2020-us/US: entry 4 seals nothing; expected a sealed declaration
  [3]
  $ ls none.json
  ls: cannot access 'none.json': No such file or directory
  [2]

Secrets are in no ledger, log or exhibit of a claim, nor readable in the vault.

  $ us log --json >log; countersign -C ru log --peer US --json >>log
  $ grep -c -e US-000 -e W-76 -e '"count":[0-9]' -e blinding log claim.json declaration.json
  log:0
  claim.json:0
  declaration.json:0
  [1]
  $ cat us/ledger.db* us/vault.db* ru/ledger.db* | grep -a -c -e US-000 -e W-76
  0
  [1]
  $ stat -c '%a %n' us/vault.db
  600 us/vault.db

In August there is one more warhead than in February. Nothing can prove otherwise, and the verdict says so.

  $ export COUNTERSIGN_NOW=2021-08-10T12:00:00Z
  $ holdings 2021-08-05 North stored 5 North retired 2 'Base A' deployed 3 'Base B' deployed 2 >august.csv
  $ secretly declare ../august.csv --date 2021-08-05 --sealed
  entry 9 of countersign/freeze-2020-us/US
  $ secretly claim due --at 9
  countersign: claim 1 does not hold; nothing can prove it
  [3]
  $ us assess --party US --at 2021-08-10 | tail -9
  
  9 verdicts: 4 met, 3 proved, 2 unknown.
  5 other rules (notifications, inspections, obligations) need evidence that holdings do not hold.
  
  No limit is known to have been exceeded while it was binding, in declarations from 2021-02-05 to
  2021-05-05. The agreement is in force until 2022-02-05.
  
  US     kept as far as verified: 2 limits proved, 1 declaration proved to follow, 1 finding open;
         what is where nobody looked rests on its word

The vault: checked, backed up, lost, and brought back.

  $ secretly vault check
  the vault opens each of the 4 sealed statements of countersign/freeze-2020-us/US
  $ secretly vault backup ../us.backup
  the vault opens each of the 4 sealed statements of countersign/freeze-2020-us/US
  $ secretly vault backup ../us.backup
  the vault opens each of the 4 sealed statements of countersign/freeze-2020-us/US
  countersign: ../us.backup: the backup cannot be written: File exists
  [4]
  $ stat -c '%a %n' us.backup; grep -a -c US-000 us.backup
  600 us.backup
  0
  [1]
  $ mkdir away; mv us/vault.db* away
  $ secretly vault check
  countersign: us: the vault has nothing that opens entry 1; expected its opening ("countersign vault restore" brings it back from a backup)
  [3]
  $ secretly claim at-most all-warheads --limit 50 --at 9
  countersign: us: the vault has nothing that opens entry 9; expected its opening ("countersign vault restore" brings it back from a backup)
  [3]
  $ secretly open North --at 9 -o ../none.json
  countersign: us: the vault has nothing that opens entry 9; expected its opening ("countersign vault restore" brings it back from a backup)
  [3]
  $ echo wrong >wrong
  $ us vault check --passphrase-file ../wrong
  countersign: us/key: the keys do not open with this passphrase; expected the one given to countersign init
  [3]
  $ head -c 1000 us.backup >cut.backup; secretly vault restore ../cut.backup
  countersign: ../cut.backup:3:1: the file ends here; expected it not to be cut short
  [3]
  $ secretly vault restore ../us.backup
  4 records came back; the vault opens each of the 4 sealed statements of countersign/freeze-2020-us/US
  $ secretly vault restore ../us.backup
  0 records came back; the vault opens each of the 4 sealed statements of countersign/freeze-2020-us/US
  $ secretly claim at-most all-warheads --limit 50 --at 9
  entry 10 of countersign/freeze-2020-us/US proves
    at-most all-warheads 50

A home that has sealed nothing has nothing to open; an observer claims nothing.

  $ countersign -C ru vault check --passphrase-file ../pw
  the vault opens each of the 0 sealed statements of countersign/freeze-2020-us/RU
  $ countersign -C observer vault check --passphrase-file ../pw
  the vault opens each of the 0 sealed statements of countersign/freeze-2020-us/observer
  $ countersign -C observer claim due --at 1 --passphrase-file ../pw
  countersign: observer: an observer claims nothing; expected the home of a party
  [3]
