The bundled agreements, checked, shown and laid out in time.

  $ . "$TESTDIR/setup.sh"
  $ countersign treaty check treaties/*.yaml
  treaties/freeze-2020-ru.yaml: freeze-2020-ru, 3 rules, all well
  treaties/freeze-2020-us.yaml: freeze-2020-us, 8 rules, all well
  treaties/freeze-seals.yaml: freeze-seals, 5 rules, all well
  treaties/freeze-trilateral.yaml: freeze-trilateral, 16 rules, all well
  treaties/new-start.yaml: new-start, 32 rules, all well
  $ countersign treaty show treaties/freeze-2020-us.yaml
  One-year extension of New START with a verified freeze of all nuclear warheads (proposal of the
  United States, October 2020)
  Draft of a political agreement (freeze-2020-us)
  
  For the year of the extension neither side has more nuclear warheads, of any kind, than at its
  beginning, and each can verify it.
  
  PARTIES
    US                United States of America
    RU                Russian Federation
  
  TERM
    in force          from 2021-02-05 for 1 year, ending on 2022-02-05 [O'Brien, 16 October 2020] (p)
  
  ITEMS AND THEIR STATES
    warhead           nuclear warheads: of every kind, non-strategic ones included; each with a unique
                        identifier; numbers are sealed [Billingslea, 13 October 2020] (p)
      deployed        on a delivery vehicle or at an operating base; at operating bases [Draft] (d)
      stored          in storage; at warhead storage sites [Draft] (d)
      retired         retired and awaiting dismantlement; at warhead storage sites, warhead production
                        and dismantlement sites [Draft] (d)
  
  COUNTS
    all-warheads      all nuclear warheads (sealed) [O'Brien, 16 October 2020] (p)
                      = deployed, stored and retired nuclear warheads
  
  LIMITS
    freeze            all nuclear warheads: at most its own count at the baseline, baseline of
                        2021-02-05 [O'Brien, 16 October 2020] (p)
  
  EXCHANGES
    exchange          sealed declaration of all warheads [Draft, paragraph 1] (d)
      within 45 days  data current on 2021-02-05: the baseline [Draft, paragraph 1(a)] (d)
      within 30 days  every 3 months, data current on 2021-05-05 and so on [Draft, paragraph 1(b)] (d)
  
  NOTIFICATIONS
    Movement
      move            within 5 days: a move of warheads between declared facilities [Draft, paragraph
                        2] (d)
  
  INSPECTIONS
    drawn             compare what is at a facility with its sealed declaration, which is opened on
                        the spot [Draft, paragraph 3] (d)
      quota           at most 12 a party a term
      place           drawn jointly, then visited by the inspecting party, among warhead storage
                        sites, operating bases
      notice          24 hours before arrival
    designated        the same, at a facility that the inspecting party names [Draft, paragraph 4] (d)
      quota           at most 6 a party a term
      place           designated by the inspecting party, among warhead storage sites, operating bases
      notice          24 hours before arrival
  
  FURTHER OBLIGATIONS
    Verification
      verifiable      the agreement is to be verifiable [State Department, 20 October 2020] (p)
      controls        verification and control at nuclear-related facilities, which Russia's deputy
                        foreign minister called extremely intrusive [Ryabkov, 1 October 2021] (p)
      perimeter       portals and perimeters of production sites may be monitored; how, is not known
                        [Billingslea, 20 October 2020] (?)
  
    (p) read in a press report or a study, not in the agreement's text
    (d) supposed by this draft; no party has said it
    (?) not yet read in any source: to be checked before it is relied on
  
  SOURCES
    https://www.urdupoint.com/en/world/us-sees-putins-proposal-to-extend-new-start-1059152.html
    https://www.reuters.com/article/us-russia-usa-nuclear-state/us-prepared-to-meet-immediately-with-russia-on-nuclear-arms-control-state-department-idUSKBN2751W4
    https://tass.com/world/1214899
  $ countersign treaty show treaties/freeze-2020-ru.yaml
  One-year extension of New START with a political obligation to freeze all nuclear warheads (proposal
  of Russia, October 2020)
  Draft after a public statement; a political obligation (freeze-2020-ru)
  
  For the year of the extension neither side increases its existing arsenal of nuclear warheads, on
  the understanding that no additional conditions are attached.
  
  PARTIES
    RU                Russian Federation
    US                United States of America
  
  TERM
    in force          from 2021-02-05 for 1 year, ending on 2022-02-05 [Foreign Ministry of Russia, 20
                        October 2020] (o)
  
  ITEMS AND THEIR STATES
    warhead           nuclear warheads [Foreign Ministry of Russia, 20 October 2020] (o)
      existing        in the party's existing arsenal
  
  COUNTS
    all-warheads      all nuclear warheads of the existing arsenal (sealed) [Foreign Ministry of
                        Russia, 20 October 2020] (o)
                      = existing nuclear warheads
  
  LIMITS
    freeze            all nuclear warheads of the existing arsenal: at most its own count at the
                        baseline, baseline of 2021-02-05 [Foreign Ministry of Russia, 20 October 2020]
                        (o)
  
  FURTHER OBLIGATIONS
    Talks
      talks           the time that is gained could be used for comprehensive talks, with all factors
                        of strategic stability discussed [Foreign Ministry of Russia, 20 October 2020]
                        (o)
    Conditions
      no-additional-conditions
                      the proposal can only and exclusively be carried out on the understanding that
                        the United States advances no additional conditions [Foreign Ministry of
                        Russia, 20 October 2020] (o)
  
    (o) read in a party's official description, not in the agreement's text
  
  SOURCES
    https://www.voltairenet.org/article211293.html
    https://interfax.com/newsroom/top-stories/70171/
  $ countersign treaty show treaties/freeze-trilateral.yaml
  Verified freeze of the nuclear warheads of the United States and Russia for one year, with a ceiling
  for China
  Draft for study; nobody has proposed it (freeze-trilateral)
  
  For one year the United States and Russia have no more nuclear warheads, of any kind, than at its
  beginning; China, which has far fewer, has at most 350. Holdings are sealed, moves are notified, and
  inspectors go where a joint draw or their own choice sends them.
  
  PARTIES
    US                United States of America
    RU                Russian Federation
    CN                People's Republic of China
  
  TERM
    in force          from 2021-02-05 for 1 year, ending on 2022-02-05 [Draft, Article 1] (d)
    withdrawal        on 30 days' notice; by a party whose supreme interests are in danger [Draft,
                        Article 1, paragraph 2] (d)
    suspension        on 7 days' notice; by a party against which a limit is broken [Draft, Article 1,
                        paragraph 3] (d)
  
  ITEMS AND THEIR STATES
    warhead           nuclear warheads: of every kind, strategic or not, deployed or not, until it is
                        dismantled; each with a unique identifier; numbers are sealed [Draft, Article
                        2, paragraph 1] (d)
      deployed        on a delivery vehicle or at an operating base; at operating bases [Draft,
                        Article 2, paragraph 2(a)] (d)
      stored          in storage; at warhead storage sites [Draft, Article 2, paragraph 2(b)] (d)
      retired         retired and awaiting dismantlement; at warhead storage sites, warhead production
                        and dismantlement sites [Draft, Article 2, paragraph 2(c)] (d)
  
  COUNTS
    all-warheads      all nuclear warheads (sealed) [Draft, Article 2, paragraph 1] (d)
                      = deployed, stored and retired nuclear warheads
  
  LIMITS
    freeze            all nuclear warheads: at most US its own count at the baseline, RU its own count
                        at the baseline, baseline of 2021-02-05 [Draft, Article 3, paragraph 1] (d)
    ceiling           all nuclear warheads: at most CN 350 [Draft, Article 3, paragraph 2] (d)
  
  EXCHANGES
    exchange          sealed declaration of all warheads [Draft, Article 4] (d)
      within 45 days  data current on 2021-02-05: the baseline [Draft, Article 4, paragraph 1] (d)
      within 30 days  every 3 months, data current on 2021-05-05 and so on [Draft, Article 4,
                        paragraph 2] (d)
      within 30 days  data current on 2022-02-04: the last day of the term [Draft, Article 4,
                        paragraph 3] (d)
  
  NOTIFICATIONS
    Movement
      move            within 5 days: a move of warheads between declared facilities [Draft, Article 5,
                        paragraph 1(a)] (d)
    Changes
      conversion      within 5 days: a change of state of warheads at a facility [Draft, Article 5,
                        paragraph 1(b)] (d)
      elimination     within 5 days: the dismantlement of warheads [Draft, Article 5, paragraph 1(c)]
                        (d)
      addition        within 5 days: warheads that leave production and are held from then on [Draft,
                        Article 5, paragraph 1(d)] (d)
    Facilities
      facility        30 days before: a facility that is to hold warheads for the first time, or will
                        hold none any more [Draft, Article 5, paragraph 2] (d)
  
  INSPECTIONS
    drawn             compare what is at a facility with its sealed declaration, which is opened on
                        the spot [Draft, Article 6, paragraph 1] (d)
      quota           at most 4 a party a term; to be accepted: 4
      place           drawn jointly, then visited by the inspecting party, among warhead storage
                        sites, operating bases, warhead production and dismantlement sites
      notice          5 days before arrival
                      two of the four at each of the other parties [Draft, Article 6, paragraph 3] (d)
                      both commit at least three days before the visit, and reveal at least one day
                        before it, as countersigned [Draft, Article 7, paragraph 1] (d)
                      where the inspected party does not commit or reveal in time, the inspecting
                        party designates the place, and the inspection is not counted; where the
                        inspecting party does not, there is no visit, and it is counted [Draft,
                        Article 7, paragraph 2] (d)
    designated        the same, at a facility that the inspecting party names [Draft, Article 6,
                        paragraph 2] (d)
      quota           at most 2 a party a term; to be accepted: 2
      place           designated by the inspecting party, among warhead storage sites, operating
                        bases, warhead production and dismantlement sites
      notice          24 hours before arrival
                      one of the two at each of the other parties [Draft, Article 6, paragraph 3] (d)
  
  FURTHER OBLIGATIONS
    Verification
      perimeter       the portals and the perimeter of every production site may be monitored by the
                        other parties [Draft, Article 8, paragraph 1] (d)
      portal          whatever leaves a production site and could hold a warhead may be measured at
                        the portal, without opening it [Draft, Article 8, paragraph 2] (d)
      national-technical-means
                      do not interfere with the national technical means of the others, and do not
                        conceal so as to impede them [Draft, Article 8, paragraph 3] (d)
    Ledgers
      countersign     follow the ledgers of the others and countersign them every day, and pass on
                        what was countersigned to whoever asks [Draft, Article 9, paragraph 1] (d)
      witness         have the own ledger cosigned by one observer that all parties have agreed on
                        [Draft, Article 9, paragraph 2] (d)
    Commission
      commission      meet in a consultative commission, before which what an inspection leaves open
                        is raised; at least 4 a term [Draft, Article 10] (d)
  
    (d) supposed by this draft; no party has said it
  
  SOURCES
    https://tass.com/world/1214899
    https://news.cgtn.com/news/2020-10-13/China-will-never-join-arms-control-talks-with-U-S-Russia-UN-envoy-Uy8ZxGlYSA/index.html
  $ countersign treaty show treaties/new-start.yaml
  Treaty between the United States of America and the Russian Federation on Measures for the Further
  Reduction and Limitation of Strategic Offensive Arms (New START)
  Treaty with a Protocol of ten parts and three annexes (new-start), signed 2010-04-08
  
  Limits the deployed strategic warheads, the deployed missiles and bombers, and the launchers of the
  United States and Russia, verified by exchanges of data, notifications, inspections and national
  technical means.
  
  PARTIES
    US                United States of America
    RU                Russian Federation
  
  TERM
    in force          from 2011-02-05 for 10 years, ending on 2021-02-05 [Article XIV, paragraph 2]
                        (o)
    extension         by agreement, for at most 5 years [Article XIV, paragraph 2] (o)
    extended          to 2026-02-05, agreed 2021-01-26, in force 2021-02-03 [Agreement by exchange of
                        notes, 26 January 2021]
    withdrawal        if a party decides that extraordinary events related to the subject of the
                        treaty have jeopardized its supreme interests; the period of notice (three
                        months, from memory) is not yet read [Article XIV, paragraph 3]
  
  ITEMS AND THEIR STATES
    icbm              ICBMs; each with a unique identifier [Article III]
      deployed        contained in or on a deployed launcher of ICBMs; at ICBM bases [Protocol, Part
                        One, "deployed ICBM"] (o)
      non-deployed    not contained in or on a deployed launcher; at ICBM bases, ICBM and SLBM loading
                        facilities, maintenance facilities, repair facilities, storage facilities,
                        conversion or elimination facilities, test ranges, space launch facilities,
                        production facilities [Protocol, Part One, term 37 of the Russian text;
                        Article IV, paragraph 3(b)]
    slbm              SLBMs; each with a unique identifier [Article III]
      deployed        contained in or on a deployed launcher of SLBMs; at submarine bases [Protocol,
                        Part One, "deployed SLBM"] (o)
      non-deployed    not contained in or on a deployed launcher; at submarine bases, ICBM and SLBM
                        loading facilities, maintenance facilities, repair facilities, storage
                        facilities, conversion or elimination facilities, test ranges, space launch
                        facilities, production facilities [Article IV, paragraph 3(b)]
    icbm-launcher     launchers of ICBMs [Article III, paragraph 3(a) and (b)]
      deployed        contains an ICBM; at ICBM bases [Protocol, Part One, "deployed launcher of
                        ICBMs"] (o)
      non-deployed    contains no deployed ICBM, or is for testing or training [Protocol, Part One,
                        "non-deployed launcher of ICBMs"] (p)
      test            for testing (within the number of those non-deployed); at test ranges [Article
                        IV, paragraph 5]
      training        for training (within the number of those non-deployed); at ICBM bases, training
                        facilities, test ranges [Article IV, paragraph 6]
    slbm-launcher     launchers of SLBMs [Article III, paragraph 3(c) and (d)]
      deployed        contains an SLBM; at submarine bases [Protocol, Part One, "deployed launcher of
                        SLBMs"] (o)
      non-deployed    contains no deployed SLBM, or is for testing or training [Protocol, Part One,
                        "non-deployed launcher of SLBMs"] (p)
      test            for testing (within the number of those non-deployed); at test ranges [Article
                        IV, paragraph 5]
      training        for training (within the number of those non-deployed) [Article IV, paragraph 6]
    heavy-bomber      heavy bombers: equipped for nuclear armaments; each with a unique identifier
                        [Article III]
      deployed        other than a test heavy bomber and a heavy bomber at a repair or production
                        facility; at air bases, storage facilities [Protocol, Part One, "deployed
                        heavy bomber"] (p)
      non-deployed    for testing, or at a repair or production facility; at repair facilities,
                        production facilities, test ranges [Protocol, Part One, "non-deployed heavy
                        bomber"] (p)
      test            for testing (within the number of those non-deployed) [Protocol, Part One, "test
                        heavy bomber"] (p)
    reentry-vehicle   reentry vehicles [Article III, paragraph 2(a)]
      emplaced        emplaced on a deployed ICBM or a deployed SLBM [Article III, paragraph 2(a)]
    heavy-bomber-non-nuclear
                      heavy bombers equipped for non-nuclear armaments: declared, and in no count
                        [Protocol, Part Nine, First and Third Agreed Statements] (o)
      declared        converted so that it can no longer employ nuclear armaments
  
  COUNTS
    deployed-delivery-vehicles
                      deployed ICBMs, deployed SLBMs and deployed heavy bombers [Article III,
                        paragraph 1]
                      = deployed ICBMs [Article III, paragraph 1(a)]
                      + deployed SLBMs [Article III, paragraph 1(b)]
                      + deployed heavy bombers [Article III, paragraph 1(c)]
    deployed-warheads
                      warheads on deployed ICBMs and SLBMs, and nuclear warheads counted for deployed
                        heavy bombers [Article III, paragraph 2]
                      = emplaced reentry vehicles: a reentry vehicle counts as one warhead [Article
                        III, paragraph 2(a)]
                      + deployed heavy bombers: a deployed heavy bomber counts as one warhead [Article
                        III, paragraph 2(b)]
    deployed-and-nondeployed-launchers
                      deployed and non-deployed launchers of ICBMs and SLBMs, and deployed and
                        non-deployed heavy bombers [Article III, paragraph 3]
                      = deployed and non-deployed launchers of ICBMs [Article III, paragraph 3(a) and
                        (b)]
                      + deployed and non-deployed launchers of SLBMs [Article III, paragraph 3(c) and
                        (d)]
                      + deployed and non-deployed heavy bombers [Article II, paragraph 1(c); Article
                        III, paragraph 3(e) and (f)] (o)
  
  LIMITS
    deployed-delivery-vehicles
                      deployed ICBMs, deployed SLBMs and deployed heavy bombers: at most 700, from
                        2018-02-05 [Article II, paragraph 1(a)] (o)
    deployed-warheads
                      warheads on deployed ICBMs and SLBMs, and nuclear warheads counted for deployed
                        heavy bombers: at most 1,550, from 2018-02-05 [Article II, paragraph 1(b)] (o)
    deployed-and-nondeployed-launchers
                      deployed and non-deployed launchers of ICBMs and SLBMs, and deployed and
                        non-deployed heavy bombers: at most 800, from 2018-02-05 [Article II,
                        paragraph 1(c)] (o)
  
  EXCHANGES
    exchange          exchange of data [Article VII, paragraph 2; Protocol, Part Four, Section II,
                        paragraphs 1 and 2]
      within 45 days  data current on 2011-02-05: the first data, current as of entry into force
                        [Protocol, Part Four, Section II, paragraph 1]
      within 30 days  every 6 months, data current on 2011-09-01 and so on: updated data after each
                        six-month period, counted from the end of the period [Protocol, Part Four,
                        Section II, paragraph 2]
      replaced        in place of 2018-03-01, data current on 2018-02-05: the data made public for
                        this half-year are those of the day on which the limits began to bind; on that
                        day the parties were to exchange data "within the next month" (o)
  
  NOTIFICATIONS
    Data (Protocol, Part Four, Section II)
      first-data      within 45 days: data for each category of Part Two, current as of entry into
                        force; counted from entry into force [Protocol, Part Four, Section II,
                        paragraph 1]
      updated-data    within 30 days: updated data for each category of Part Two; counted from the end
                        of each six-month period [Protocol, Part Four, Section II, paragraph 2]
      change-in-data  within 5 days: a change in data, such as a loss by accident, disablement beyond
                        repair, placement on static display or a conversion, unless notified under
                        another provision; not of warheads, which are given in the six-monthly data
                        [Protocol, Part Four, Section II, paragraph 3]
    Movement of strategic offensive arms (Protocol, Part Four, Section III)
      movement        time not read: a movement of an ICBM, an SLBM or a mobile launcher between
                        facilities [Protocol, Part Four, Section III] (?)
      bomber-abroad   time not read: a heavy bomber outside its country for more than 24 hours
                        [Protocol, Part Four, Section III] (p)
    Launches and telemetric information (Protocol, Part Four, Section IV)
      launch          24 hours before: a launch of an ICBM or an SLBM, as under the Agreement of 31
                        May 1988 [Protocol, Part Four, Section IV, paragraph 1]
      telemetry-incomplete
                      within 180 days: receipt of telemetric information, media or data for analysis
                        that are incomplete or of poor quality [Protocol, Part Four, Section IV,
                        paragraph 2]
      telemetry-explained
                      within 60 days: receipt of a notification that telemetric information is
                        incomplete or of poor quality [Protocol, Part Four, Section IV, paragraph 3]
    Conversion or elimination (Protocol, Part Four, Section V)
      conversion-or-elimination
                      time not read: the intent to convert or eliminate an item or a facility, and the
                        completion of it [Protocol, Part Four, Section V] (?)
    Inspection activities (Protocol, Part Four, Section VI)
      clearance-number-first
                      within 30 days: the standing diplomatic clearance number for inspection
                        airplanes, counted from entry into force [Protocol, Part Four, Section VI,
                        paragraph 1]
      clearance-number
                      30 days before: the standing diplomatic clearance number for inspection
                        airplanes, before each calendar year [Protocol, Part Four, Section VI,
                        paragraph 1]
      flight-plan     6 hours before: departure of an inspection airplane from the last airfield
                        before the inspected party's airspace [Protocol, Part Four, Section VI,
                        paragraph 2]
      flight-plan-approval
                      time not read: approval of the flight plan by the inspected party [Protocol,
                        Part Four, Section VI, paragraph 3] (?)
      intent-to-inspect
                      time not read: the intent to inspect, with the point of entry and the time of
                        arrival there [Protocol, Part Four, Section VI] (?)
      list-of-inspectors
                      within 25 days: the lists of inspectors and aircrew members, counted from entry
                        into force [Protocol, Part Five, Section II] (p)
    New types, exhibitions and other notifications (Protocol, Part Four)
      new-type        time not read: a new type, variant or version of an ICBM, an SLBM, a heavy
                        bomber or a launcher of ICBMs, and its exhibition [Protocol, Part Four; Part
                        Five, Section VIII, paragraph 2] (?)
      commission-session
                      time not read: a request to convene the Bilateral Consultative Commission
                        [Protocol, Part Four, Section VII] (?)
  
  INSPECTIONS
    type-one          confirm at bases the declared numbers and types of deployed and non-deployed
                        arms, and the warheads on deployed missiles or the nuclear armaments on
                        deployed heavy bombers [Article XI, paragraph 2; Protocol, Part Five, Section
                        VI] (o)
      quota           at most 10 a party a treaty year; from 2011-04-06
      place           designated by the inspecting party, among ICBM bases, submarine bases, air bases
      notice          32 hours before arrival
                      the time of notice, 32 hours before arrival at the point of entry, is from
                        memory [Protocol, Part Four, Section VI] (?)
                      inspections may begin on expiry of 60 days after entry into force [Protocol,
                        Part Five, Section I, paragraph 2]
                      no more than one inspection at a time on the territory of the inspected party
                        [Protocol, Part Five, Section I, paragraph 4]
                      in exceptional cases the inspected party may exempt facilities for a time, for
                        purposes not inconsistent with the treaty [Protocol, Part Five, Section I,
                        paragraph 5]
                      restrictions before the inspection hold no later than one hour after the time
                        for the designation of the site [Annex on Inspection Activities, Part Six,
                        Section I, paragraph 1]
                      the place is named after the team has arrived; a team has up to ten inspectors
                        [Protocol, Part Five] (o)
                      no more than two inspections a year at one base [Protocol, Part Five] (p)
                      a report in writing, in two copies, each in Russian and English, of what was
                        declared and what was observed [Protocol, Part Five, Section X, paragraphs 1
                        and 2]
    type-two          confirm the declared numbers, types and technical characteristics of
                        non-deployed arms, converted or eliminated arms, deployed heavy bombers at
                        storage facilities, and formerly declared facilities [Article XI, paragraph 3;
                        Protocol, Part Five, Section VII] (o)
      quota           at most 8 a party a treaty year; from 2011-04-06
      place           designated by the inspecting party, among ICBM and SLBM loading facilities,
                        storage facilities, repair facilities, test ranges, training facilities,
                        conversion or elimination facilities, formerly declared facilities
      notice          32 hours before arrival
                      the time of notice, 32 hours before arrival at the point of entry, is from
                        memory [Protocol, Part Four, Section VI] (?)
  
  FURTHER OBLIGATIONS
    Places
      transit         a non-deployed missile or mobile launcher is in transit between facilities for
                        at most 30 days at a time [Article IV, paragraph 4]
    National technical means
      national-technical-means
                      use them in keeping with recognized principles of international law; do not
                        interfere with those of the other party; do not conceal so as to impede
                        verification by them [Article X, paragraph 1]
    Telemetric information
      telemetry       exchange telemetric information on an equal number of launches of ICBMs and
                        SLBMs of the year before, the number to be decided each year by the Bilateral
                        Consultative Commission; at most 5 a calendar year [Article IX; Protocol, Part
                        Seven] (p)
    Exhibitions
      exhibitions     exhibit each new type, variant or version of an ICBM, an SLBM, a heavy bomber
                        equipped for nuclear armaments and, where Part Two so provides, a launcher of
                        ICBMs, and each that was declared by entry into force and never exhibited
                        before, to show its distinguishing features and confirm its technical
                        characteristics [Article XI, paragraph 4; Protocol, Part Five, Section VIII,
                        paragraph 2]
      exhibition-of-conversion
                      within 30 days: exhibit once the first launcher of SLBMs that was converted on a
                        type of submarine, counted from the notification of its completion [Protocol,
                        Part Nine, Ninth Agreed Statement, paragraph 2]
    Conversion or elimination
      elimination-visible
                      keep a silo launcher visible to national technical means during its elimination
                        and for 60 days after the notification of completion [Protocol, Part Three,
                        Section III, paragraph 1]
      elimination-ends-accountability
                      an eliminated arm ceases to be subject to the treaty when its elimination is
                        complete [Protocol, Part Three, Section I, paragraph 2]
    Channels
      centers         give and receive notifications through the Nuclear Risk Reduction Centers; times
                        are Greenwich Mean Time, and a notification is provided on the day of its
                        receipt [Article VII, paragraph 3; Protocol, Part Four, Section I, paragraph
                        2]
    Bilateral Consultative Commission
      commission      meet in the Bilateral Consultative Commission to promote the aims and the
                        implementation of the treaty; at least 2 a calendar year [Article XII;
                        Protocol, Part Six] (p)
  
    (o) read in a party's official description, not in the agreement's text
    (p) read in a press report or a study, not in the agreement's text
    (?) not yet read in any source: to be checked before it is relied on
  
  SOURCES
    https://www.acq.osd.mil/tc/nst/protocol/NSTprotocolPartFour.htm
    https://docs.cntd.ru/document/902223796
    https://base.garant.ru/2569304
    https://base.garant.ru/2569305
    http://businesspravo.ru/Docum/DocumShow.asp?DocumID=172449
  $ countersign treaty show - <treaties/new-start.yaml | diff - <(countersign treaty show treaties/new-start.yaml)

JSON has what the file has.

  $ cat >"$CRAMTMP/same.py" <<'END'
  > import json, sys, yaml
  > def plain(value):
  >     """The same, without what JSON adds: the defaults of a choice."""
  >     if isinstance(value, dict):
  >         defaults = {"basis": "text", "disclosure": "open", "per": "treaty year", "chosen": "designated"}
  >         return {k: plain(v) for k, v in value.items() if defaults.get(k) != v}
  >     return [plain(v) for v in value] if isinstance(value, list) else value.strip() if isinstance(value, str) else value
  > class Loader(yaml.SafeLoader):
  >     """Dates stay as they are written."""
  > Loader.yaml_implicit_resolvers = {c: [r for r in rs if r[0] != "tag:yaml.org,2002:timestamp"] for c, rs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
  > print(plain(json.load(sys.stdin)) == plain(yaml.load(open(sys.argv[1], encoding="utf-8"), Loader)))
  > END
  $ for file in treaties/*.yaml tests/model/*.yaml; do countersign treaty show --json $file | /usr/bin/python3 "$CRAMTMP/same.py" $file; done
  True
  True
  True
  True
  True
  True
  True
  True
  True

The calendar.

  $ countersign treaty calendar treaties/new-start.yaml --from 2018-01-01 --to 2018-12-31
  2018-02-05  limit begins to bind: deployed ICBMs, deployed SLBMs and deployed heavy bombers [Article
                II, paragraph 1(a)]
              limit begins to bind: warheads on deployed ICBMs and SLBMs, and nuclear warheads counted
                for deployed heavy bombers [Article II, paragraph 1(b)]
              limit begins to bind: deployed and non-deployed launchers of ICBMs and SLBMs, and
                deployed and non-deployed heavy bombers [Article II, paragraph 1(c)]
              exchange of data: data current on this day, due by 2018-03-30 (in place of the scheduled
                day) [Protocol, Part Four, Section II, paragraph 2]
              treaty year 8 begins, with its quotas: Type One 10, Type Two 8 [Article XI, paragraph 2;
                Protocol, Part Five, Section VI]
  2018-03-30  exchange of data: last day to provide the data of 2018-02-05 [Protocol, Part Four,
                Section II, paragraph 2]
  2018-09-01  exchange of data: data current on this day, due by 2018-09-30 [Protocol, Part Four,
                Section II, paragraph 2]
  2018-09-30  exchange of data: last day to provide the data of 2018-09-01 [Protocol, Part Four,
                Section II, paragraph 2]
  $ countersign treaty calendar treaties/new-start.yaml --from 2021-01-01 --to 2021-02-28
  2021-01-26  extension agreed, until 2026-02-05 [Agreement by exchange of notes, 26 January 2021]
  2021-02-03  extension enters into force, until 2026-02-05 [Agreement by exchange of notes, 26
                January 2021]
  2021-02-05  treaty year 11 begins, with its quotas: Type One 10, Type Two 8 [Article XI, paragraph
                2; Protocol, Part Five, Section VI]
  $ countersign treaty calendar treaties/new-start.yaml --from 2025-06-01 --to 2030-12-31
  2025-09-01  exchange of data: data current on this day, due by 2025-09-30 [Protocol, Part Four,
                Section II, paragraph 2]
  2025-09-30  exchange of data: last day to provide the data of 2025-09-01 [Protocol, Part Four,
                Section II, paragraph 2]
  2026-02-05  end of the term: no longer in force from this day [Agreement by exchange of notes, 26
                January 2021]
  $ countersign treaty calendar treaties/new-start.yaml --from 2030-01-01 --to 2030-12-31
  Nothing falls due.
  $ countersign treaty calendar treaties/new-start.yaml --from 2023-03-01 --to 2023-03-30 --json
  [
    {
      "date": "2023-03-01",
      "rule": "exchange",
      "what": "exchange of data: data current on this day, due by 2023-03-30",
      "article": "Protocol, Part Four, Section II, paragraph 2"
    },
    {
      "date": "2023-03-30",
      "rule": "exchange",
      "what": "exchange of data: last day to provide the data of 2023-03-01",
      "article": "Protocol, Part Four, Section II, paragraph 2"
    }
  ]
  $ countersign treaty calendar treaties/freeze-2020-us.yaml --from 2021-01-01 --to 2022-12-31
  2021-02-05  entry into force [O'Brien, 16 October 2020]
              sealed declaration of all warheads: data current on this day, due by 2021-03-22 [Draft,
                paragraph 1(a)]
  2021-03-22  sealed declaration of all warheads: last day to provide the data of 2021-02-05 [Draft,
                paragraph 1(a)]
  2021-05-05  sealed declaration of all warheads: data current on this day, due by 2021-06-03 [Draft,
                paragraph 1(b)]
  2021-06-03  sealed declaration of all warheads: last day to provide the data of 2021-05-05 [Draft,
                paragraph 1(b)]
  2021-08-05  sealed declaration of all warheads: data current on this day, due by 2021-09-03 [Draft,
                paragraph 1(b)]
  2021-09-03  sealed declaration of all warheads: last day to provide the data of 2021-08-05 [Draft,
                paragraph 1(b)]
  2021-11-05  sealed declaration of all warheads: data current on this day, due by 2021-12-04 [Draft,
                paragraph 1(b)]
  2021-12-04  sealed declaration of all warheads: last day to provide the data of 2021-11-05 [Draft,
                paragraph 1(b)]
  2022-02-05  end of the term: no longer in force from this day [O'Brien, 16 October 2020]
  $ countersign treaty calendar treaties/freeze-trilateral.yaml --from 2022-01-01 --to 2022-12-31
  2022-02-04  sealed declaration of all warheads: data current on this day, due by 2022-03-06 [Draft,
                Article 4, paragraph 3]
  2022-02-05  end of the term: no longer in force from this day [Draft, Article 1]
  2022-03-06  sealed declaration of all warheads: last day to provide the data of 2022-02-04 [Draft,
                Article 4, paragraph 3]

The schemas are the ones that are shipped.

  $ countersign treaty schema | diff - schemas/treaty.schema.json
  $ countersign statement schema | diff - schemas/statement.schema.json
  $ countersign exercise --schema | diff - schemas/exercise.schema.json
  $ countersign simulate --schema | diff - schemas/scenario.schema.json
