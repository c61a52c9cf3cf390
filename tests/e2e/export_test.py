"""A ledger written as files: what they are, how they are brought up to date, and what is left alone. Prints TAP."""

import contextlib
import functools
import http.server
import os
import sys
import threading

from support import SANITIZED, Ledger, add_peer, copy_home, countersign, database, fill, key_of, must, new_home
from support import on_terminal, peer, place, run_tests, sync


def export(home, folder, *arguments, code=0):
    return must(countersign("export", folder, *arguments, home=home), code)


def content(folder):
    """Every file, by its path."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as file:
                found["/" + os.path.relpath(os.path.join(path, name), folder)] = file.read()
    return found


def ledger_of(home):
    """The ledger that the store holds, as the tests' own hand lays it out."""
    mine = Ledger.__new__(Ledger)
    mine.origin = "countersign/new-start/US"
    with database(home) as db:
        (number,) = db.execute("SELECT id FROM ledger WHERE origin LIKE '%/US'").fetchone()
        rows = db.execute("SELECT bytes FROM entry WHERE place >> 40 = ? ORDER BY place", (number,))
        mine.entries = [entry for (entry,) in rows]
    return mine


def check(home, folder, size):
    """The folder is what a server of this ledger would serve, and no more."""
    files, mine = content(folder), ledger_of(home)
    assert len(mine.entries) == size, len(mine.entries)
    assert files.pop("/checkpoint").startswith(mine.text() + b"\n")
    assert files.pop("/key").decode() == key_of(home) + "\n"
    with open("treaties/new-start.yaml", "rb") as file:
        assert files.pop("/treaty.yaml") == file.read()
    for path, body in mine.tiles().items():
        assert files.pop(path) == body, path
    must(countersign("verify", folder, "--key", key_of(home)))
    return files


def test_every_file_of_every_size():
    home, folder = new_home("US"), place("export")
    assert ": 1 entries of countersign/new-start/US, 1 new" in export(home, folder).out
    check(home, folder, 1)
    assert "0 new" in export(home, folder).out
    fill(home, 1, 63)
    assert ": 253 entries of countersign/new-start/US, 252 new" in export(home, folder).out
    left = check(home, folder, 253)
    assert sorted(left) == ["/tile/0/000.p/1", "/tile/entries/000.p/1"], sorted(left)
    fill(home, 1, 1)
    export(home, folder)
    left = check(home, folder, 257)
    assert not left, f"partial tiles of what is full now: {sorted(left)}"
    assert not os.path.exists(os.path.join(folder, "tile/0/000.p"))


def test_only_what_is_new_is_written():
    home, folder = new_home("US"), place("export")
    fill(home, 1, 130)
    export(home, folder)
    old = {name: os.stat(folder + name).st_mtime_ns for name in content(folder)}
    fill(home, 1, 130)
    export(home, folder)
    assert list(check(home, folder, 1041)) == ["/tile/1/000.p/2"]  # its tile is not full yet
    for name in ("/key", "/treaty.yaml", "/tile/0/000", "/tile/entries/001"):
        assert os.stat(folder + name).st_mtime_ns == old[name], name
    # What was lost is written again, and what an interrupted export left without a checkpoint is finished.
    os.remove(folder + "/tile/0/000")
    export(home, folder)
    check(home, folder, 1041)
    os.remove(folder + "/checkpoint")
    with open(folder + "/tile/0/001", "wb") as file:
        file.write(b"half of")
    export(home, folder)
    check(home, folder, 1041)


def refused(home, folder, words, code=3):
    before = content(folder)
    result = export(home, folder, code=code)
    assert words in result.err and result.out == "", result
    assert content(folder) == before


def test_what_is_no_export_of_this_ledger_is_left_alone():
    home = new_home("US")
    folder = place("other")
    os.mkdir(folder)
    export(home, folder)  # an empty one is taken
    fill(home, 1, 2)
    older = copy_home(home)
    fill(home, 1, 2)
    export(home, folder)
    refused(older, folder, "has 17 entries of this ledger, and the ledger here only 9; is it an old backup?")
    fill(older, 1, 4)
    refused(older, folder, "another history of this ledger")
    refused(new_home("RU"), folder, "something else")
    refused(home, home, "something else")
    with open(folder + "/checkpoint", "ab") as file:
        file.write(b"x")
    refused(home, folder, "its checkpoint is not signed")
    folder = place("more")
    os.mkdir(folder)
    with open(folder + "/letter", "wb") as file:
        file.write(b"important")
    refused(home, folder, f"{folder}: the folder holds something else; expected a new or empty folder")
    result = export(home, folder + "/letter", code=3)
    assert "Not a directory" in result.err, result
    result = export(home, place("none") + "/deeper", code=4)
    assert "cannot be made" in result.err, result


def test_the_copy_of_a_peer():
    observer, folder = new_home(None), place("export")
    ledger = Ledger("RU").talk(300)
    result = export(observer, folder, code=2)
    assert "an observer has no ledger of its own; expected --peer NAME" in result.err, result
    result = export(observer, folder, "--peer", "RU", code=2)
    assert 'there is no peer "RU"' in result.err, result
    with peer(ledger.answers()) as address:
        add_peer(observer, address, ledger.key)
        result = export(observer, folder, "--peer", "RU", code=2)
        assert "nothing of this ledger was fetched yet" in result.err, result
        must(sync(observer))
    assert not os.path.exists(folder)
    assert ": 301 entries of countersign/new-start/RU, 301 new" in export(observer, folder, "--peer", "RU").out
    files = content(folder)
    for path, body in ledger.answers().items():
        assert files[path] == body, path
    must(countersign("verify", folder, "--key", str(ledger.key)))


@contextlib.contextmanager
def web_server(folder):
    """Any web server, of plain files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_any_web_server_publishes_it():
    home, follower, folder = new_home("US"), new_home("RU"), place("export")
    fill(home, 1, 70)
    export(home, folder)
    with web_server(folder) as address:
        must(countersign("verify", address, "--key", key_of(home)))
        add_peer(follower, address, key_of(home), "US")
        assert "281 entries, 281 new, cosigned\n" in must(sync(follower)).out
        fill(home, 1, 70)
        export(home, folder)
        assert "561 entries, 280 new, cosigned\n" in must(sync(follower)).out


def test_a_bar_on_the_terminal():
    home = new_home("US")
    fill(home, 1 if SANITIZED else 20, 300)
    size = 1201 if SANITIZED else 24001
    key = ["--key", key_of(home)]
    folder = place("export")
    for columns in (40, 80, 200):
        for arguments in (["-C", home, "export", folder], ["verify", home], ["verify", folder, *key]):
            code, shown = on_terminal(arguments, columns=columns)
            assert code == 0 and f"of {size:,}".encode() in shown, shown
            for line in shown.split(b"\n")[0].split(b"\r"):
                text = line.replace(b"\x1b[K", b"")
                assert b"entries" in text or len(text) < columns, (columns, line)
            assert b"\r\x1b[K" in shown, shown
    assert b"\x1b" not in countersign("verify", folder, *key).err.encode()


sys.exit(run_tests(globals()))
