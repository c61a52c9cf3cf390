The record through ledgers, from March 2021 on: declared, countersigned, judged, rewritten and caught.

  $ . "$TESTDIR/../cli/setup.sh"
  $ timeout 240 demo/ledgers "$COUNTERSIGN" "$CRAMTMP/demo" 2021-03-01 | sed "s/[0-9a-f]\{16\}.json/HASH.json/; s|$CRAMTMP/||"
  Two parties and an observer make their homes, and get to know each other's keys.
  Each exchange is declared, fetched by the other side, checked and countersigned.
    2021-03-01  RU: 2 entries, cosigned;  US: 2 entries, cosigned
    2021-09-01  RU: 3 entries, cosigned;  US: 3 entries, cosigned
    2022-03-01  RU: 4 entries, cosigned;  US: 4 entries, cosigned
    2022-09-01  RU: 5 entries, cosigned;  US: 5 entries, cosigned
  
  What the observer concludes from the ledgers that it keeps:
  2022-09-01  US     met        659    +41 met      1,420   +130 met        800      0 met          4
              RU     met        540   +160 met      1,549     +1 met        759    +41 met          4
  242 verdicts: 34 met, 52 missing, 84 not yet binding, 72 unknown.
  28 other rules (notifications, inspections, obligations) need evidence that holdings do not hold.
  
  No limit was exceeded while it was binding: each was met in every declaration from 2021-03-01 to
  2022-09-01. Missing exchanges: US 26 (2011-02-05 to 2025-09-01), RU 26 (2011-02-05 to 2025-09-01).
  Extended on 2021-02-03 to 2026-02-05. The agreement ended on 2026-02-05.
  
  countersign/new-start/RU: 5 entries, every one in the signed tree
  countersign/new-start/US: 5 entries, every one in the signed tree
  
  For the exercise, the ledger of RU is now rewritten from March 2022 on, with 1,374 warheads for 1,474.
  RU           NOT ACCEPTED: The ledger countersign/new-start/RU signed two different histories of 5 entries.
               evidence in demo/us/evidence/HASH.json
  RU           NOT ACCEPTED: The ledger countersign/new-start/RU signed two different histories of 5 entries.
               evidence in demo/observer/evidence/HASH.json
  
  Anybody can check that evidence, without a network and without knowing any of them:
  The ledger countersign/new-start/RU signed two different histories of 5 entries.

The evidence is told of from then on, by a path from where the command was called.

  $ cd "$CRAMTMP"
  $ countersign -C demo/us status | sed '1,/^Countersigned/d; /^Next/,$d; s/[0-9a-f]\{16\}.json/HASH.json/'
    countersign/new-start/RU/cosigner has cosigned 5 of 5 entries
  
  Peers
    RU is followed, 5 entries
    RU: NOT ACCEPTED, another history was shown; evidence in demo/us/evidence/HASH.json
  
  $ countersign -C demo/observer peer list | sed 's/[0-9a-f]\{16\}.json/HASH.json/; s/127.0.0.1:[0-9]*/ADDRESS/; s/+.*/+KEY/'
  RU                  5 entries  http://ADDRESS  countersign/new-start/RU+KEY
               NOT ACCEPTED, another history was shown; evidence in demo/observer/evidence/HASH.json
  US                  5 entries  http://ADDRESS  countersign/new-start/US+KEY
  $ test -e "$(countersign -C demo/us status | sed -n 's/.*evidence in //p')"
  $ cd demo/us
  $ countersign status | sed -n 's/[0-9a-f]\{16\}.json/HASH.json/; s/.*evidence in //p'
  evidence/HASH.json
