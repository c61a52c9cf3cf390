"""What the tests from end to end share: the program, homes, servers, and a ledger written anew from its specifications.

COUNTERSIGN names the program and COUNTERSIGN_TORTURE the one that appends much (tests/torture/torture.c); both are run
from the root of the sources by the system's Python. Every wait is bounded, and whatever was started is stopped.
"""

import base64
import contextlib
import ctypes
import fcntl
import hashlib
import http.server
import itertools
import json
import os
import pty
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import tempfile
import termios
import threading
import traceback

PROGRAM = os.environ["COUNTERSIGN"]
TORTURE = os.environ["COUNTERSIGN_TORTURE"]
with open(PROGRAM, "rb") as program:
    SANITIZED = b"__asan_init" in program.read()
TREATY = os.path.abspath("treaties/new-start.yaml")
FREEZE = os.path.abspath("treaties/freeze-2020-us.yaml")  # which seals its numbers
NOW = "2021-03-01T00:00:00Z"
PATIENCE = 60  # seconds after which a program hangs
PASSPHRASE = "korrekt Pferd Batterie Heftklammer"

os.environ["COUNTERSIGN_NOW"] = NOW


# ---- Tests ----


class Skip(Exception):
    """The test cannot be made here."""


def run_tests(tests):
    """Runs every function whose name begins with "test_", in order. Prints TAP; gives the exit code."""
    tests = [(name, test) for name, test in tests.items() if name.startswith("test_")]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {name}", flush=True)
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    shutil.rmtree(scratch, ignore_errors=True)
    return failed > 0


numbers = itertools.count(1)
scratch = tempfile.mkdtemp(prefix="countersign-e2e-")
passphrase_file = os.path.join(scratch, "passphrase")
with open(os.open(passphrase_file, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="ascii") as out:
    out.write(PASSPHRASE + "\n")


def place(name):
    """A path in the folder of this run where nothing is yet."""
    return os.path.join(scratch, f"{next(numbers)}-{name}")


# ---- The program ----


class Result:
    def __init__(self, code, out, err, memory=0):
        self.code, self.out, self.err, self.memory = code, out, err, memory

    def __repr__(self):
        return f"exit {self.code}\nout: {self.out}\nerr: {self.err}"


def countersign(*arguments, home=None, secret=False, env=None):
    command = [PROGRAM] + (["-C", home] if home else []) + list(arguments)
    if secret:
        command += ["--passphrase-file", passphrase_file]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
        start_new_session=True,  # without a terminal
    ) as process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    return Result(process.returncode, out, err)


def must(result, code=0):
    assert result.code == code, result
    return result


_templates = {}


def new_home(party="US", treaty=TREATY, origin=None):
    """A fresh home of a party; None makes an observer's. The keys are made once and copied."""
    which = party, treaty, origin
    if which not in _templates:
        _templates[which] = place("template")
        whose = ["--party", party] if party else ["--observer"]
        whose += ["--origin", origin] if origin else []
        must(countersign("init", _templates[which], *whose, "--treaty", treaty, secret=True))
    return copy_home(_templates[which])


def copy_home(home):
    copy = place("home")
    shutil.copytree(home, copy)
    return copy


def key_of(home, *which):
    return must(countersign("key", *which, home=home)).out.strip()


def fill(home, count, batch):
    """Appends four times `count` times `batch` statements."""
    subprocess.run(
        [TORTURE, home, passphrase_file, str(count), str(batch)],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=PATIENCE,
    )


def log_of(home, peer=None):
    """The statements of a ledger, as the program gives them."""
    whose = ["--peer", peer] if peer else []
    return [json.loads(line) for line in must(countersign("log", "--json", *whose, home=home)).out.splitlines()]


@contextlib.contextmanager
def database(home):
    """The store of a home, by another hand than the program's."""
    db = sqlite3.connect(os.path.join(home, "ledger.db"), timeout=PATIENCE)
    try:
        db.execute("PRAGMA synchronous = OFF")
        yield db
        db.commit()
    finally:
        db.close()


@contextlib.contextmanager
def serving(home, witness=False, address="127.0.0.1:0"):
    """Serves a home; gives its port. `serving.pid` is the server that was started last."""
    command = [PROGRAM, "-C", home, "serve", "--listen", address]
    if witness:
        command += ["--passphrase-file", passphrase_file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        serving.pid = process.pid
        watch = threading.Timer(4 * PATIENCE, process.kill)
        watch.start()
        try:
            line = process.stdout.readline()
            assert line.startswith("listening on port "), line
            yield int(line.split()[-1])
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0, "the server did not end well"
        finally:
            watch.cancel()
            process.kill()


def on_terminal(arguments, answers=(), columns=80):
    """Runs the program on a terminal of its own, and answers each question. Gives the exit code and what was shown."""
    answers = list(answers)
    try:
        pid, master = pty.fork()
    except OSError as fault:
        raise Skip("there are no pseudo-terminals here") from fault
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execv(PROGRAM, [PROGRAM, *arguments])
    watch = threading.Timer(PATIENCE, os.kill, (pid, 9))
    watch.start()
    shown = b""
    with contextlib.suppress(OSError):
        while select.select([master], [], [], PATIENCE)[0]:
            shown += os.read(master, 4096)
            if answers and shown.endswith(answers[0][0]):
                os.write(master, answers.pop(0)[1])
    os.close(master)
    _, status = os.waitpid(pid, 0)
    watch.cancel()
    return os.waitstatus_to_exitcode(status), shown


# ---- A ledger by RFC 6962 and the C2SP specifications ----

sodium = ctypes.CDLL("libsodium.so.23")
sodium.sodium_init()


class Key:
    """A key pair that signs notes: type 1 a ledger's, type 4 a cosigner's."""

    def __init__(self, name, kind=1, seed=b"\x07"):
        public, self.secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        sodium.crypto_sign_seed_keypair(public, self.secret, (seed * 32)[:32])
        self.name, self.kind, self.public = name, kind, public.raw
        self.id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]

    def __str__(self):
        return f"{self.name}+{self.id.hex()}+{encode(bytes([self.kind]) + self.public)}"

    def sign(self, text, time=1614556800):
        """The line that signs the text of a note."""
        stamp, message = b"", text
        if self.kind == 4:
            stamp = time.to_bytes(8, "big")
            message = b"cosignature/v1\ntime %d\n" % time + text
        signature = ctypes.create_string_buffer(64)
        sodium.crypto_sign_detached(signature, None, message, ctypes.c_ulonglong(len(message)), self.secret)
        return f"\u2014 {self.name} {encode(self.id + stamp + signature.raw)}\n".encode()


def verifies(vkey, text, line):
    """Whether a line signs a text for a verifier key."""
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    dash, signer, signature = line.decode().rstrip("\n").split(" ")
    signature = base64.b64decode(signature)
    message = text
    if key[0] == 4:
        message = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[4:12], "big") + text
    return (
        (dash, signer, signature[:4].hex()) == ("\u2014", name, key_id)
        and sodium.crypto_sign_verify_detached(signature[-64:], message, ctypes.c_ulonglong(len(message)), key[1:]) == 0
    )


def encode(data):
    return base64.b64encode(data).decode()


def hash_leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def hash_node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(count):
    """The largest power of two below a count."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = split(len(leaves))
    return hash_node(root(leaves[:k]), root(leaves[k:]))


def consistency(old, leaves, whole=True):
    """PROOF of RFC 6962, section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return consistency(old, leaves[:k], whole) + [root(leaves[k:])]
    return consistency(old - k, leaves[k:], False) + [root(leaves[:k])]


def inclusion(index, leaves):
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(index, leaves[:k]) + [root(leaves[k:])]
    return inclusion(index - k, leaves[k:]) + [root(leaves[:k])]


def tile_path(level, index, width=256):
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"/tile/{level}/{number}" + (f".p/{width}" if width < 256 else "")


def bundle(entries):
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


class Ledger:
    """A ledger in memory, whose owner may say anything."""

    def __init__(self, party="RU", seed=b"\x07", origin=None, treaty=TREATY):
        self.agreement = os.path.basename(treaty).removesuffix(".yaml")
        self.origin = origin or f"countersign/{self.agreement}/{party}"
        self.party, self.entries = party, []
        self.key = Key(self.origin, 1, seed)
        self.cosigner = Key(self.origin + "/cosigner", 4, seed[:1] + b"c")
        with open(treaty, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        self.state("adopt", treaty=digest, origin=self.origin, key=str(self.key), cosigner=str(self.cosigner))

    def copy(self):
        other = Ledger.__new__(Ledger)
        other.__dict__ = {**self.__dict__, "entries": list(self.entries)}
        return other

    def state(self, kind, **values):
        statement = {"kind": kind, "agreement": self.agreement, "party": self.party, "time": NOW, **values}
        self.entries.append(json.dumps(statement).encode())
        return self

    def talk(self, count, about="words"):
        for i in range(count):
            self.state("raise", origin=self.origin, text=f"{about} {i}")
        return self

    def leaves(self):
        return [hash_leaf(entry) for entry in self.entries]

    def text(self, size=None, digest=None, origin=None):
        """The text of a checkpoint: an honest one, or with something else in it."""
        size = len(self.entries) if size is None else size
        digest = digest or root(self.leaves()[:size])
        return f"{origin or self.origin}\n{size}\n{encode(digest)}\n".encode()

    def checkpoint(self, time=None, **otherwise):
        """The signed note; with a time, the ledger puts that on it."""
        text = self.text(**otherwise)
        return text + b"\n" + self.key.sign(text) + (self.cosigner.sign(text, time) if time else b"")

    def tiles(self):
        """The bytes of every path under /tile/ that a ledger of this size serves: the full ones, and the last."""
        out, level, hashes = {}, 0, self.leaves()
        for first in range(0, len(self.entries), 256):
            part = self.entries[first : first + 256]
            out[tile_path("entries", first // 256, len(part))] = bundle(part)
        while hashes:
            for first in range(0, len(hashes), 256):
                part = hashes[first : first + 256]
                out[tile_path(level, first // 256, len(part))] = b"".join(part)
            hashes = [root(hashes[i : i + 256]) for i in range(0, len(hashes) - 255, 256)]
            level += 1
        return out

    def answers(self, time=None):
        """What an honest server says, by path."""
        return {"/checkpoint": self.checkpoint(time), **self.tiles()}


# ---- A peer over HTTP ----


@contextlib.contextmanager
def peer(answers):
    """Serves what a table says, by path: bytes, a status, or a function that is given the request. Gives the address.
    The table may be changed while it is served; its key "post" holds what was posted where it says nothing."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer = answers.get(self.path, 404)
            if callable(answer):
                answer(self)
            elif isinstance(answer, int):
                self.send_error(answer)
            else:
                self.reply(answer)

        def do_POST(self):
            if self.path in answers:
                self.do_GET()
                return
            answers.setdefault("post", []).append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def reply(self, body, length=None):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_):
            pass  # the other side hung up

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def add_peer(home, address, key, name="RU"):
    must(countersign("peer", "add", name, address, str(key), home=home))


def sync(home, *arguments):
    return countersign("sync", *arguments, home=home, secret=True)
