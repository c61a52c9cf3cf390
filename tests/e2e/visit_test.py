"""A visit of two homes, and what can go wrong while its place is opened. Prints TAP."""

import contextlib
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time

from support import FREEZE, PATIENCE, PROGRAM, add_peer, copy_home, countersign, key_of, log_of, must, new_home
from support import passphrase_file, place, run_tests, serving, sync

DAY = "2021-06-10T12:00:00Z"
os.environ["COUNTERSIGN_NOW"] = "2021-05-10T12:00:00Z"
chance = random.Random(5)
REQUEST = ["--origin", "countersign/freeze-2020-us/RU", "--entry", "1"]


def holdings(party):
    path = place("holdings.csv")
    with open(path, "w", encoding="utf-8") as file:
        print("date,party,item,state,facility,identifier,count", file=file)
        for number in range(6):
            where = "Depot" if number < 4 else "Store"
            print(f"2021-05-05,{party},warhead,stored,{where},{party}-{number},1", file=file)
    return path


def make():
    """The homes of the United States, which declared, and of Russia, which will visit its depot."""
    us, ru = new_home("US", FREEZE), new_home("RU", FREEZE)
    must(countersign("declare", holdings("US"), "--date", "2021-05-05", "--sealed", home=us, secret=True))
    with serving(us) as us_port, serving(ru) as ru_port:
        add_peer(us, f"http://127.0.0.1:{ru_port}", key_of(ru))
        add_peer(ru, f"http://127.0.0.1:{us_port}", key_of(us), "US")
        must(sync(ru))
        visit = ["designated", "Depot", "--of", "US", "--date", DAY[:10]]
        must(countersign("inspect", "designate", *visit, home=ru, secret=True))
        must(sync(us))
    return us, ru


us, ru = make()
os.environ["COUNTERSIGN_NOW"] = DAY


def open_place(home, path):
    return countersign("inspect", "open", *REQUEST, "-o", path, home=home, secret=True)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def check_opened(home, path):
    """The file is what was stated, once, and verifies."""
    stated = [entry["statement"] for entry in log_of(home) if entry["statement"]["kind"] == "inspect-open"]
    assert len(stated) == 1 and stated[0]["facility"] == "Depot", stated
    assert stated[0]["opening"] == hashlib.sha256(read(path)).hexdigest(), "another file was handed over"
    must(countersign("verify", path, "--key", key_of(home)))


def test_a_file_that_cannot_be_written_states_nothing_and_the_visit_is_not_lost():
    home, path = copy_home(us), place("visit.json")
    before = len(log_of(home))
    refused = must(open_place(home, "/nonexistent/visit.json"), 4)
    assert "cannot be written" in refused.err and refused.out == "", refused
    assert len(log_of(home)) == before, "an opening was stated that nobody has"
    assert "entry 2 of" in must(open_place(home, path)).out
    check_opened(home, path)


def test_opening_again_gives_the_very_same_file():
    home, path, again = copy_home(us), place("visit.json"), place("again.json")
    first = must(open_place(home, path)).out
    os.environ["COUNTERSIGN_NOW"] = "2021-06-10T18:00:00Z"
    must(countersign("raise", "--origin", "countersign/freeze-2020-us/US", "--text", "x", home=home, secret=True))
    second = must(open_place(home, again)).out
    os.environ["COUNTERSIGN_NOW"] = DAY
    assert first.replace(path, "") == second.replace(again, ""), (first, second)
    assert read(path) == read(again)
    check_opened(home, again)


def test_what_was_written_and_not_stated_is_stated_by_the_same_command():
    home, path = copy_home(us), place("visit.json")
    must(open_place(home, path))
    written = read(path)
    for name in os.listdir(home):  # as it is after a kill between the two steps
        if name.startswith("ledger.db"):
            os.unlink(os.path.join(home, name))
    for name in os.listdir(us):
        if name.startswith("ledger.db"):
            shutil.copy(os.path.join(us, name), home)
    must(open_place(home, path))
    assert read(path) == written, "nothing has happened since, so it is the same file"
    check_opened(home, path)


def test_a_kill_at_any_moment_leaves_what_the_same_command_ends():
    home, path = copy_home(us), place("visit.json")
    began = time.monotonic()
    must(open_place(home, path))
    whole = time.monotonic() - began
    for _ in range(12):
        home, path = copy_home(us), place("visit.json")
        command = [PROGRAM, "-C", home, "inspect", "open", *REQUEST, "-o", path, "--passphrase-file", passphrase_file]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(whole * chance.uniform(0.5, 1.1))
            process.kill()
            process.wait(PATIENCE)
        handed = read(path) if os.path.exists(path) else None
        must(open_place(home, path))
        assert handed in (None, read(path)), "the inspectors have another file than what was stated"
        check_opened(home, path)


def test_only_what_the_vault_has_is_opened_again():
    home, path = copy_home(us), place("visit.json")
    must(open_place(home, path))
    shutil.copy(os.path.join(us, "vault.db"), home)
    for name in os.listdir(home):
        if name.startswith("vault.db-"):
            os.unlink(os.path.join(home, name))
    refused = must(open_place(home, place("visit.json")), 3)
    assert "opened before" in refused.err, refused


def test_the_list_is_by_day_and_says_what_was_found():
    home, other, path, seen = copy_home(us), copy_home(ru), place("visit.json"), place("seen.csv")
    must(open_place(home, path))
    with open(seen, "w", encoding="utf-8") as file:
        print("identifier,item,state\nX-1,warhead,stored", file=file)
    sooner = ["designated", "Store", "--of", "US", "--date", "2021-05-25"]
    may = {"COUNTERSIGN_NOW": "2021-05-11T12:00:00Z"}
    must(countersign("inspect", "designate", *sooner, home=other, secret=True, env=may))
    with serving(home) as port:
        add_peer(other, f"http://127.0.0.1:{port}", key_of(home), "US")
        must(sync(other))
    must(countersign("inspect", "close", *REQUEST, home=other, secret=True))
    assert "opened, closed by one" in must(countersign("inspect", "list", home=other)).out
    must(countersign("inspect", "report", seen, *REQUEST, "--opening", path, home=other, secret=True), 1)
    lines = must(countersign("inspect", "list", home=other)).out.splitlines()
    assert [line[:10] for line in lines] == ["2021-05-25", "2021-06-10"], lines
    assert lines[0].endswith("  designated") and lines[1].endswith(" differences, closed by one"), lines


def test_an_ambiguity_is_resolved_by_who_raised_it_and_once():
    home, other = copy_home(us), copy_home(ru)
    words = ["--origin", "countersign/freeze-2020-us/US", "--text", "two more than sealed"]
    must(countersign("raise", *words, home=other, secret=True))
    raised = ["--origin", "countersign/freeze-2020-us/RU", "--entry", "2"]
    with serving(other) as port:
        add_peer(home, f"http://127.0.0.1:{port}", key_of(other))
        must(sync(home))
    before = len(log_of(home))
    refused = must(countersign("resolve", *raised, home=home, secret=True), 3)
    assert "was raised by RU, which alone can resolve it" in refused.err, refused
    assert len(log_of(home)) == before
    must(countersign("resolve", *raised, home=other, secret=True))
    refused = must(countersign("resolve", *raised, home=other, secret=True), 3)
    assert "is resolved already, by entry 3" in refused.err, refused


def weights(*rows):
    path = place("weights.csv")
    with open(path, "w", encoding="utf-8") as file:
        print("facility,weight", *rows, sep="\n", file=file)
    return path


def test_a_draw_goes_by_the_weights_of_its_request():
    """All the weight is on one of the two places, so that is where the draw goes."""
    asking, asked = copy_home(ru), copy_home(us)
    request = ["inspect", "request", "drawn", "--of", "US", "--date", "2021-06-20", "--weights"]

    def refused(words, path):
        result = must(countersign(*request, path, home=asking, secret=True), 3)
        assert words in result.err, result

    refused('weights.csv:2:7: "lots" is not a whole number', weights("Store,lots"))
    refused('"Store" is there twice; expected a row for each facility', weights("Store,1", "Store,2"))
    refused('"Stor" is no facility that entry 1 declares', weights("Stor,1"))
    refused("declares no facility that could be drawn", weights("Store,0"))
    refused("the columns are others; expected facility,weight", holdings("US"))
    must(countersign(*request, weights("Store,7"), home=asking, secret=True))
    stated = log_of(asking)[-1]["statement"]
    assert stated["weights"] == {"Store": 7}, stated
    draw = ["inspect", "draw", "--origin", "countersign/freeze-2020-us/RU", "--entry", str(len(log_of(asking)) - 1)]
    said = ""
    for _ in range(3):
        for home, other, name in ((asked, asking, "RU"), (asking, asked, "US")):
            with serving(other) as port:
                add_peer(home, f"http://127.0.0.1:{port}", key_of(other), name)
                must(sync(home))
            said = must(countersign(*draw, home=home, secret=True)).out
    assert "Store" in said, said


sys.exit(run_tests(globals()))
