The baseline of exercises: facilities that are invented, and whose sums are the estimates.

  $ . "$TESTDIR/setup.sh"
  $ facilities=data/exercise-facilities.csv
  $ awk -F, 'NR > 1 { print $2, $3 }' $facilities | sort | uniq -c | sed 's/^ *//'
  2 CN operating-base
  1 CN production
  3 CN warhead-storage
  12 RU operating-base
  3 RU production
  9 RU warhead-storage
  11 US operating-base
  3 US production
  6 US warhead-storage
  $ sum() { awk -F, -v party="$1" -v column="$2" -v category="$3" '$2 == party && (category == "" || $8 == category) { n += $column } END { print n + 0 }' $facilities; }
  $ estimate() { awk -F, -v party="$1" -v category="$2" '$2 == party && $3 == category { print $4 }' data/stockpiles.csv; }
  $ tie() { echo "$1 $2: $3 $4"; test "$3" = "$4"; }
  $ for party in US RU CN; do tie $party total-inventory "$(sum $party 7)" "$(estimate $party total-inventory)"; done
  US total-inventory: 5800 5800
  RU total-inventory: 6500 6500
  CN total-inventory: 290 290
  $ for party in US RU; do
  >   tie $party deployed "$(sum $party 4)" "$(estimate $party deployed)"
  >   tie $party reserve "$(sum $party 5)" "$(estimate $party reserve)"
  >   tie $party retired-awaiting-dismantlement "$(sum $party 6)" "$(estimate $party retired-awaiting-dismantlement)"
  > done
  US deployed: 1750 1750
  US reserve: 2050 2050
  US retired-awaiting-dismantlement: 2000 2000
  RU deployed: 1600 1600
  RU reserve: 2730 2730
  RU retired-awaiting-dismantlement: 2170 2170
  $ for category in deployed-icbm deployed-slbm deployed-bomber-bases deployed-europe; do tie US $category "$(sum US 4 $category)" "$(estimate US $category)"; done
  US deployed-icbm: 400 400
  US deployed-slbm: 900 900
  US deployed-bomber-bases: 300 300
  US deployed-europe: 150 150
  $ awk -F, 'NR > 1 && $4 + $5 + $6 != $7' $facilities
  $ cut -d, -f1 $facilities | sort | uniq -d
  $ cut -d, -f5 data/stockpiles.csv | sort -u
  estimate
  kind
  $ awk -F, 'NR > 1 { print $10 }' $facilities | sort -u
  estimate; its division is assumed; the name is invented

Each is of a kind that the agreement has, and holds nothing in a state that it may not hold there.

  $ awk -F, 'NR > 1 { print $3 }' $facilities | sort -u | while read -r kind; do grep -c "^  $kind: " treaties/freeze-trilateral.yaml; done
  1
  1
  1
  $ awk -F, 'NR > 1 && (($4 && $3 != "operating-base") || ($5 && $3 != "warhead-storage") || ($6 && $3 == "operating-base"))' $facilities

As the agreement judges them, by the recipe of data/README.md: the day of the baseline, and China's 350 a year later.

  $ sed -n '/^awk -F, -v date/,/exercise-facilities.csv$/p' data/README.md >"$CRAMTMP/recipe"
  $ for party in US RU CN; do sed "s/party=CN/party=$party/" "$CRAMTMP/recipe" | bash >"$CRAMTMP/$party.csv"; wc -l <"$CRAMTMP/$party.csv"; done
  5836
  6542
  306
  $ head -3 "$CRAMTMP/CN.csv"; tail -1 "$CRAMTMP/CN.csv"
  date,party,item,state,facility,identifier,count
  2021-02-05,CN,warhead,deployed,CN operating base 1,,0
  2021-02-05,CN,warhead,stored,CN operating base 1,,0
  2021-02-05,CN,warhead,retired,CN production site 1,,0
  $ for party in US RU CN; do
  >   awk -F, -v OFS=, 'NR == 1 { print "date,party,item,state,facility,count" } NR > 1 { n[$4 OFS $5] += $7 } END { for (k in n) print "2021-02-05", party, "warhead", k, n[k] }' party=$party "$CRAMTMP/$party.csv"
  > done | awk 'NR == 1 || !/^date/' >"$CRAMTMP/all.csv"
  $ for n in 350 351; do echo "2022-02-04,CN,warhead,stored,CN storage site 1,$n"; echo "2022-02-04,CN,warhead,deployed,CN operating base 1,0"; echo "2022-02-04,CN,warhead,retired,CN storage site 1,0"; done >"$CRAMTMP/later"
  $ for lines in '1,3p' '4,6p'; do
  >   { cat "$CRAMTMP/all.csv"; sed -n "$lines" "$CRAMTMP/later"; } |
  >     countersign assess --treaty treaties/freeze-trilateral.yaml --holdings - --at 2022-02-04 | grep -E '(US|RU|CN) +met'
  > done
  2021-02-05  US     met      5,800      0 met                                2
              RU     met      6,500      0 met                               62
              CN     met                              290    +60 met        134
  2022-02-04  CN     met                              350      0 met        152
  2021-02-05  US     met      5,800      0 met                                2
              RU     met      6,500      0 met                               62
              CN     met                              290    +60 met        134
  2022-02-04  CN     met                              351     -1 VIOLATED   152

Sealed, with the proof that the agreement asks of China.

  $ echo 'correct horse battery staple' >"$CRAMTMP/pw"
  $ export COUNTERSIGN_NOW=2021-02-05T12:00:00Z
  $ countersign init "$CRAMTMP/cn" --party CN --treaty treaties/freeze-trilateral.yaml --passphrase-file "$CRAMTMP/pw" >/dev/null
  $ countersign -C "$CRAMTMP/cn" declare --sealed "$CRAMTMP/CN.csv" --date 2021-02-05 --passphrase-file "$CRAMTMP/pw"
  entry 1 of countersign/freeze-trilateral/CN
  $ countersign -C "$CRAMTMP/cn" claim --at 1 due --passphrase-file "$CRAMTMP/pw"
  entry 2 of countersign/freeze-trilateral/CN proves
    at-most all-warheads 350
