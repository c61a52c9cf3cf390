"""A home that is served: every tile is what the ledger holds, the witness answers as C2SP asks, and who means harm gets
nowhere. Prints TAP."""

import atexit
import contextlib
import hashlib
import http.client
import json
import os
import socket
import sys
import time

from support import PATIENCE, SANITIZED, Ledger, add_peer, consistency, countersign, database, encode, fill, key_of
from support import log_of, must, new_home, peer, root, run_tests, serving, sync, tile_path, verifies

running = contextlib.ExitStack()
atexit.register(running.close)

ledger = Ledger("RU").talk(9)  # whose owner asks the home to cosign
home = new_home("US")
fill(home, 33, 500)  # so many that there is a full tile of level 1
with peer(ledger.answers()) as address:
    add_peer(home, address, ledger.key)
    must(sync(home))  # cosigns the first 10 entries
port = running.enter_context(serving(home, witness=True))
pid = serving.pid
SIZE = 66001

# A client that never ends its request: what becomes of it is seen last.
loris = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
loris.sendall(b"GET /checkpoint HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")


class Answer:
    def __init__(self, response):
        self.code, self.body, self.type = response.status, response.read(), response.headers.get("Content-Type")
        self.cache = response.headers.get("Cache-Control")

    def __repr__(self):
        return f"{self.code} {self.type} {self.body[:300]}"


def ask(path, method="GET", body=None):
    """One request; the path goes out as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.putrequest(method, path, skip_accept_encoding=True)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def post(path, body):
    return ask(path, "POST", body)


def expect(answer, code, *words):
    assert answer.code == code, answer
    for word in words:
        assert word in answer.body.decode(), answer
    return answer


# ---- The ledger as tiles ----


def stored():
    """The entries as they are in the store."""
    with database(home) as db:
        (number,) = db.execute("SELECT id FROM ledger WHERE origin LIKE '%/US'").fetchone()
        rows = db.execute("SELECT bytes FROM entry WHERE place >> 40 = ? ORDER BY place", (number,))
        return [entry for (entry,) in rows]


mine = Ledger.__new__(Ledger)
mine.entries, mine.origin = stored(), "countersign/new-start/US"
tiles = mine.tiles()


def test_the_checkpoint_is_of_what_is_stored():
    answer = expect(ask("/checkpoint"), 200)
    text, lines = answer.body.split(b"\n\n")
    assert text + b"\n" == mine.text() and f"\n{SIZE}\n" in text.decode() + "\n", text
    assert verifies(key_of(home), text + b"\n", lines.splitlines(True)[0])
    assert (answer.type, answer.cache) == ("text/plain; charset=utf-8", "no-cache"), answer


def test_every_tile_is_what_the_ledger_holds():
    assert {path.split("/")[2] for path in tiles} == {"entries", "0", "1", "2"}
    assert tile_path(1, 0) in tiles, "there is no full tile of level 1"
    for path, body in tiles.items():
        for _ in range(2):  # the second answer is one that was kept
            answer = ask(path)
            assert (answer.code, answer.body) == (200, body), path
        assert answer.type == "application/octet-stream" and "immutable" in answer.cache, answer


def test_partial_tiles_of_every_width():
    for level, index in (("0", 0), ("0", SIZE // 256), ("1", 0), ("1", 1), ("2", 0)):
        whole = tiles.get(tile_path(level, index)) or next(
            body for path, body in tiles.items() if path.startswith(tile_path(level, index) + ".p/")
        )
        for width in range(1, 256):
            answer = ask(tile_path(level, index, width))
            if width * 32 <= len(whole):
                assert (answer.code, answer.body) == (200, whole[: 32 * width]), (level, index, width)
            else:
                assert answer.code == 404, (level, index, width)
    for index in (0, SIZE // 256):
        entries = mine.entries[256 * index : 256 * index + 256]
        for width in range(1, 256):
            answer = ask(tile_path("entries", index, width))
            body = b"".join(len(e).to_bytes(2, "big") + e for e in entries[:width])
            assert (answer.code, answer.body) == ((200, body) if width <= len(entries) else (404, answer.body))


def test_tiles_that_there_are_not():
    for path in (
        tile_path(0, SIZE // 256),
        tile_path(0, SIZE // 256 + 1),
        tile_path(1, 1),
        tile_path(2, 0),
        tile_path(3, 0, 1),
        tile_path(7, 0, 1),
        tile_path(8, 0, 1),
        tile_path("entries", 10**6),
        "/tile/0/000.p/256",
        "/tile/0/000.p/0",
        "/tile/0/000.p/01",
        "/tile/0/000.p/-1",
        "/tile/0/0",
        "/tile/0/x000/000",
        "/tile/00/000",
        "/tile/-1/000",
        "/tile/0/999999999999999999999",
        "/tile/0/" + "x999/" * 12 + "999",
        "/tile/",
        "/tile/0/",
        "/tile/0/000/",
        "/tile/entries",
    ):
        expect(ask(path), 404)


def test_a_statement_made_meanwhile_is_served():
    must(countersign("raise", "--origin", "countersign/new-start/US", "--text", "meanwhile", home=home, secret=True))
    mine.entries = stored()
    assert len(mine.entries) == SIZE + 1
    assert mine.text() in ask("/checkpoint").body
    path = tile_path("entries", SIZE // 256, len(mine.entries) % 256)
    assert ask(path).body == mine.tiles()[path] and b"meanwhile" in ask(path).body
    answer = json.loads(ask(f"/api/v1/entries?first={SIZE}&count=1").body)
    assert [entry["statement"] for entry in answer] == [log_of(home)[-1]["statement"]]


# ---- The API ----


def test_what_the_home_says_of_itself():
    said = json.loads(expect(ask("/api/v1/ledger"), 200).body)
    assert (said["party"], said["key"]) == ("US", key_of(home)), said
    assert said["cosigner"] == key_of(home, "--cosigner"), said
    with open(os.path.join(home, "treaty.yaml"), "rb") as file:
        treaty = file.read()
    assert ask("/api/v1/treaty").body == treaty and said["treaty"] == hashlib.sha256(treaty).hexdigest()
    assert json.loads(ask("/api/v1/evidence").body) == []


def test_arguments_that_are_none():
    assert len(json.loads(ask("/api/v1/entries").body)) == 256
    assert json.loads(ask("/api/v1/entries?first=9007199254740991").body) == []
    for bad in ("first=-1", "first=x", "first=99999999999999999999", "count=257", "count="):
        expect(ask(f"/api/v1/entries?{bad}"), 400)


# ---- The witness ----


def request(old, proof, note):
    return f"old {old}\n".encode() + b"".join(f"{encode(h)}\n".encode() for h in proof) + b"\n" + note


grown = ledger.copy().talk(5)
leaves = grown.leaves()
proof = consistency(10, leaves)
good = request(10, proof, grown.checkpoint())


def test_requests_that_are_malformed():
    note = grown.checkpoint()
    for bad in (
        b"",
        b"old",
        b"old \n\n" + note,
        b"old -1\n\n" + note,
        b"old 010\n\n" + note,
        b"old 10\nnot base64\n\n" + note,
        b"old 10\n" + encode(b"x" * 31).encode() + b"\n\n" + note,
        request(10, [leaves[0]] * 64, note),
        request(10, proof, b""),
        request(10, proof, note[:-1]),
        request(10, proof, b"\0" * 100),
        request(10, proof, grown.text()),
        request(15 + 1, proof, note),
    ):
        expect(post("/add-checkpoint", bad), 400)


def test_a_ledger_that_is_not_known():
    stranger = Ledger("RU", origin="example.org/stranger")
    expect(post("/add-checkpoint", request(0, [], stranger.checkpoint())), 404)


def test_a_checkpoint_that_is_not_signed():
    other = Ledger("RU", seed=b"\x44")
    text = grown.text()
    for line in (other.key.sign(text), grown.cosigner.sign(text), grown.key.sign(text + b"x")):
        expect(post("/add-checkpoint", request(10, proof, text + b"\n" + line)), 403)


def test_an_old_size_that_is_another():
    for old in (0, 9, 11, 15):
        answer = expect(post("/add-checkpoint", request(old, proof, grown.checkpoint())), 409)
        assert (answer.type, answer.body) == ("text/x.tlog.size", b"10\n"), answer


def test_a_proof_that_is_wrong():
    rewritten = grown.copy()
    rewritten.entries[2] = rewritten.entries[3]
    other = consistency(10, rewritten.leaves())
    for bad, note in (
        ([], grown.checkpoint()),
        (proof[:-1], grown.checkpoint()),
        (proof + [leaves[0]], grown.checkpoint()),
        (list(reversed(proof)), grown.checkpoint()),
        (other, grown.checkpoint()),
        (other, rewritten.checkpoint()),
        (proof, rewritten.checkpoint()),
    ):
        expect(post("/add-checkpoint", request(10, bad, note)), 422)
    same_size = grown.checkpoint(size=10, digest=root(rewritten.leaves()[:10]))
    expect(post("/add-checkpoint", request(10, [], same_size)), 422)


def test_a_good_request_is_cosigned_and_remembered():
    answer = expect(post("/add-checkpoint", good), 200)
    assert verifies(key_of(home, "--cosigner"), grown.text(), answer.body), answer
    again = expect(post("/add-checkpoint", good), 409)
    assert again.body == b"15\n", again
    expect(post("/add-checkpoint", request(15, [], grown.checkpoint())), 200)
    last = ask("/" + hashlib.sha256(grown.origin.encode()).hexdigest() + "/checkpoint")
    assert last.body.startswith(grown.text()), last
    expect(ask("/" + "0" * 64 + "/checkpoint"), 404)
    must(countersign("verify", home))


def test_only_what_is_known_to_be_signed_is_kept():
    """Lines that others may have added are not the ledger's word."""
    stuffed = grown.checkpoint() + Ledger("US", seed=b"\x66").cosigner.sign(grown.text()) * 20
    expect(post("/add-checkpoint", request(15, [], stuffed)), 200)
    last = ask("/" + hashlib.sha256(grown.origin.encode()).hexdigest() + "/checkpoint")
    assert last.body == grown.checkpoint(), last


def test_a_locked_home_cosigns_nothing():
    locked = new_home("US")
    add_peer(locked, "http://127.0.0.1:9", ledger.key)
    with serving(locked) as locked_port:
        client = http.client.HTTPConnection("127.0.0.1", locked_port, timeout=PATIENCE)
        client.request("POST", "/add-checkpoint", request(0, [], ledger.checkpoint()))
        assert client.getresponse().status == 503
        client.close()


# ---- Cosignatures of others ----


def test_cosignatures_of_others():
    text = mine.text()
    line = ledger.cosigner.sign(text)
    forged = Ledger("RU", seed=b"\x44").cosigner.sign(text)
    other = grown.text()
    expect(post("/api/v1/cosignatures", text + b"\n" + forged), 403)
    expect(post("/api/v1/cosignatures", other + b"\n" + ledger.cosigner.sign(other)), 422)
    past = mine.text(size=SIZE + 5, digest=root(mine.leaves()))
    expect(post("/api/v1/cosignatures", past + b"\n" + ledger.cosigner.sign(past)), 422)
    for garbage in (b"", b"\n\n", text, os.urandom(100)):
        expect(post("/api/v1/cosignatures", garbage), 400)
    assert line not in ask("/checkpoint").body
    expect(post("/api/v1/cosignatures", text + b"\n" + line), 204)
    shown = ask("/checkpoint").body
    assert shown.startswith(text + b"\n") and line in shown and shown.count(b"\n") == 7, shown
    must(countersign("verify", home))


# ---- Harm ----


def test_addresses_to_listen_on():
    for address in ("example.org:80", "8000", ":8000", "localhost", "127.0.0.1:http", ""):
        result = must(countersign("serve", "--listen", address, home=home), 3)
        assert "no address to listen on; expected numbers such as" in result.err, result
    with serving(new_home("US"), address="localhost:0") as other:
        assert http.client.HTTPConnection("127.0.0.1", other, timeout=30).request("GET", "/checkpoint") is None


def test_methods_that_are_not_meant():
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        for path in ("/checkpoint", "/tile/0/000", "/api/v1/ledger"):
            expect(ask(path, method, b""), 405)
    for path in ("/add-checkpoint", "/api/v1/cosignatures"):
        expect(ask(path), 405)
    assert ask("/checkpoint", "HEAD").code == 200


def test_paths_that_lead_elsewhere():
    for path in (
        "/key",
        "/ledger.db",
        "/../key",
        "/tile/../key",
        "/tile/0/../../key",
        "/tile/0/..%2f..%2fkey",
        "/%2e%2e/key",
        "//key",
        "/./key",
        "/checkpoint/",
        "/checkpoint/../key",
        "/checkpoint%00",
        "/tile/0/000%00",
        "/api/v1/ledger/x",
        "/api/v1/../../key",
        "/" + "a" * 5000,
        "/%ff%fe",
        "/%s%s%n",
    ):
        answer = ask(path)
        assert answer.code in (404, 414) or path.endswith("%00"), (path, answer)
        assert b"secret keys" not in answer.body and b"SQLite" not in answer.body, (path, answer)


def test_a_body_that_is_too_large():
    for path in ("/add-checkpoint", "/api/v1/cosignatures", "/checkpoint"):
        expect(post(path, b"x" * 200_000), 413)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n")
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 64 * 1024 * 1024:
                sent += client.send(b"x" * 65536)
    expect(ask("/checkpoint"), 200)
    assert SANITIZED or memory() < 256 * 1024, f"{memory()} KiB"


def memory():
    """The largest memory that the server took, in KiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


def test_requests_that_are_no_http():
    for garbage in (b"\0" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", os.urandom(5000), b"\r\n" * 1000):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
            with contextlib.suppress(OSError):
                client.sendall(garbage)
    expect(ask("/checkpoint"), 200)


def test_many_who_are_slow_do_not_keep_from_one_who_is_not():
    slow = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(100)]
    for client in slow:
        client.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nold")
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.sendall(b"GET /checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        head = client.recv(65536)
        assert head.startswith(b"HTTP/1.1 200 "), head
    for client in slow:
        client.close()


def test_who_is_silent_is_left():
    began = time.monotonic()
    rest = b""
    with contextlib.suppress(ConnectionError):
        while data := loris.recv(65536):
            rest += data
    assert b" 200 " not in rest, rest
    assert time.monotonic() - began < PATIENCE  # the socket's own time did not run out


def test_the_home_is_well_after_all_that():
    running.close()
    must(countersign("verify", home))
    assert len(log_of(home, "RU")) == 10


sys.exit(run_tests(globals()))
