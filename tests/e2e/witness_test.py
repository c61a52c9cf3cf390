"""The ledger's side of C2SP tlog-witness, against a witness written anew from the specification, against an observer's home,
and against witnesses that answer otherwise. Prints TAP."""

import base64
import os
import sys
import urllib.request

from support import Key, add_peer, countersign, hash_node, key_of, must, new_home, peer, run_tests, serving, sync

STAMP = 1614556800


def prove(old, size, proof, old_root, new_root):
    """Whether the proof of consistency holds (RFC 9162, section 2.1.4.2)."""
    if old == 0 or old == size:
        return proof == [] and (old == 0 or old_root == new_root)
    proof = ([old_root] if old & (old - 1) == 0 else []) + proof
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = proof[0]
    for step in proof[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = hash_node(step, first), hash_node(step, second)
            while node & 1 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            second = hash_node(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


class Witness:
    """A witness by the specification; `asked` holds what it was asked, and the status that it gave."""

    def __init__(self):
        self.key = Key("witness.example.org/w1", 4, b"\x31")
        self.size, self.root, self.asked = 0, b"", []

    def answer(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        head, text, _ = body.split(b"\n\n", 2)
        lines = head.split(b"\n")
        old, proof = int(lines[0].removeprefix(b"old ")), [base64.b64decode(line) for line in lines[1:]]
        _, size, digest = text.split(b"\n")[:3]
        size, digest, text = int(size), base64.b64decode(digest), text + b"\n"
        if old != self.size:
            status, reply = 409, b"%d\n" % self.size
        elif not prove(old, size, proof, self.root, digest):
            status, reply = 422, b""
        else:
            status, reply = 200, self.key.sign(text, STAMP)
            self.size, self.root = size, digest
        self.asked.append((old, status))
        request.send_response(status)
        request.send_header("Content-Length", str(len(reply)))
        request.end_headers()
        request.wfile.write(reply)


def add_witness(home, address, key):
    must(countersign("witness", "add", "W", address, str(key), home=home))


def talk(home):
    must(countersign("raise", "--origin", "countersign/new-start/US", "--text", "words", home=home, secret=True))


def test_a_witness_by_the_specification():
    home, witness = new_home("US"), Witness()
    with peer({"/add-checkpoint": witness.answer}) as address:
        add_witness(home, address, witness.key)
        for size in range(1, 12):  # through sizes that are powers of two and sizes that are not
            result = must(sync(home))
            assert f"has cosigned the {size} entries" in result.out, result
            talk(home)
        assert witness.asked == [(size, 200) for size in range(11)], witness.asked
        must(sync(home, "W"))
    with serving(home) as port:
        shown = urllib.request.urlopen(f"http://127.0.0.1:{port}/checkpoint", timeout=30).read()
    text = shown.split(b"\n\n")[0] + b"\n"
    assert witness.key.sign(text, STAMP) in shown, shown
    assert " 12 cosigned " in must(countersign("witness", "list", home=home)).out
    must(countersign("verify", home))


def test_a_witness_that_knows_more_than_is_kept_here():
    """The answer was lost, or the home comes from a backup: the witness says what it has, and is asked again from there."""
    home, witness = new_home("US"), Witness()
    with peer({"/add-checkpoint": witness.answer}) as address:
        add_witness(home, address, witness.key)
        talk(home)
        must(sync(home))
        with_cosignature = witness.size, witness.root
        talk(home)
        must(sync(home))
        witness.size, witness.root = with_cosignature  # it forgot the last
        must(sync(home))
        assert witness.asked[-2:] == [(3, 409), (2, 200)], witness.asked


def refuse(answer, *words, code=3):
    home = new_home("US")
    with peer({"/add-checkpoint": answer}) as address:
        add_witness(home, address, Witness().key)
        result = must(sync(home), code)
    for word in words:
        assert word in result.err, f"expected {word!r}\n{result}"
    assert " 0 cosigned " in must(countersign("witness", "list", home=home)).out
    must(countersign("verify", home))


def test_witnesses_that_do_not_cosign():
    stranger = Key("witness.example.org/w1", 4, b"\x32")
    forged = Witness().key.sign(b"another text\n", STAMP)

    def say(status, body):
        def answer(request):
            request.rfile.read(int(request.headers["Content-Length"]))
            request.send_response(status)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        return answer

    refuse(404, "does not know this ledger")
    refuse(403, "another key of this ledger")
    refuse(422, "another history")
    refuse(500, "HTTP status 500")
    refuse(say(409, b"7\n"), "has cosigned what this ledger does not have")
    refuse(say(409, b"words"), "HTTP status 409")
    refuse(say(200, b""), "http://127.0.0.1")
    refuse(say(200, os.urandom(200)), "http://127.0.0.1")
    refuse(say(200, forged), "is not a cosignature by the key")
    refuse(say(200, stranger.sign(b"x\n", STAMP)), "is not a cosignature by the key")
    refuse(say(200, b"x" * 1_000_000), "larger than")


def test_an_observer_as_a_witness():
    home, observer = new_home("US"), new_home(None)
    add_peer(observer, "http://127.0.0.1:9", key_of(home), "US")
    with serving(observer, witness=True) as port:
        add_witness(home, f"http://127.0.0.1:{port}", key_of(observer, "--cosigner"))
        for size in (1, 2, 3):
            assert f"cosigned the {size} entries" in must(sync(home)).out
            talk(home)
    must(sync(home), 4)  # nobody is there any more
    result = countersign("status", home=home)
    assert "observer/cosigner has cosigned 3 of 4 entries" in result.out, result
    must(countersign("verify", home))
    must(countersign("verify", observer))


def test_a_witness_has_a_key_that_cosigns():
    home = new_home("US")
    result = must(countersign("witness", "add", "W", "http://a", key_of(new_home(None)), home=home), 3)
    assert "is no key of a witness" in result.err, result


sys.exit(run_tests(globals()))
