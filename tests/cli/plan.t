Plans of visits.

  $ . "$TESTDIR/setup.sh"
  $ plan() { countersign plan --treaty treaties/new-start.yaml "$@"; }

Without a file of facilities they are assumed, and the output says so. The quotas do not reach the goal: exit code 1.

  $ plan --violation 40 --goal 0.9
  Visits in a year under New START, by the quotas of 2011-04-06
  A violation of 40 items is to be seen with a probability of 0.9.
  
  Assumed
    - no facilities were given: 10 of each kind that may be visited, each with 16 items, the limit
      "deployed-warheads" spread evenly over them
    - a visit looks at every item of the facility; a look at an item in violation misses it with
      probability 0
    - the violator knows this plan but not the draw, and splits the violation where it is seen least,
      at no facility more items than it holds
    - no facility is visited twice in a year, and facilities are drawn with the probabilities below
      (conditional Poisson sampling)
  
  How many, and what they see of a violation that is all within their reach
    inspection  facilities       quota      visits    detected   one fewer    one more  goal needs
    type-one            30          10          10    0.719212    0.672414    0.761330          16
    type-two            70           8           8    0.309098    0.274552    0.342528          38
    type-one: [Article XI, paragraph 2; Protocol, Part Five, Section VI], the quota by treaty year
    type-two: [Article XI, paragraph 3; Protocol, Part Five, Section VII], the quota by treaty year
  
  Where: the probability of each facility to be visited
    icbm-base 1 to icbm-base 10                                  icbm-base                         16 items  0.333333
    submarine-base 1 to submarine-base 10                        submarine-base                    16 items  0.333333
    air-base 1 to air-base 10                                    air-base                          16 items  0.333333
    loading 1 to loading 10                                      loading                           16 items  0.114286
    repair 1 to repair 10                                        repair                            16 items  0.114286
    storage 1 to storage 10                                      storage                           16 items  0.114286
    conversion-or-elimination 1 to conversion-or-elimination 10  conversion-or-elimination         16 items  0.114286
    test-range 1 to test-range 10                                test-range                        16 items  0.114286
    training 1 to training 10                                    training                          16 items  0.114286
    formerly-declared 1 to formerly-declared 10                  formerly-declared                 16 items  0.114286
  
  18 visits see the violation with probability 0.309098, however it is split.
  It is seen least as 16 at loading 1, 16 at loading 2, 8 at loading 3.
  The goal of 0.9 is not reached: it needs 54 visits, 36 more than that.
  A violation that begins with the year and is seen is seen after 176 days in the mean, where the
    visits come on random days.
  [1]

With facilities: some hide no more than a part, one matters twice, one holds nothing, one is out of reach.

  $ plan --violation 40 --goal 0.5 --facilities tests/cli/facilities.csv
  Visits in a year under New START, by the quotas of 2011-04-06
  A violation of 40 items is to be seen with a probability of 0.5.
  
  Assumed
    - a visit looks at every item of the facility; a look at an item in violation misses it with
      probability 0
    - the violator knows this plan but not the draw, and splits the violation where it is seen least,
      at no facility more items than it holds
    - no facility is visited twice in a year, and facilities are drawn with the probabilities below
      (conditional Poisson sampling)
  
  How many, and what they see of a violation that is all within their reach
    inspection  facilities       quota      visits    detected   one fewer    one more  goal needs
    type-one             5          10           1    0.566667    0.000000    0.700000           1
    type-two             2           8           0    0.500000           -    0.900000           0
    type-one: [Article XI, paragraph 2; Protocol, Part Five, Section VI], the quota by treaty year
    type-two: [Article XI, paragraph 3; Protocol, Part Five, Section VII], the quota by treaty year
  
  Where: the probability of each facility to be visited
    Northern base   icbm-base              50 items  0.133333
    Eastern base    icbm-base              46 items  0.133333
    Small base      icbm-base              20 items  0.066667
    Harbour         submarine-base        120 items  0.566667
    Airfield        air-base               30 items  0.100000
    Empty airfield  air-base                0 items  nothing to see
    Store           storage                60 items  0.000000
    Old store       storage                10 items  0.000000
    Plant           production             80 items  out of reach
  
  1 visit sees the violation with a weighed probability 0.500000, however it is split.
  It is seen least as 40 at Store.
  Facilities have weights: where one has half the weight of the heaviest, missing a violation there
    counts half.
  The goal of 0.5 is reached within the quotas.
  Out of reach of every inspection: 1 facility with 80 items. A violation there is not seen by visits,
    and is not in these numbers.
  $ plan --violation 150 --goal 0.9 --facilities tests/cli/facilities.csv --looks 10 --miss 0.1 --json
  {
    "agreement": "new-start",
    "at": "2011-04-06",
    "period": "year",
    "violation": 150,
    "goal": 0.9,
    "miss": 0.1,
    "looks": 10,
    "facilities_assumed": false,
    "visits": 4,
    "drawn_visits": 0,
    "detection_probability": 0.9498186495631299,
    "worst_split_found": 0.9860781326063545,
    "items_together": 1,
    "rounded": false,
    "goal_reached": true,
    "visits_needed": 4,
    "mean_days": 136.4561230243673,
    "inspections": [
      {
        "inspection": "type-one",
        "article": "Article XI, paragraph 2; Protocol, Part Five, Section VI",
        "facilities": 5,
        "drawn_from": null,
        "quota": 10,
        "visits": 4,
        "drawn_visits": 0,
        "detection_probability": 0.9973503817373911,
        "one_fewer": 0.9576061078334178,
        "one_more": 0.9999999999995647,
        "visits_needed": 4,
        "parts": [
          {
            "inspection": "type-one",
            "article": "Article XI, paragraph 2; Protocol, Part Five, Section VI",
            "chosen": "designated",
            "quota": 10,
            "per": "treaty year",
            "counted": 10
          }
        ]
      },
      {
        "inspection": "type-two",
        "article": "Article XI, paragraph 3; Protocol, Part Five, Section VII",
        "facilities": 2,
        "drawn_from": null,
        "quota": 8,
        "visits": 0,
        "drawn_visits": 0,
        "detection_probability": null,
        "one_fewer": null,
        "one_more": null,
        "visits_needed": 0,
        "parts": [
          {
            "inspection": "type-two",
            "article": "Article XI, paragraph 3; Protocol, Part Five, Section VII",
            "chosen": "designated",
            "quota": 8,
            "per": "treaty year",
            "counted": 8
          }
        ]
      }
    ],
    "facilities": [
      {
        "facility": "Northern base",
        "kind": "icbm-base",
        "items": 50,
        "weight": 1.0,
        "inspection": "type-one",
        "chosen_probability": 0.8031496062936325,
        "visit_probability": 0.8031496062936325,
        "worst_split": 50
      },
      {
        "facility": "Eastern base",
        "kind": "icbm-base",
        "items": 46,
        "weight": 1.0,
        "inspection": "type-one",
        "chosen_probability": 0.7874015747992229,
        "visit_probability": 0.7874015747992229,
        "worst_split": 0
      },
      {
        "facility": "Small base",
        "kind": "icbm-base",
        "items": 20,
        "weight": 1.0,
        "inspection": "type-one",
        "chosen_probability": 0.6850393700855602,
        "visit_probability": 0.6850393700855602,
        "worst_split": 0
      },
      {
        "facility": "Harbour",
        "kind": "submarine-base",
        "items": 120,
        "weight": 2.0,
        "inspection": "type-one",
        "chosen_probability": 1.0,
        "visit_probability": 1.0,
        "worst_split": 30
      },
      {
        "facility": "Airfield",
        "kind": "air-base",
        "items": 30,
        "weight": 1.0,
        "inspection": "type-one",
        "chosen_probability": 0.7244094488215842,
        "visit_probability": 0.7244094488215842,
        "worst_split": 0
      },
      {
        "facility": "Empty airfield",
        "kind": "air-base",
        "items": 0,
        "weight": 1.0,
        "chosen_probability": 0.0,
        "visit_probability": 0.0,
        "worst_split": 0
      },
      {
        "facility": "Store",
        "kind": "storage",
        "items": 60,
        "weight": 1.0,
        "inspection": "type-two",
        "chosen_probability": 0.0,
        "visit_probability": 0.0,
        "worst_split": 60
      },
      {
        "facility": "Old store",
        "kind": "storage",
        "items": 10,
        "weight": 1.0,
        "inspection": "type-two",
        "chosen_probability": 0.0,
        "visit_probability": 0.0,
        "worst_split": 10
      },
      {
        "facility": "Plant",
        "kind": "production",
        "items": 80,
        "weight": 1.0,
        "chosen_probability": 0.0,
        "visit_probability": 0.0,
        "worst_split": 0
      }
    ],
    "out_of_reach": {
      "facilities": 1,
      "items": 80
    }
  }

Inspections of the same places are planned together; quotas over the term; a baseline has no number.

  $ countersign plan --treaty treaties/freeze-2020-us.yaml --violation 40 --goal 0.95
  Visits in the term under freeze-2020-us, by the quotas of 2021-02-05
  A violation of 40 items is to be seen with a probability of 0.95.
  
  Assumed
    - no facilities were given, and no limit has a number: 10 of each kind that may be visited, each
      of which can hide the whole violation
    - a visit looks at every item of the facility; a look at an item in violation misses it with
      probability 0
    - the violator knows this plan but not the draw, and splits the violation where it is seen least,
      at no facility more items than it holds
    - a drawn visit goes to any of the facilities of its kinds alike; each is drawn from all of them
      anew, so that one may be drawn twice
    - the other visits are chosen: to no facility twice in the term, with the probabilities below
      (conditional Poisson sampling), whatever is drawn
  
  How many, and what they see of a violation that is all within their reach
    inspection          facilities       quota      visits       drawn    detected   one fewer    one more  goal needs
    drawn + designated          20          18          18          12    0.621748    0.594730    0.648766          31
    drawn: [Draft, paragraph 3], the quota of 12 by term; each drawn evenly from all of 20 facilities
    designated: [Draft, paragraph 4], the quota of 6 by term; chosen by who inspects
  
  Where: the probability of each facility to be chosen, and to be visited by choice or draw
    warhead-storage 1 to warhead-storage 10  warhead-storage      0.300000    0.621748
    operating-base 1 to operating-base 10    operating-base       0.300000    0.621748
  
  12 drawn and 6 chosen visits see the violation with probability 0.621748, however it is split.
  It is seen least as 40 at warhead-storage 1.
  The goal of 0.95 is not reached: it needs 31 visits, 13 more than that.
  A violation that begins with the term and is seen is seen after 158 days in the mean, where the
    visits come on random days.
  [1]

Eight visits that are all drawn: one of thirty facilities is among them with 1 - (29/30)^8.

  $ countersign plan --treaty treaties/freeze-seals.yaml --violation 1 --goal 0.9 | sed -n '/a drawn visit/,$p'
    - a drawn visit goes to any of the facilities of its kinds alike; each is drawn from all of them
      anew, so that one may be drawn twice
  
  How many, and what they see of a violation that is all within their reach
    inspection  facilities       quota      visits       drawn    detected   one fewer    one more  goal needs
    drawn               30           8           8           8    0.237545    0.211254    0.262961          68
    drawn: [Draft, Article 5], the quota by term; each drawn evenly from all of 30 facilities
  
  Where: the probability of each facility to be chosen, and to be visited by choice or draw
    warhead-storage 1 to warhead-storage 10  warhead-storage      0.000000    0.237545
    operating-base 1 to operating-base 10    operating-base       0.000000    0.237545
    production 1 to production 10            production           0.000000    0.237545
  
  8 drawn visits see the violation with probability 0.237545, however it is split.
  It is seen least as 1 at warhead-storage 1.
  The goal of 0.9 is not reached: it needs 68 visits, 60 more than that.
  A violation that begins with the term and is seen is seen after 175 days in the mean, where the
    visits come on random days.
  $ awk 'BEGIN { printf "%.6f %.6f\n", 1 - (29/30)^8, 1 - (19/20)^12 * (1 - 6/20) }'
  0.237545 0.621748
  $ countersign plan --treaty treaties/freeze-seals.yaml --violation 1 --goal 1 | grep -A 1 'The goal'
  The goal of 1 is out of reach: not even all visits that may be drawn, and chosen ones to every
    facility, see enough.

Quotas of several periods, an empty facility that is drawn all the same, and a quota that is wide.

  $ plan_mixed() { countersign plan --treaty tests/cli/plan-mixed.yaml --facilities tests/cli/plan-mixed.csv "$@"; }
  $ plan_mixed --violation 30 --goal 0.8 --looks 8 --miss 0.1
  Visits in a year under mix, by the quotas of 2021-01-01
  A violation of 30 items is to be seen with a probability of 0.8.
  
  Assumed
    - a visit looks at 8 items of the facility, drawn at random; a look at an item in violation misses
      it with probability 0.1
    - the violator knows this plan but not the draw, and splits the violation where it is seen least,
      at no facility more items than it holds
    - a drawn visit goes to any of the facilities of its kinds alike; each is drawn from all of them
      anew, so that one may be drawn twice
    - the other visits are chosen: to no facility twice in a year, with the probabilities below
      (conditional Poisson sampling), whatever is drawn
    - of a quota for the whole term a year's share counts, rounded down
  
  How many, and what they see of a violation that is all within their reach
    inspection      facilities              quota      visits       drawn    detected   one fewer    one more  goal needs
    yearly + spare           3                  4           4           3    0.772829    0.578108    0.967540           5
    plants                   1  1,000,000,000,000           1           0           -           -           -           0
    yearly: [X], the quota of 3 by calendar year; each drawn evenly from all of 4 facilities
    spare: [Y], the quota of 10 by term, of which 1 in a year; chosen by who inspects
    plants: [Z], the quota by treaty year; chosen by who inspects
  
  Where: the probability of each facility to be chosen, and to be visited by choice or draw
    Store A     store         40 items    0.461560    0.772846
    Store B     store         25 items    0.384600    0.740378
    Base        base          10 items    0.153840    0.643026
    Empty base  base           0 items    0.000000    0.578125  nothing to see
    Plant       plant         12 items    1.000000    1.000000
  
  3 drawn and 2 chosen visits see the violation with probability 0.772829, however it is split.
  It is seen least as 30 at Store A.
  The goal of 0.8 is not reached: it needs 5 visits, differently divided over the inspections.
  A violation that begins with the year and is seen is seen after 152 days in the mean, where the
    visits come on random days.
  [1]
  $ plan_mixed --violation 30 --goal 0.8 --looks 8 --miss 0.1 --json | sed -n '/"inspections"/,/"inspection": "plants"/p'
    "inspections": [
      {
        "inspection": "yearly + spare",
        "article": "X; Y",
        "facilities": 3,
        "drawn_from": 4,
        "quota": 4,
        "visits": 4,
        "drawn_visits": 3,
        "detection_probability": 0.772828644327424,
        "one_fewer": 0.5781079011778736,
        "one_more": 0.9675401826905458,
        "visits_needed": 5,
        "parts": [
          {
            "inspection": "yearly",
            "article": "X",
            "chosen": "drawn",
            "quota": 3,
            "per": "calendar year",
            "counted": 3
          },
          {
            "inspection": "spare",
            "article": "Y",
            "chosen": "designated",
            "quota": 10,
            "per": "term",
            "counted": 1
          }
        ]
      },
      {
        "inspection": "plants",
  $ plan_mixed --violation 30 --goal 0.8 --at 2031-01-01
  countersign: tests/cli/plan-mixed.yaml: 2031-01-01 is not in the term of mix; expected a day from 2021-01-01 to 2030-12-31
  [3]

A large violation over many facilities: what is rounded errs on the low side, and is said.

  $ { echo facility,kind,items; for i in $(seq 300); do echo "F$i,icbm-base,$((1000 + i))"; done; } >"$CRAMTMP/many.csv"
  $ plan --violation 1000 --goal 0.9 --looks 50 --facilities "$CRAMTMP/many.csv" | grep -E -A 1 'for the prob|^[0-9]+ visits|^The worst'
    - for the probability that holds however the violation is split, numbers of items that are seen
      nearly alike were taken together; it errs on the low side
  --
  10 visits see the violation with probability of at least 0.032838, however it is split.
  The worst split that was found is seen with 0.033333: 1,000 at F1.
  The goal of 0.9 is not reached: it needs 279 visits, 269 more than that.

A proposal without inspections, quotas that change with the years, and quotas that differ.

  $ countersign plan --treaty treaties/freeze-2020-ru.yaml --violation 40 --goal 0.9
  countersign: treaties/freeze-2020-ru.yaml: the agreement has no inspections; expected some to plan
  [3]
  $ for at in 1989-01-01 1995-01-01 2000-01-01; do countersign plan --treaty tests/model/inf-like.yaml --violation 1 --goal 1 --at $at --json | grep -E '"(at|quota|visits)"' | tr -d '\n'; echo; done
    "at": "1989-01-01",  "visits": 10,      "quota": 20,      "visits": 10,          "quota": 20,
    "at": "1995-01-01",  "visits": 10,      "quota": 15,      "visits": 10,          "quota": 15,
    "at": "2000-01-01",  "visits": 10,      "quota": 10,      "visits": 10,          "quota": 10,
  $ countersign plan --treaty tests/model/open-skies-like.yaml --violation 4 --goal 0.5
  countersign: the quotas of inspection "overflight" differ between parties; expected the party that inspects
  [3]
  $ countersign plan --treaty tests/model/open-skies-like.yaml --violation 4 --goal 0.5 --party CE --each 20 --json | grep -E '"(quota|visits)'
    "visits": 7,
    "visits_needed": 10,
        "quota": 7,
        "visits": 7,
        "visits_needed": 10,
            "quota": 7,
  $ countersign plan --treaty tests/model/trilateral-freeze.yaml --violation 40 --goal 0.5 | sed -n '/^How/,$p'
  How many, and what they see of a violation that is all within their reach
    inspection  facilities       quota      visits       drawn    detected   one fewer    one more  goal needs
    drawn               10          12           4           4    0.590400    0.488000    0.672320           4
    drawn: [Paragraph 5], the quota by term; each drawn evenly from all of 10 facilities
  
  Where: the probability of each facility to be chosen, and to be visited by choice or draw
    facility 1 to facility 10  facility         35 items    0.000000    0.343900
  
  4 drawn visits see the violation with probability 0.590400, however it is split.
  It is seen least as 35 at facility 1, 5 at facility 2.
  The goal of 0.5 is reached within the quotas.
  A violation that begins with the term and is seen is seen after 162 days in the mean, where the
    visits come on random days.

Numbers that cannot be, and files.

  $ refused() { plan "$@" 2>&1 | head -n 1; echo "exit ${PIPESTATUS[0]}"; }
  $ refused --goal 0.9
  countersign plan: --violation is missing; expected --violation N
  exit 2
  $ refused --violation 0 --goal 0.9
  countersign plan: --violation is given "0", which is too small; expected a whole number from 1 to 1,000,000,000
  exit 2
  $ refused --violation 1000000000000000000 --goal 0.9
  countersign plan: --violation is given "1000000000000000000", which is too large; expected a whole number from 1 to 1,000,000,000
  exit 2
  $ refused --violation 40 --goal 1.5
  countersign plan: --goal is given "1.5"; expected a number from 1e-09 to 1
  exit 2
  $ refused --violation 40 --goal 0.9 --miss 2
  countersign plan: --miss is given "2"; expected a number from 0 to 1
  exit 2
  $ refused --violation 40 --goal 0.9 --looks 0
  countersign plan: --looks is given "0", which is too small; expected a whole number from 1 to 1,000,000,000
  exit 2
  $ refused --violation 40 --goal 0.9 --each 0
  countersign plan: --each is given "0", which is too small; expected a whole number from 1 to 1,000
  exit 2
  $ refused --violation 40 --goal 0.9 --each 5000
  countersign plan: --each is given "5000", which is too large; expected a whole number from 1 to 1,000
  exit 2
  $ refused --violation 40 --goal 0.9 --each 5 --facilities tests/cli/facilities.csv
  countersign plan: --facilities and --each exclude each other
  exit 2
  $ refused --violation 2000 --goal 0.9
  countersign: a violation of 2,000 items does not fit; the facilities that may be visited hold 1,600
  exit 3
  $ refused --violation 40 --goal 0.9 --party UK
  countersign: "UK" is not a party of new-start; expected one like "US"
  exit 3
  $ refused --violation 40 --goal 0.9 --at 2011-03-01
  countersign: treaties/new-start.yaml: no inspection may be held on 2011-03-01; expected a day on which one may
  exit 3
  $ refused --violation 40 --goal 0.9 --facilities missing.csv
  countersign: missing.csv: cannot be opened: No such file or directory
  exit 3
  $ printf 'facility,kind,items\nA,icbm-bases,5\n' >"$CRAMTMP/bad.csv"
  $ plan --violation 1 --goal 0.9 --facilities "$CRAMTMP/bad.csv" 2>&1 | sed "s|$CRAMTMP/||"
  countersign: bad.csv:2:3: "icbm-bases" is not a kind of facility of new-start; expected one defined under "facilities"
  countersign: hint: did you mean "icbm-base"?
  $ printf 'facility,kind,items,weigth\nA,icbm-base,5,1\n' >"$CRAMTMP/bad.csv"
  $ plan --violation 1 --goal 0.9 --facilities "$CRAMTMP/bad.csv" 2>&1 | sed "s|$CRAMTMP/||"
  countersign: bad.csv:1:21: "weigth" is not a column; did you mean "weight"?
