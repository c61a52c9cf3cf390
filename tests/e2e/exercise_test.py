"""Exercises: each way to cheat is caught by what should catch it; whatever happens to nodes on the way, everybody comes
to the same assessment; and nothing is left behind. Prints TAP."""

import contextlib
import glob
import json
import math
import os
import random
import re
import signal
import subprocess
import time
from fractions import Fraction

from support import PATIENCE, PROGRAM, SANITIZED, countersign, must, new_home, passphrase_file, place, run_tests

FREEZE = os.path.abspath("treaties/freeze-2020-us.yaml")
THREE = os.path.abspath("treaties/freeze-trilateral.yaml")

HOLDINGS = """
holdings:
  US:
    - {at: North, state: stored, count: 9, identifiers: "US-###"}
    - {at: Base, state: deployed, count: 6, identifiers: "US-###"}
  RU:
    - {at: Store, state: stored, count: 10, identifiers: "RU-###"}
    - {at: Depot, state: stored, count: 5, identifiers: "RU-###"}
"""
CHINA = """  CN:
    - {at: Only, state: stored, count: 4, identifiers: "CN-###"}
"""


def scenario(actions, agreement=FREEZE, holdings=HOLDINGS, extra="observer: false"):
    """A file with these actions, each a line without its dash."""
    path = place("exercise.yaml")
    lines = "\n".join(f"  - {{{action}}}" for action in actions)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"exercise: test\ntitle: A test\nagreement: {agreement}\n{extra}\n{holdings}actions:\n{lines}\n")
    return path


def play(actions, code=None, keep=None, **otherwise):
    arguments = ["exercise", scenario(actions, **otherwise), "--json"] + (["--keep", keep] if keep else [])
    result = countersign(*arguments)
    assert result.code == code or (code is None and result.code in (0, 1)), result
    return json.loads(result.out)


def texts(played, player=None):
    return [event["text"] for event in played["events"] if player in (None, event["player"])]


BASELINE = ["day: 2021-02-05, do: declare", "day: 2021-02-06, do: sync"]
VISIT = "do: inspect, by: US, of: RU"


def visit(at, more="", day="2021-04-01"):
    return f"day: {day}, {VISIT}, inspection: designated, at: {at}{more}"


def drawn(more=""):
    return f"day: 2021-04-01, {VISIT}, inspection: drawn{more}"


MOVE = "by: RU, from: Store, to: Depot, count: 3"

# What is done, what somebody says of it, and the verdict that it leads to (or none), by the first words of its note.
CHEATS = {
    "a covert move, where it went": (
        [f"day: 2021-03-01, do: move, {MOVE}, notify: false", visit("Depot")],
        "RU-001 was seen and is not in the escrow",
        ("violated", "Depot: 4 differences"),
    ),
    "a covert move, where it came from": (
        [f"day: 2021-03-01, do: move, {MOVE}, notify: false", visit("Store")],
        "RU-001 is in the escrow and was not seen",
        ("violated", "Store: 4 differences"),
    ),
    "a covert move to a place of which nobody knows": (
        ["day: 2021-03-01, do: move, by: RU, from: Store, to: Hidden, count: 2, notify: false", visit("Store")],
        "warhead/stored: 10 opened, 8 counted",
        ("violated", "Store: 3 differences"),
    ),
    "items that are not declared": (
        ["day: 2021-02-04, do: undeclare, by: RU, at: Depot, count: 2", visit("Depot")],
        "warhead/stored: 3 opened, 5 counted",
        ("violated", "Depot: 3 differences"),
    ),
    "identifiers that are not those of the items": (
        ["day: 2021-02-04, do: spoof, by: RU, at: Depot, count: 1", visit("Depot")],
        "RU-900001 is in the escrow and was not seen",
        ("violated", "Depot: 2 differences"),
    ),
    "a notification of less than was moved": (
        [f"day: 2021-03-01, do: move, {MOVE}, stated: 1", visit("Depot")],
        "warhead/stored: 6 opened, 8 counted",
        ("violated", "Depot: 3 differences"),
    ),
    "a notification that comes too late": (
        [f"day: 2021-03-01, do: move, {MOVE}, notify: false", f"day: 2021-03-20, do: notify, {MOVE}, date: 2021-03-01"],
        "1 statement of RU came after their deadline",
        None,
    ),
    "a declaration that comes too late": (
        ["day: 2021-05-05, do: declare, by: US", "day: 2021-07-01, do: declare, by: RU, date: 2021-05-05"],
        "declares the holdings of 2021-05-05 after the deadline",
        ("late", ""),
    ),
    "a statement that is dated before it was made": (
        [
            f"day: 2021-03-25, do: move, {MOVE}",
            "day: 2021-03-26, do: sync",
            "day: 2021-04-01, do: backdate, by: RU, behind: 20, from: Store, to: Depot, count: 2",
        ],
        "1 statement of RU dated before a checkpoint without them; kept as evidence",
        None,
    ),
    "less notified than moved, with the declaration from before": (
        [f"day: 2021-03-01, do: move, {MOVE}, stated: 1", visit("Depot", ", update: false")],
        "warhead/stored: 5 opened and +1 moved since, 8 counted",
        ("violated", "Depot: 3 differences"),
    ),
    "a covert move beside one that is notified": (
        [
            f"day: 2021-03-01, do: move, {MOVE}",
            "day: 2021-03-02, do: move, by: RU, from: Store, to: Depot, count: 2, notify: false",
            visit("Depot", ", update: false"),
        ],
        "warhead/stored: 5 opened and +3 moved since, 10 counted",
        ("violated", "Depot: 3 differences"),
    ),
    "a visit that the inspecting party does not report": (
        [visit("Depot", ", refuse: report, refuser: US")],
        "does not report what was seen",
        ("missing", "did not report what was seen at Depot"),
    ),
    "a visit that the inspected party does not report": (
        [f"day: 2021-03-01, do: move, {MOVE}, notify: false", visit("Depot", ", refuse: report")],
        "does not report what was seen",
        ("missing", "did not report what was seen at Depot"),
    ),
    "a place that is not opened": (
        [visit("Depot", ", refuse: open")],
        "does not open Depot to US",
        ("missing", "Depot was not opened to US"),
    ),
    "a number that is not revealed": (
        [drawn(", refuse: reveal")],
        "no place could be drawn",
        ("missing", "committed to a number, and did not reveal it"),
    ),
    "a number that the inspecting party does not reveal": (
        [drawn(", refuse: reveal, refuser: US")],
        "no place could be drawn",
        ("missing", "committed to a number, and did not reveal it"),
    ),
    "no number at all": (
        [drawn(", refuse: commit")],
        "no place could be drawn",
        ("missing", "did not commit to a number"),
    ),
    "a ledger that is rewritten": (
        [
            f"day: 2021-03-01, do: move, {MOVE}",
            "day: 2021-03-10, do: sync",
            "day: 2021-03-20, do: rewrite, by: RU, date: 2021-03-01",
        ],
        "does not accept what RU shows",
        None,
    ),
    "a clock that is behind": (
        ["day: 2021-05-05, do: clock, by: RU, behind: 10", "day: 2021-05-05, do: declare"],
        "lies after the statement itself; expected a day that has come",
        None,
    ),
    "a clock that goes back": (
        [
            f"day: 2021-03-01, do: move, {MOVE}",
            "day: 2021-03-02, do: clock, by: RU, behind: 10",
            f"day: 2021-03-02, do: move, {MOVE}, date: 2021-02-20",
        ],
        "expected a clock that does not go back",
        None,
    ),
    "a clock that is ahead": (
        ["day: 2021-03-01, do: clock, by: RU, ahead: 9", f"day: 2021-03-01, do: move, {MOVE}"],
        "1 statement of RU came after their deadline",
        None,
    ),
}


def test_each_way_to_cheat_is_caught():
    for name, (actions, said, verdict) in CHEATS.items():
        played = play([*BASELINE, *actions], 1)
        bad = [event["text"] for event in played["events"] if event["weight"] == "bad"]
        assert any(said in text for text in texts(played)), (name, texts(played))
        assert bad, (name, texts(played))
        found = [(f["verdict"], f["note"]) for f in played["assessment"]["bad"]]
        assert "Missing exchanges" not in played["assessment"]["conclusion"], name  # draws and visits are named apart
        if verdict:
            assert any(v == verdict[0] and n.startswith(verdict[1]) for v, n in found), (name, found)
        else:
            assert all(v == "late" for v, _ in found), (name, found)


def test_what_is_missing_and_what_moved_is_named_as_what_it_is():
    move = f"do: move, {MOVE}"
    played = play([*BASELINE, visit("Depot", ", refuse: open"), drawn(", refuse: reveal")], 1)
    conclusion = played["assessment"]["conclusion"]
    assert "Draws broken off: RU 1 (" in conclusion and "Places not opened: RU 1 (2021-04-01)" in conclusion, conclusion
    for actions, told in (
        ([f"day: 2021-03-01, {move}"], "1 move was notified meanwhile, sealed and proven to balance"),
        (
            [f"day: 2021-03-01, {move}, claim: false", f"day: 2021-03-02, {move}"],
            "2 moves were notified meanwhile, 2 sealed, 1 of these proven to balance",
        ),
    ):
        played = play([*BASELINE, *actions, "day: 2021-05-05, do: declare"])
        assert told in texts(played), texts(played)


def test_a_move_can_be_invented_and_not_made():
    invented = "day: 2021-03-01, do: notify, by: RU, from: Nowhere, to: Depot, count: 50, state: stored"
    played = play([*BASELINE, invented], 0)
    assert any("notifies of a move from Nowhere to Depot" in text for text in texts(played)), texts(played)
    made = countersign("exercise", scenario([*BASELINE, f"day: 2021-03-01, do: move, {MOVE[:-1]}11"]))
    assert 'this takes 11 nuclear warheads at "Store", where RU has 10 such on that day' in must(made, 3).err, made


def test_without_cheating_nothing_is_caught():
    honest = [
        f"day: 2021-03-01, do: move, {MOVE}",
        "day: 2021-02-20, do: moves, by: [US, RU], count: 4, until: 2021-04-20",
        visit("Depot"),
        "day: 2021-04-10, do: inspect, by: RU, of: US, inspection: drawn",
        "day: 2021-05-05, do: declare",
    ]
    south = '"US-###"}\n    - {at: South, state: stored, count: 2, identifiers: "US-###"}'
    holdings = HOLDINGS.replace('"US-###"}', south, 1)
    played = play([*BASELINE, *honest], 0, holdings=holdings, extra="")
    assert not played["assessment"]["bad"] and played["assessment"]["identical"], played["assessment"]
    assert [ledger["cosigned"] for ledger in played["ledgers"]] == [2, 2], played["ledgers"]
    assert played["assessment"]["nodes"] == 3


def check_beside_the_verdicts(folder):
    """Evidence is told of below the assessment, and nothing else in it differs from one follower to the other."""
    at = {"env": {"COUNTERSIGN_NOW": "2021-04-21T12:00:00Z"}}
    judged = []
    for name in ("US", "observer"):
        home = os.path.join(folder, name)
        table = must(countersign("assess", home=home, **at), 1).out
        assert "RU went back to an older history, dated statements back (2 pieces)" in table, table
        (check,) = re.findall('"countersign verify (.*?)"', table)
        must(countersign("verify", check))
        judged.append(json.loads(must(countersign("assess", "--json", home=home, **at), 1).out))
        kinds = [(piece["party"], piece["kind"]) for piece in judged[-1].pop("evidence")]
        assert sorted(kinds) == [("RU", "backdated"), ("RU", "rollback")], kinds
        csv = countersign("assess", "--csv", home=home, **at)
        assert "went back" in csv.err and "went back" not in csv.out, csv
    assert judged[0] == judged[1]
    other = countersign("assess", "--party", "US", "--json", home=os.path.join(folder, "observer"), **at)
    assert "evidence" not in json.loads(other.out), other


def findings(played, party, rule):
    """How many of each verdict there are."""
    return played["assessment"]["rules"][party].get(rule, {})


def test_who_notifies_of_moves_is_not_accused_of_them():
    before = visit("Depot", ", update: false")
    for moves in (
        [f"day: 2021-03-01, do: move, {MOVE}", before],
        [f"day: 2021-03-01, do: move, {MOVE}, to-state: retired", before],
        [f"day: 2021-03-01, do: move, {MOVE}", visit("Store", ", update: false")],
        ["day: 2021-03-01, do: move, by: RU, from: Depot, to: Depot, to-state: retired, count: 2", before],
        [f"day: 2021-03-30, do: move, {MOVE}", visit("Depot", ", announced: 2021-03-30")],  # on the day of the request
    ):
        played = play([*BASELINE, *moves], 0)
        assert any("all is as it was sealed" in text for text in texts(played)), (moves, texts(played))
        assert findings(played, "RU", "report") == {"met": 1}, (moves, played["assessment"])
        assert played["assessment"]["parties"]["RU"]["kept"] == "kept as far as verified", played["assessment"]
    # What is told of when the place is known already explains what is there, and leaves a question open.
    moves = [visit("Depot", ", announced: 2021-03-20"), f"day: 2021-03-22, do: move, {MOVE}"]
    played = play([*BASELINE, *moves], 0)
    assert findings(played, "RU", "report") == {"unknown": 1}, played["assessment"]
    assert played["assessment"]["parties"]["RU"]["kept"] == "kept as far as verified", played["assessment"]


def test_a_visit_that_the_other_side_breaks_off_is_not_counted():
    days = [f"2021-03-{day:02}" for day in range(2, 28, 3)]
    for more, refused in ((", refuse: open", 0), ("", 3)):
        played = play([*BASELINE, *(visit("Depot", more, day) for day in days)], 1)
        told = [text for text in texts(played, "US") if '6 of 6 "designated" inspections are used up' in text]
        assert len(told) == refused, (more, texts(played))
        assert findings(played, "US", "quota") == {}, played["assessment"]
        assert findings(played, "RU", "visit") == ({"missing": 9} if more else {"met": 6}), played["assessment"]


def test_a_place_that_is_not_declared_is_not_asked_for():
    covert = "day: 2021-03-01, do: move, by: RU, from: Store, to: Hidden, count: 2, notify: false"
    played = play([*BASELINE, covert, visit("Hidden")], 1)
    assert any('"Hidden" is no facility that entry 1 declares' in text for text in texts(played, "US")), texts(played)
    assert not played["assessment"]["bad"], played["assessment"]


def test_evidence_and_exhibits_convince_without_a_network():
    folder = place("kept")
    actions = [
        f"day: 2021-03-01, do: move, {MOVE}, notify: false",
        visit("Depot"),
        "day: 2021-04-02, do: exhibit, by: US, of: RU, statement: inspect-report, file: report.json",
        "day: 2021-04-05, do: backdate, by: RU, behind: 20, from: Store, to: Depot, count: 2",
        "day: 2021-04-06, do: sync",
        "day: 2021-04-20, do: rewrite, by: RU, date: 2021-04-05, statement: notify",
    ]
    played = play([*BASELINE, *actions], 1, keep=folder, extra="")
    assert any("evidence of it is kept by US, observer" in text for text in texts(played, "RU")), texts(played)
    evidence = glob.glob(os.path.join(folder, "US", "evidence", "*.json"))
    assert len(evidence) == 2, evidence
    said = [must(countersign("verify", path)).out for path in evidence]
    assert any("dated" in words for words in said), said
    assert any("it went back" in words for words in said), said
    check_beside_the_verdicts(folder)
    report = must(countersign("verify", os.path.join(folder, "report.json"))).out
    assert 'At "Depot" it saw 4 differences' in report and "of RU under" in report, report


def small_demo(name):
    """A file of demo/ with few facilities: those that it names, and two more of each party."""
    with open(f"demo/{name}.yaml", encoding="utf-8") as file:
        text = file.read()
    facilities = place("facilities.csv")
    with open("data/exercise-facilities.csv", encoding="utf-8") as file, open(facilities, "w", encoding="utf-8") as out:
        others = {}
        for row in file:
            facility, party = row.split(",")[:2]
            others[party] = others.get(party, 0) + 1
            if facility in text or party == "CN" or others[party] <= 2:
                out.write(row)
    path = place(f"{name}.yaml")
    with open(path, "w", encoding="utf-8") as file:
        text = text.replace("../data/exercise-facilities.csv", facilities)
        file.write(text.replace("../treaties", os.path.abspath("treaties")))
    return path


def test_the_demos_play_as_they_say():
    for name, code, cheater in (("freeze-cheat", 1, "US"), ("freeze-year", 0, None))[: 1 if SANITIZED else 2]:
        folder = place("kept")
        played = json.loads(must(countersign("exercise", small_demo(name), "--json", "--keep", folder), code).out)
        kept = {party: said["kept"] for party, said in played["assessment"]["parties"].items()}
        assert {party for party, word in kept.items() if word == "not kept"} == {cheater} - {None}, kept
        assert played["assessment"]["identical"], played["assessment"]
        assert [ledger["cosigned"] for ledger in played["ledgers"]] == [3, 3, 3], played["ledgers"]
        visits = [text for text in texts(played) if " inspects " in f" {text}"]
        assert len(visits) == 18 and sum("41 differences" in text for text in visits) >= (2 if cheater else 0), visits
        check_seen(folder, ["US", "RU", "CN"], "2021-10-21", 2, code)
        assert all(seen["visited"] > 2 for seen in check_seen(folder, ["US", "RU", "CN"], "2022-02-05", 40, code))


# ---- Whatever happens on the way -----------------------------------------------------------------------------------

YEAR = [
    "day: 2021-02-05, do: declare",
    "day: 2021-03-01, do: move, by: US, from: North, to: Base, to-state: deployed, count: 2",
    "day: 2021-03-03, do: move, by: RU, from: Store, to: Depot, count: 2",
    "day: 2021-03-10, do: inspect, by: US, of: RU, inspection: designated, at: Depot, announced: 2021-03-05",
    "day: 2021-03-20, do: inspect, by: RU, of: CN, inspection: drawn, announced: 2021-03-12",
    "day: 2021-04-01, do: move, by: RU, from: Depot, to: Store, count: 3, notify: false",
    "day: 2021-05-05, do: declare",
    "day: 2021-05-20, do: inspect, by: CN, of: RU, inspection: designated, at: Store, announced: 2021-05-15",
    "day: 2021-05-25, do: raise, by: CN, of: RU, text: three that were not there",
]
NODES = ["US", "RU", "CN", "observer"]


def days(first, last):
    """Days of the year as the file writes them, all between the actions above."""
    year = [(month, day) for month in range(2, 6) for day in range(1, 29)]
    return [f"2021-{month:02}-{day:02}" for month, day in year if first <= (month, day) <= last]


def trouble(chance):
    """Nodes that are killed and start again, partitions of days, deliveries that are repeated and in another order."""
    out = []
    for _ in range(6):  # a node is killed between any two actions of a day, others follow meanwhile, and it comes back
        node, other = chance.choice(NODES), chance.choice(NODES)
        day = chance.choice(["2021-02-05", "2021-03-03", "2021-05-05", *days((2, 6), (5, 24))])
        out += [f"day: {day}, do: {what}" for what in (f"kill, by: {node}", f"sync, by: {other}", f"start, by: {node}")]
    for _ in range(6):
        day, node, other = chance.choice(days((2, 6), (5, 24))), chance.choice(NODES), chance.choice(NODES[:3])
        out.append(f"day: {day}, do: sync, by: {node}, of: {other}, times: 2")
    out += ["day: 2021-04-02, do: cut, by: [CN, observer]", "day: 2021-05-03, do: heal"]
    out += ["day: 2021-05-06, do: cut, by: observer", "day: 2021-05-22, do: kill, by: US"]
    return out + ["day: 2021-05-26, do: heal", "day: 2021-05-26, do: start, by: US"]


def three(actions, **otherwise):
    return play(actions, 1, agreement=THREE, holdings=HOLDINGS + CHINA, **otherwise)


def test_nodes_that_break_on_the_way_come_to_the_same_assessment():
    quiet = three(YEAR, extra="end: 2021-06-01")["assessment"]
    assert quiet["identical"] and quiet["bad"], quiet
    for seed in range(3):
        chance = random.Random(seed)
        actions = trouble(chance)
        every = chance.choice([0, 1, 3, 30])
        played = three([*YEAR[:1], *actions, *YEAR[1:]], extra=f"end: 2021-06-01\nsync-every: {every}")
        assessment = played["assessment"]
        assert assessment["identical"] and assessment["nodes"] == 4, (seed, texts(played))
        assert assessment["sha256"] == quiet["sha256"], (seed, actions, assessment, quiet)
        assert all(ledger["cosigned"] == 3 for ledger in played["ledgers"]), (actions, texts(played))


def test_the_command_assesses_alike_in_every_home():
    folder = place("kept")
    three(YEAR, keep=folder, extra="")
    for day in ("2021-03-15", "2021-05-21", "2022-03-01"):
        homes = [os.path.join(folder, node) for node in NODES]
        results = [countersign("assess", "--json", "--at", day, home=home) for home in homes]
        assert len({must(result, 1 if day > "2021-05" else 0).out for result in results}) == 1, results


def statements(home, party):
    """Those in the ledger of a party, as one home has it; its own without --peer."""
    peer = [] if home.endswith(f"/{party}") else ["--peer", party]
    return [json.loads(line) for line in must(countersign("log", "--json", *peer, home=home)).out.splitlines()]


def visits_by_hand(home, parties, day):
    """For each party, the facilities that its newest declaration names and those of them that were visited, up to a day."""
    said = {}
    for party in parties:
        for entry in statements(home, party):
            if entry["statement"]["time"][:10] <= day:
                said[party, entry["entry"]] = entry["statement"]
    opened = {(s["origin"], s["entry"], s["facility"]) for s in said.values() if s["kind"] == "inspect-open"}
    out = {}
    for party in parties:
        declared = [s for (by, _), s in said.items() if by == party and s["kind"] == "declare" and s["date"] <= day]
        newest = max(declared, key=lambda s: s["date"])
        facilities = {f["facility"] for f in newest["sealed"]["facilities"]}
        visited = set()
        for (by, _), report in said.items():
            if report["kind"] != "inspect-report" or not report["origin"].endswith(f"/{by}"):
                continue  # the other side reports, too
            request = said[by, report["entry"]]
            if request["of"] == party and (report["origin"], report["entry"], report["facility"]) in opened:
                visited.add(report["facility"])
        out[party] = (len(facilities), len(facilities & visited))
    return out


def check_seen(folder, parties, day, size, code):
    """Every home says the same of a violation, and that is what its ledgers come to by exact arithmetic."""
    homes = [os.path.join(folder, node) for node in [*parties, "observer"]]
    results = [countersign("assess", "--json", "--violation", str(size), "--at", day, home=home) for home in homes]
    assert len({must(result, code).out for result in results}) == 1, results
    violation = json.loads(results[0].out)["violation"]
    assert violation["size"] == size and violation["undeclared"] == 0, violation
    assert [seen["party"] for seen in violation["seen"]] == parties, violation
    for seen in violation["seen"]:
        declared, visited = visits_by_hand(homes[-1], parties, day)[seen["party"]]
        assert (seen["facilities"], seen["visited"]) == (declared, visited), (seen, declared, visited)
        apart = min(size, declared)
        spread = 1 - Fraction(math.comb(declared - apart, visited), math.comb(declared, visited))
        assert abs(seen["together"] - Fraction(visited, declared)) < 1e-8, seen
        assert abs(seen["spread"] - spread) < 1e-8, seen
    return violation["seen"]


def test_what_the_visits_would_have_seen():
    folder = place("kept")
    three(YEAR, keep=folder, extra="")
    parties = NODES[:3]
    seen = check_seen(folder, parties, "2021-03-15", 1, 0)  # one of two facilities of RU
    assert [(s["facilities"], s["visited"], s["together"]) for s in seen] == [(2, 0, 0), (2, 1, 0.5), (1, 0, 0)], seen
    seen = check_seen(folder, parties, "2021-05-21", 2, 1)  # the other one, and the only one of CN by draw
    assert [(s["visited"], s["drawn"], s["together"]) for s in seen] == [(0, 0, 0), (2, 0, 1), (1, 1, 1)], seen
    assert not any(s["not-held"] for s in seen), seen


def test_a_visit_that_is_refused_would_have_seen_nothing():
    for refused in (visit("Depot", ", refuse: open"), drawn(", refuse: reveal")):
        folder = place("kept")
        play([*BASELINE, refused, visit("Store", day="2021-05-01")], 1, keep=folder, extra="")
        _, seen = check_seen(folder, ["US", "RU"], "2021-05-02", 1, 1)
        assert (seen["visited"], seen["not-held"], seen["together"]) == (1, 1, 0.5), seen


def test_a_command_that_is_killed_at_any_moment_leaves_the_same_year():
    record = os.path.abspath("data/new-start-aggregates.csv")
    wanted = ["2018-02-05", "2018-09-01", "2019-03-01", "2019-09-01"]
    chance = random.Random(7)
    quiet, home = new_home("US"), new_home("US")
    for path in (quiet, home):
        for day in wanted:
            command = [PROGRAM, "-C", path, "declare", record, "--date", day, "--passphrase-file", passphrase_file]
            for attempt in range(50):
                with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                    if path is home and attempt < 3:
                        time.sleep(chance.uniform(0, 0.35))
                        process.kill()
                    process.wait(PATIENCE)
                if f'"date":"{day}"' in must(countersign("log", "--json", home=path)).out.replace(": ", ":"):
                    break
    first, second = (countersign("assess", "--json", "--at", "2020-01-01", home=path) for path in (home, quiet))
    assert first.out == second.out, (first, second)
    must(countersign("verify", home=home))


# ---- Nothing is left -----------------------------------------------------------------------------------------------


def processes_of(word):
    """Processes whose command names a word."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            if word.encode() in file.read():
                found.append(int(path.split("/")[2]))
    return found


def start(path, folder):
    os.mkdir(folder)
    process = subprocess.Popen(
        [PROGRAM, "exercise", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": folder},
        start_new_session=True,
    )
    process.stdout.read(1)  # the homes are there
    return process


def gone(path):
    end = time.monotonic() + PATIENCE
    while processes_of(path) and time.monotonic() < end:
        time.sleep(0.05)
    return not processes_of(path)


def long_scenario():
    moves = "day: 2021-02-07, do: moves, by: [US, RU], count: 400, until: 2022-01-01"
    return scenario([*BASELINE, moves], holdings=HOLDINGS.replace("Base, state: deployed", "Base, state: stored"))


def test_a_signal_leaves_nothing():
    for number in (signal.SIGINT, signal.SIGTERM):
        path, folder = long_scenario(), place("tmp")
        process = start(path, folder)
        assert len(processes_of(path)) == 4 and os.listdir(folder), "a keeper and two servers beside it"
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        assert process.wait(PATIENCE) == -number
        process.stdout.close()
        assert gone(path) and not os.listdir(folder)


def test_servers_end_with_whoever_started_them():
    path, folder = long_scenario(), place("tmp")
    process = start(path, folder)
    process.kill()
    process.wait(PATIENCE)
    process.stdout.close()
    assert gone(path)


def test_a_failure_leaves_nothing():
    folder = place("tmp")
    os.mkdir(folder)
    path = scenario([*BASELINE, "day: 2021-03-01, do: move, by: RU, from: Store, to: Depot, count: 300"])
    result = must(countersign("exercise", path, env={"TMPDIR": folder}), 3)
    assert f'{path}:16:5: this takes 300 nuclear warheads at "Store", where RU has 10 such' in result.err, result
    assert not os.listdir(folder) and gone(path)


def test_what_is_kept_is_a_home():
    folder = place("kept")
    play(BASELINE, 0, keep=folder)
    secret = place("exercise-passphrase")
    with open(secret, "w", encoding="ascii") as file:
        file.write("exercise\n")
    result = countersign("vault", "check", "--passphrase-file", secret, home=os.path.join(folder, "RU"))
    assert "opens each of the 1 sealed statements" in must(result).out, result
    result = must(countersign("exercise", scenario(BASELINE), "--keep", folder), 3)
    assert "the folder is not empty; expected a new or empty one" in result.err, result


def test_the_same_seed_is_the_same_exercise():
    actions = [*BASELINE, drawn(), "day: 2021-02-07, do: moves, by: US, count: 3, until: 2021-03-01"]
    holdings = HOLDINGS.replace("Base, state: deployed", "Base, state: stored")
    once, again = (play(actions, 0, holdings=holdings) for _ in range(2))
    assert once == again, (once, again)


if __name__ == "__main__":
    raise SystemExit(run_tests(globals()))
