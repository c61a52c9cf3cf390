"""Peers that lie, hang and flood: "sync" says what is wrong, keeps what it had, and follows them again once they are
honest. Prints TAP."""

import glob
import json
import os
import sys
import threading

from support import NOW, PATIENCE, PROGRAM, Key, Ledger, add_peer, copy_home, countersign, encode, log_of, must
from support import new_home, passphrase_file, peer, root, run_tests, sync, tile_path

honest = Ledger("RU").talk(4)
grown = honest.copy().talk(3, "more")

_followers = {}


def follower(size=5):
    """A home that has a copy of the first entries of the honest ledger: of 5, or of none."""
    if size not in _followers:
        home = new_home("US")
        with peer(honest.answers() if size else {}) as address:
            add_peer(home, address, honest.key)
            if size:
                must(sync(home))
        _followers[size] = home
    return copy_home(_followers[size])


def evidence(home):
    return sorted(glob.glob(os.path.join(home, "evidence", "*.json")))


def follow(home, answers, code, *words):
    """Synchronises with a peer that says that, and expects its words."""
    with peer(answers) as address:
        add_peer(home, address, honest.key)
        result = sync(home)
    assert result.code == code, result
    for word in words:
        assert word in result.out + result.err, f"expected {word!r}\n{result}"
    return result


def refuse(answers, *words, code=3, size=5):
    """A peer that says that is refused; what was there is there, and an honest peer is followed afterwards. A list of
    answers is of peers that are refused one after the other."""
    home = follower(size)
    before = log_of(home, "RU")
    assert len(before) == size
    for said in answers if isinstance(answers, list) else [answers]:
        result = follow(home, said, code, *words)
        assert log_of(home, "RU") == before, result
    must(countersign("verify", home))
    kept = evidence(home)
    follow(home, grown.answers(), 0, "8 entries", "cosigned and delivered")
    assert [json.dumps(e["statement"]).encode() for e in log_of(home, "RU")] == grown.entries
    must(countersign("verify", home))
    return home, kept


def but(**changes):
    """The answers of the grown ledger, with others in place of some: "entries" is the bundle."""
    names = {"checkpoint": "/checkpoint", "entries": tile_path("entries", 0, 8), "tile": tile_path(0, 0, 8)}
    return {**grown.answers(), **{names[name]: answer for name, answer in changes.items()}}


def convinces(path, *words):
    """The evidence convinces who has nothing else."""
    out = must(countersign("verify", path)).out
    for word in words:
        assert word in out, out


# ---- Silence, which takes a while: begun here, and awaited last ----

over, faults = threading.Event(), []


def hang(_):
    over.wait(4 * PATIENCE)


def drip(request):
    request.send_response(200)
    request.end_headers()
    while not over.wait(0.5):
        request.wfile.write(b"x")


def wait_for(answer):
    try:
        refuse(but(checkpoint=answer), "no answer", code=4)
    except Exception as fault:
        faults.append(fault)


follower()  # made once, for all
silent = [threading.Thread(target=wait_for, args=(answer,), daemon=True) for answer in (hang, drip)]
for thread in silent:
    thread.start()


# ---- The checkpoint ----


def test_nobody_listens():
    home = follower()
    add_peer(home, "http://127.0.0.1:9", honest.key)
    result = must(sync(home), 4)
    assert "http://127.0.0.1:9/checkpoint: no answer" in result.err, result
    must(countersign("verify", home))


def test_errors_of_http():
    for status in (400, 403, 404, 500, 503):
        refuse(but(checkpoint=status), f"HTTP status {status}")
    refuse(but(entries=500), "HTTP status 500")


def test_redirects_are_not_followed():
    elsewhere = []

    def redirect(request):
        request.send_response(302)
        request.send_header("Location", "/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()

    answers = but(checkpoint=redirect)
    answers["/elsewhere"] = lambda request: (elsewhere.append(1), request.reply(grown.checkpoint()))
    refuse(answers, "HTTP status 302")
    assert not elsewhere, "the redirect was followed"


def test_garbage_for_a_checkpoint():
    garbage = (b"", b"\n", b"\0" * 1000, b"<html></html>\n", os.urandom(500), grown.checkpoint()[:-1])
    refuse([but(checkpoint=bad) for bad in garbage], "http://127.0.0.1")


def test_a_checkpoint_that_is_badly_signed():
    good = grown.checkpoint()
    text = grown.text()
    stranger = Key(grown.origin, 1, b"\x55")
    same_id = Key(grown.origin, 1, b"\x55")
    same_id.id = grown.key.id
    bad = (
        text + b"\n" + stranger.sign(text),
        text + b"\n" + same_id.sign(text),
        good.replace(b"\n8\n", b"\n9\n"),
        text + b"\n" + grown.cosigner.sign(text),
        good + same_id.sign(text),
    )
    refuse([but(checkpoint=note) for note in bad], "not signed by the peer's key")


def test_the_ledger_of_another_party():
    other = Ledger("US", seed=b"\x21").talk(7)
    refuse(other.answers(), "countersign/new-start/US", 'expected "countersign/new-start/RU"')
    text = grown.text(origin="countersign/other/RU")
    refuse(but(checkpoint=text + b"\n" + grown.key.sign(text)), "countersign/other/RU")


# ---- Entries ----


def test_garbage_for_entries():
    good = grown.answers()[tile_path("entries", 0, 8)]
    of_nothing = b"\0\0" * 8  # entries without a byte
    bad = (b"", b"\0", b"\xff" * 64, good[:-1], os.urandom(300), of_nothing)
    refuse([but(entries=bundle) for bundle in bad], "broken")


def test_too_many_and_too_few_entries():
    few = grown.copy()
    few.entries.pop()
    many = grown.copy().talk(1)
    refuse(but(entries=few.answers()[tile_path("entries", 0, 7)]), "broken")
    refuse(but(entries=many.answers()[tile_path("entries", 0, 9)]), "more than its entries")


def test_entries_that_were_not_signed():
    other = honest.copy().talk(3, "other")
    answers = but(entries=other.answers()[tile_path("entries", 0, 8)])
    for size in (5, 0):
        _, kept = refuse(answers, "not what it signed", size=size)
        assert kept == [], "an honest signature was accused"


def test_a_signed_tree_whose_tiles_are_missing():
    refuse(but(entries=404), "tile/entries/000.p/8", "HTTP status 404")


def test_what_a_liar_left_does_not_spoil_what_is_true_later():
    """The first of two bundles is wrong, and the second never comes: what was fetched is kept, and forgotten."""
    long, lie = Ledger("RU").talk(299), Ledger("RU").talk(299, "lies")
    answers = long.answers()
    answers[tile_path("entries", 0)] = lie.answers()[tile_path("entries", 0)]
    answers[tile_path("entries", 1, 44)] = 500
    home = follower(0)
    follow(home, answers, 3, "HTTP status 500")
    assert "256 more" in must(countersign("verify", home)).out
    follow(home, long.answers(), 0, "300 entries, 300 new", "cosigned")
    assert [json.dumps(e["statement"]).encode() for e in log_of(home, "RU")] == long.entries


def test_an_interrupted_fetch_goes_on():
    long, asked = Ledger("RU").talk(299), []
    answers = long.answers()
    first, second = tile_path("entries", 0), tile_path("entries", 1, 44)
    honest_first, honest_second = answers[first], answers[second]
    answers[first] = lambda request: (asked.append(1), request.reply(honest_first))
    answers[second] = 503
    home = follower(0)
    follow(home, answers, 3, "HTTP status 503")
    answers[second] = honest_second
    follow(home, answers, 0, "300 entries, 44 new", "cosigned")
    assert len(asked) == 1, "what was there was fetched again"


# ---- How a ledger begins ----


def test_a_ledger_that_does_not_begin_with_its_adoption():
    wordless, foreign, stranger, nobody = Ledger("RU"), Ledger("RU"), Ledger("RU"), Ledger("RU")
    adoption = json.loads(wordless.entries[0])
    wordless.entries[0] = grown.entries[1]
    foreign.entries[0] = json.dumps({**adoption, "treaty": "0" * 64}).encode()
    stranger.entries[0] = json.dumps({**adoption, "key": str(Key(honest.origin, 1, b"\x55"))}).encode()
    nobody.entries[0] = json.dumps({**adoption, "party": "XX"}).encode()
    for ledger, words in (
        (wordless, "does not begin with the adoption"),
        (foreign, "another agreement"),
        (stranger, "another key"),
        (nobody, "no party of the agreement"),
    ):
        refuse(ledger.answers(), words, size=0)


# ---- Accusations ----


def accuse(answers, *words):
    home, kept = refuse(answers, "NOT ACCEPTED", *words, code=1)
    assert len(kept) == 1, kept
    convinces(kept[0], *words)
    follow(home, answers, 1, "NOT ACCEPTED")
    return home, kept[0]


def shorter():
    ledger = honest.copy()
    ledger.entries.pop()
    return ledger


def test_an_old_checkpoint_proves_nothing_and_is_refused():
    """Anybody on the way may show one: it accuses nobody."""
    _, kept = refuse(shorter().answers(), "it shows 4 entries, and has shown 5 before")
    assert kept == []


def test_a_rollback():
    """The ledger itself puts a later time on fewer entries."""
    home = follower()
    follow(home, honest.answers(time=1614556800), 0)
    follow(home, shorter().answers(time=1614556800), 3, "nothing proves")
    assert evidence(home) == []
    follow(home, shorter().answers(time=1614556801), 1, "NOT ACCEPTED", "it went back")
    (path,) = evidence(home)
    convinces(path, "had 5 entries at 2021-03-01T00:00:00Z", "with 4 at 2021-03-01T00:00:01Z")
    assert json.load(open(path, encoding="utf-8"))["kind"] == "rollback"
    must(countersign("verify", home))
    follow(home, grown.answers(time=1614556802), 0, "8 entries", "cosigned and delivered")


def test_a_shorter_history_that_is_another():
    other = shorter()
    other.entries[-1] = other.entries[-1].replace(b"words", b"other")
    _, path = accuse(other.answers(), "a history of 4 entries", "another of 5 entries")
    assert json.load(open(path, encoding="utf-8"))["kind"] == "inconsistent"


def test_a_statement_that_is_backdated():
    """It is dated before a checkpoint that does not have it."""
    home = follower()
    follow(home, honest.answers(time=1614556800 + 301), 0)
    follow(home, honest.copy().talk(1).answers(), 1, "1 that are backdated", "cosigned")
    (path,) = evidence(home)
    convinces(path, "had 5 entries at 2021-03-01T00:05:01Z", "entry 5 that is dated 2021-03-01T00:00:00Z")
    other = follower()
    follow(other, honest.answers(time=1614556800 + 300), 0)
    follow(other, honest.copy().talk(1).answers(), 0, "6 entries, 1 new, cosigned")
    assert evidence(other) == []


def test_a_fork():
    fork = honest.copy()
    fork.entries[-1] = fork.entries[-1].replace(b"words", b"other")
    _, path = accuse(fork.answers(), "two different histories of 5 entries")
    assert json.load(open(path, encoding="utf-8"))["kind"] == "fork"


def test_growth_that_is_inconsistent():
    for size in (6, 7, 8, 16, 300):
        rewritten = honest.copy()
        rewritten.entries[3] = rewritten.entries[3].replace(b"words", b"other")
        rewritten.talk(size - 5)
        _, path = accuse(rewritten.answers(), "5 entries", f"{size} entries", "does not begin with it")
        assert json.load(open(path, encoding="utf-8"))["kind"] == "inconsistent"


def test_the_same_lie_is_kept_once():
    fork = honest.copy()
    fork.entries[-1] = fork.entries[-1].replace(b"words", b"other")
    home = follower()
    for stamp in (1600000000, 1700000000):  # the same checkpoint, cosigned anew each time
        text = fork.text()
        answers = {**fork.answers(), "/checkpoint": fork.checkpoint() + fork.cosigner.sign(text, stamp)}
        follow(home, answers, 1, "NOT ACCEPTED")
    assert len(evidence(home)) == 1, evidence(home)


def test_evidence_that_was_changed_proves_nothing():
    fork = honest.copy()
    fork.entries[-1] = fork.entries[-1].replace(b"words", b"other")
    home = follower()
    follow(home, fork.answers(), 1)
    (path,) = evidence(home)
    with open(path, encoding="utf-8") as file:
        proof = json.load(file)
    for change in (
        {"second": proof["first"]},
        {"first": proof["second"]},
        {"kind": "rollback"},
        {"kind": "inconsistent"},
        {"kind": "none"},
        {"ledger": str(Key(honest.origin, 1, b"\x55"))},
        {"second": proof["second"].replace("\n5\n", "\n6\n")},
    ):
        with open(path + ".changed", "w", encoding="utf-8") as file:
            json.dump({**proof, **change}, file)
        result = countersign("verify", path + ".changed")
        assert result.code == 1 and result.out == "", (change, result)
    convinces(path, "two different histories")


def test_statements_that_the_agreement_does_not_admit():
    bad = {
        "none-such": {"kind": "notify", "notification": "none-such", "date": "2021-02-01"},
        "speaks in another party's ledger": {"kind": "raise", "origin": "x", "party": "US"},
        "is no key of such a statement": {"kind": "raise", "origin": "x", "colour": "red"},
        "is no kind of statement": {"kind": "poem"},
    }
    for words, values in bad.items():
        ledger = honest.copy()
        ledger.entries.append(
            json.dumps({"agreement": "new-start", "party": "RU", "time": NOW, **values}).encode()
        )
        ledger.talk(2)
        home = follower()
        follow(home, ledger.answers(), 1, "8 entries, 3 new, 1 that the agreement does not admit", "cosigned")
        (path,) = evidence(home)
        convinces(path, words, "signed an entry", "does not admit")
        must(countersign("verify", home))
        follow(home, ledger.copy().talk(1).answers(), 0, "9 entries, 1 new")
        assert evidence(home) == [path]


def test_entries_that_are_no_statements():
    ledger = honest.copy()
    ledger.entries += [b"\0\xff\xfe", b"{", b"[]", os.urandom(200), b"[" * 60000, b"x" * 65535]
    home = follower()
    follow(home, ledger.answers(), 1, "11 entries, 6 new, 6 that the agreement does not admit")
    assert len(evidence(home)) == 6
    for path in evidence(home):
        convinces(path, "signed an entry")
    must(countersign("verify", home))
    listing = must(countersign("log", "--peer", "RU", home=home)).out
    assert listing.count("is no statement") == 6 and "\0" not in listing, listing


def test_evidence_is_told_of():
    """By status and by the list of peers; the newest is named, as seen from where the command is called."""
    ledger = honest.copy()
    ledger.entries += [b"no statement", b"nor this"]
    home = follower()

    def told(*words):
        for command in (["status"], ["peer", "list"]):
            out = countersign(*command, home=home).out
            assert all(word in out for word in words), (words, out)
        newest = out.partition(f" {home}/evidence/")[2].split()[0]
        assert newest in os.listdir(os.path.join(home, "evidence")), newest

    result = follow(home, ledger.answers(), 1, "2 that the agreement does not admit")
    assert all(f"\n             evidence in {path}\n" in result.out for path in evidence(home)), result
    told("statements at fault; 2 pieces of evidence, the newest in", "7 entries")
    follow(home, honest.copy().talk(2, "other").answers(), 1, "NOT ACCEPTED")
    told("NOT ACCEPTED, another history was shown; 3 pieces of evidence, the newest in", "7 entries")
    assessed = must(countersign("assess", home=home), 1).out
    words = "RU signed two histories, stated what the agreement does not admit (3 pieces); check it with"
    assert words in assessed, assessed
    add_peer(home, "http://127.0.0.1:9", Key("example.org/unknown", 1, b"\x51"), "unknown")
    told("unknown", "not followed yet", "NOT ACCEPTED")
    assert "unknown has not cosigned this ledger yet" in countersign("status", home=home).out


def test_words_that_a_terminal_would_obey():
    ledger = honest.copy()
    ledger.state("declare", date="2021-02-01", totals={"\x1b]0;owned\x07": 1})
    ledger.entries.append(json.dumps(json.loads(ledger.entries[2]), indent=2).replace("\n", "\r\n").encode())
    home = follower()
    follow(home, ledger.answers(), 1, "7 entries, 2 new, 1 that the agreement does not admit")
    listing = must(countersign("log", "--peer", "RU", home=home)).out
    assert "owned" in listing and "\x1b" not in listing and "\x07" not in listing, listing
    lines = log_of(home, "RU")  # an object a line
    assert lines[6]["statement"] == lines[2]["statement"]


# ---- Time and size ----


def peak_of(home):
    """The largest memory that a synchronisation took, in KiB, and its exit code."""
    pid = os.spawnv(
        os.P_NOWAIT,
        "/bin/sh",
        ["sh", "-c", 'exec "$0" -C "$1" sync --passphrase-file "$2" >/dev/null 2>&1', PROGRAM, home, passphrase_file],
    )
    watch = threading.Timer(PATIENCE, os.kill, (pid, 9))
    watch.start()
    _, status, usage = os.wait4(pid, 0)
    watch.cancel()
    return usage.ru_maxrss, os.waitstatus_to_exitcode(status)


def flood(sent):
    """An answer without an end."""

    def answer(request):
        request.send_response(200)
        request.end_headers()
        block = b"\x00\x01x" * 20000
        try:
            while sent[0] < 10**10:
                sent[0] += request.wfile.write(block)
        except OSError:
            pass

    return answer


def test_an_answer_without_an_end():
    with peer(grown.answers()) as address:
        home = follower()
        add_peer(home, address, honest.key)
        usual, code = peak_of(home)
        assert code == 0
    for what, limit in (("checkpoint", 64 * 1024), ("entries", 256 * 65537), ("tile", 8192)):
        sent = [0]
        answers = but(**{what: flood(sent)})
        if what == "tile":  # which is asked for where the entries are not what was signed
            answers[tile_path("entries", 0, 8)] = honest.copy().talk(3, "x").answers()[tile_path("entries", 0, 8)]
        refuse(answers, f"larger than {limit} bytes")
        assert 0 < sent[0] < limit + 16 * 1024 * 1024, f"{sent[0]} bytes were taken of {what}"
        home = follower()
        with peer(answers) as address:
            add_peer(home, address, honest.key)
            most, code = peak_of(home)
        assert code == 3 and most < usual + 64 * 1024, f"{what}: {most} KiB, where {usual} are usual"


def test_a_connection_that_is_closed_half_way():
    for what in ("checkpoint", "entries"):
        whole = but()[{"checkpoint": "/checkpoint", "entries": tile_path("entries", 0, 8)}[what]]
        refuse(but(**{what: lambda request: request.reply(whole[: len(whole) // 2], len(whole))}), "no answer", code=4)
        refuse(but(**{what: lambda request: request.connection.close()}), "no answer", code=4)


def test_an_answer_that_lies_about_its_length():
    def huge(request):
        request.send_response(200)
        request.send_header("Content-Length", str(10**13))
        request.end_headers()
        request.wfile.write(b"x" * 1000)

    refuse(but(entries=huge), "no answer", code=4)


def test_one_bad_peer_does_not_keep_from_the_others():
    home = follower()
    third = Ledger("RU", seed=b"\x31", origin="example.org/third").talk(1)
    with peer({}) as bad, peer(third.answers()) as good:
        add_peer(home, good, third.key, "third")
        for address, code in ((bad, 3), ("http://127.0.0.1:9", 4)):
            third.talk(1)
            add_peer(home, address, honest.key)
            result = must(sync(home), code)
            assert "third" in result.out and "cosigned" in result.out, result
    assert len(log_of(home, "third")) == 2


def test_the_cosignature_is_delivered():
    home = follower()
    answers = grown.answers()
    with peer(answers) as address:
        add_peer(home, address, honest.key)
        must(sync(home))
    (posted,) = answers["post"]
    text, line = posted.split(b"\n\n")
    assert text + b"\n" == grown.text(), posted
    assert line.decode().startswith("\u2014 countersign/new-start/US/cosigner "), posted


def test_a_peer_that_is_silent():
    for thread in silent:
        thread.join(2 * PATIENCE)
        assert not thread.is_alive()
    over.set()
    assert not faults, faults


assert encode(root([])) == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="  # RFC 6962, section 2.1
sys.exit(run_tests(globals()))
