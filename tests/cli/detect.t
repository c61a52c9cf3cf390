The calculator: what a sample would see.

  $ . "$TESTDIR/setup.sh"
  $ countersign detect --population 70 --defects 3 --sample 18
  70 items, 3 of them in violation, 18 looked at
    detection probability  0.596273
                           exact: hypergeometric, 1 - C(67, 18) / C(70, 18)
  
  Approximations, and their error
      0.596203   -0.000070  n = (N - (D-1)/2) (1 - (1-g)^(1/D)), corrected inspectors' formula
      0.590064   -0.006209  n = N (1 - (1-g)^(1/D)), inspectors' formula (IAEA)
      0.545450   -0.050823  1 - (1 - D/N)^n, as if an item could be drawn twice
      0.537648   -0.058625  1 - exp(-n D/N), for few defects and a small sample
  $ countersign detect --population 70 --defects 5 --goal 0.9
  70 items, 5 of them in violation, 26 looked at
    sample size            26, the least with a probability of at least 0.9
    detection probability  0.91027
                           exact: hypergeometric, 1 - C(65, 26) / C(70, 26)
  
  Approximations, and their error
            26          +0  n = (N - (D-1)/2) (1 - (1-g)^(1/D)), corrected inspectors' formula
            26          +0  n = N (1 - (1-g)^(1/D)), inspectors' formula (IAEA)
            32          +6  1 - (1 - D/N)^n, as if an item could be drawn twice
            33          +7  1 - exp(-n D/N), for few defects and a small sample
  $ countersign detect --population 70 --defects 3 --sample 18 --json
  {
    "population": 70,
    "defects": 3,
    "sample": 18,
    "miss": 0.0,
    "false_alarm": 0.0,
    "detection_probability": 0.5962732919254659,
    "missed_probability": 0.4037267080745341,
    "formula": "hypergeometric",
    "approximations": [
      {
        "name": "corrected",
        "formula": "n = (N - (D-1)/2) (1 - (1-g)^(1/D)), corrected inspectors' formula",
        "detection_probability": 0.5962028437577053,
        "error": -7.044816776058394e-5
      },
      {
        "name": "inspectors",
        "formula": "n = N (1 - (1-g)^(1/D)), inspectors' formula (IAEA)",
        "detection_probability": 0.5900641399416909,
        "error": -0.006209151983774919
      },
      {
        "name": "binomial",
        "formula": "1 - (1 - D/N)^n, as if an item could be drawn twice",
        "detection_probability": 0.5454499306523934,
        "error": -0.05082336127307241
      },
      {
        "name": "poisson",
        "formula": "1 - exp(-n D/N), for few defects and a small sample",
        "detection_probability": 0.5376479066918036,
        "error": -0.05862538523366223
      }
    ]
  }
  $ countersign detect --population 1000 --defects 50 --goal 0.95 --json | grep sample_size
    "sample_size": 57,
        "sample_size": 57
        "sample_size": 59
        "sample_size": 59
        "sample_size": 60
  $ countersign detect --population 1000000 --defects 3 --sample 999000
  1,000,000 items, 3 of them in violation, 999,000 looked at
    detection probability  1 - 9.97005e-10
                           exact: hypergeometric, 1 - C(999997, 999000) / C(1000000, 999000)
  
  Approximations, and their error
      1.000000   -0.000000  n = (N - (D-1)/2) (1 - (1-g)^(1/D)), corrected inspectors' formula
      1.000000   -0.000000  n = N (1 - (1-g)^(1/D)), inspectors' formula (IAEA)
      0.950064   -0.049936  1 - (1 - D/N)^n, as if an item could be drawn twice
      0.950063   -0.049937  1 - exp(-n D/N), for few defects and a small sample

Looks that err.

  $ countersign detect --population 300 --defects 10 --sample 30 --miss 0.2 --false-alarm 0.01
  300 items, 10 of them in violation, 30 looked at
    detection probability  0.570102
                           exact: hypergeometric, each defect that is met missed with probability 0.2
    any alarm              0.681287, true or false
    false alarm            0.2603, if nothing were in violation
  
  Approximations, and their error
      0.571330   +0.001227  n = (N - (D-1)/2) (1 - (1-g)^(1/D)), corrected inspectors' formula
      0.565612   -0.004491  n = N (1 - (1-g)^(1/D)), inspectors' formula (IAEA)
      0.555524   -0.014578  1 - (1 - D/N)^n, as if an item could be drawn twice
      0.550671   -0.019431  1 - exp(-n D/N), for few defects and a small sample
  $ countersign detect --population 300 --defects 2 --miss 0.5 --goal 0.9
  300 items, 2 of them in violation, 300 looked at
    sample size            none: not even all items reach a probability of 0.9
    detection probability  0.75
                           exact: hypergeometric, each defect that is met missed with probability 0.5
  [1]
  $ countersign detect --population 300 --defects 2 --miss 0.5 --goal 0.9 --json | grep -E 'sample_size|detection' | head -n 2
    "sample_size": null,
    "detection_probability": 0.75,

What a clean sample shows, and one with an alarm.

  $ countersign detect --population 70 --defects 5 --sample 18 --prior 0.3 | tail -n 4
  Prior: a violation with probability 0.3, then of any size from 1 to 5, all alike.
  After a sample in which no alarm was raised:
    no violation with probability 0.841003; mean size 0.382554
    with 95 % probability at most 3; shortest such interval 0 to 3
  $ countersign detect --population 70 --defects 5 --sample 18 --prior 0.3 --found 1 --false-alarm 0.01 --json | grep -A 12 posterior
    "posterior": {
      "prior": 0.3,
      "found": 1,
      "none": 0.475732079008964,
      "mean": 1.595785258427759,
      "credible": 0.95,
      "at_most": 5,
      "interval": [
        0,
        5
      ]
    }
  }
  $ countersign detect --population 70 --defects 5 --sample 18 --prior 0.3 --found 6
  countersign: the prior holds what the visits found to be impossible; expected a prior that allows it
  [3]

Strata: as given; with the worst split; with the best division of the sample; and the least sample.

  $ countersign detect --stratum 60:10:2 --stratum 30:8:2
  90 items, 4 of them in violation, 18 looked at
    detection probability  0.632476
                           exact: 1 less the product over strata of hypergeometric probabilities of seeing nothing
  
    population      sample     defects  detected there
            60          10           2        0.307910
            30           8           2        0.468966
  $ countersign detect --stratum 60:10 --stratum 30:8 --defects 4 --json | grep -v '^  "[mfg]'
  {
    "population": 90,
    "defects": 4,
    "sample": 18,
    "detection_probability": 0.5277205286741107,
    "strata": [
      {
        "population": 60,
        "sample": 10,
        "defects": 4,
        "detection_probability": 0.5277205286741107
      },
      {
        "population": 30,
        "sample": 8,
        "defects": 0,
        "detection_probability": 0.0
      }
    ]
  }
  $ countersign detect --stratum 60 --stratum 30 --defects 4 --sample 18
  90 items, 4 of them in violation, 18 looked at
    detection probability  0.595652
                           exact: 1 less the product over strata of hypergeometric probabilities of seeing nothing
  
    population      sample     defects  detected there
            60          12           3        0.494565
            30           6           1        0.200000
  The defects are split where they are seen least: this is the worst case.
  The sample is divided so that the worst case is seen best.
  $ countersign detect --stratum 60 --stratum 30 --defects 4 --goal 0.9 | head -n 3
  90 items, 4 of them in violation, 39 looked at
    sample size            39, the least with a probability of at least 0.9
    detection probability  0.900908

Numbers that cannot be.

  $ refused() { countersign detect "$@" 2>&1 | head -n 1; echo "exit ${PIPESTATUS[0]}"; }
  $ refused --population 0 --defects 1 --sample 1
  countersign detect: --population is given "0", which is too small; expected a whole number from 1 to 1,000,000,000
  exit 2
  $ refused --population 1000000000000000000 --defects 1 --sample 1
  countersign detect: --population is given "1000000000000000000", which is too large; expected a whole number from 1 to 1,000,000,000
  exit 2
  $ refused --population 99999999999999999999 --defects 1 --sample 1
  countersign detect: --population is given "99999999999999999999", which is too large; expected a whole number from 1 to 1,000,000,000
  exit 2
  $ refused --population -5 --defects 1 --sample 1
  countersign detect: --population is given "-5", which is negative; expected a whole number from 1 to 1,000,000,000
  exit 2
  $ refused --population 1e6 --defects 1 --sample 1
  countersign detect: --population is given "1e6", which is not a whole number; expected a whole number from 1 to 1,000,000,000
  exit 2
  $ refused --population 70 --defects 71 --sample 1
  countersign detect: --defects is given 71; expected at most the population, 70
  exit 2
  $ refused --population 70 --defects 3 --sample 71
  countersign detect: --sample is given 71; expected at most the population, 70
  exit 2
  $ refused --population 70 --defects 3 --sample 1000000000000000000
  countersign detect: --sample is given "1000000000000000000", which is too large; expected a whole number from 0 to 1,000,000,000
  exit 2
  $ refused --population 70 --defects 3 --sample 18 --miss 1.5
  countersign detect: --miss is given "1.5"; expected a number from 0 to 1
  exit 2
  $ refused --population 70 --defects 3 --sample 18 --miss -0.1
  countersign detect: --miss is given "-0.1"; expected a number from 0 to 1
  exit 2
  $ refused --population 70 --defects 3 --sample 18 --miss nan
  countersign detect: --miss is given "nan"; expected a number from 0 to 1
  exit 2
  $ refused --population 70 --defects 3 --sample 18 --false-alarm 1
  countersign detect: --false-alarm is given "1"; expected a number from 0 to 0.999999
  exit 2
  $ refused --population 70 --defects 3 --goal 0
  countersign detect: --goal is given "0"; expected a number from 1e-09 to 1
  exit 2
  $ refused --population 70 --defects 3 --goal 1.01
  countersign detect: --goal is given "1.01"; expected a number from 1e-09 to 1
  exit 2
  $ refused --population 70 --defects 3 --goal 90%
  countersign detect: --goal is given "90%"; expected a number from 1e-09 to 1
  exit 2
  $ refused --population 70 --defects 3
  countersign detect: --sample is missing; expected --sample N, or --goal P
  exit 2
  $ refused --population 70 --sample 3
  countersign detect: --defects is missing; expected --defects N
  exit 2
  $ refused --defects 3 --sample 3
  countersign detect: --population is missing; expected --population N, or --stratum
  exit 2
  $ refused --population 70 --defects 3 --sample 18 --goal 0.9
  countersign detect: --sample and --goal exclude each other
  exit 2
  $ refused --population 70 --defects 0 --sample 18 --prior 0.5
  countersign detect: --defects is given 0; expected at least 1 with --prior, the largest violation
  exit 2
  $ refused --population 70 --defects 3 --sample 18 --found 1
  countersign detect: --found is given without --prior; expected both
  exit 2
  $ refused --population 70 --defects 3 --sample 18 --prior 0.5 --found 19
  countersign detect: --found is given more than the sample; expected at most as many
  exit 2
  $ refused --population 2000000 --defects 3 --sample 18 --prior 0.5
  countersign detect: --population is too large for --prior; expected at most 1,000,000
  exit 2
  $ refused --population 70 --defects 3 --goal 0.9 --prior 0.5
  countersign detect: --prior and --goal exclude each other
  exit 2
  $ refused --stratum 60:70 --defects 4
  countersign detect: --stratum is given "60:70", whose sample or defects are more than its population; expected POPULATION[:SAMPLE[:DEFECTS]], such as 60:12
  exit 2
  $ refused --stratum 60:a --defects 4
  countersign detect: --stratum is given "60:a", which is not whole numbers between colons; expected POPULATION[:SAMPLE[:DEFECTS]], such as 60:12
  exit 2
  $ refused --stratum 60:1:2:3
  countersign detect: --stratum is given "60:1:2:3", which has too many parts; expected POPULATION[:SAMPLE[:DEFECTS]], such as 60:12
  exit 2
  $ refused --stratum 0 --defects 0 --sample 0
  countersign detect: --stratum is given "0", whose population is not from 1 to 1,000,000,000; expected POPULATION[:SAMPLE[:DEFECTS]], such as 60:12
  exit 2
  $ refused --stratum 60:1 --stratum 30 --defects 4
  countersign detect: some strata give their sample and some do not; expected all, or none and --sample
  exit 2
  $ refused --stratum 60:1 --stratum 30:1 --defects 100
  countersign detect: --defects is given 100; expected at most the population, 90
  exit 2
  $ refused --stratum 60:1 --stratum 30:1 --defects 4 --goal 0.9
  countersign detect: --goal and the sample of strata exclude each other
  exit 2
  $ refused --stratum 60:1:1 --stratum 30:1:1 --population 90
  countersign detect: --population and --stratum exclude each other
  exit 2

Visits over time.

  $ countersign detect --population 20 --defects 2 --sample 5 --days 100 --again
  20 items, 2 of them in violation, 5 looked at
    detection probability  0.40951
                           exact: each visit goes to any place, 1 - (1 - 2/20 (1 - 0))^5
    visits on random days of 100
    time to detection      46.5048 days in the mean, where it is seen
    it goes on for         78.0932 days in the mean, seen or not
