"""Disks that are full, stores that are locked, terminals that are not there: an error that says so, and nothing lost.
And secrets: where they are, and where they are not. Prints TAP."""

import base64
import contextlib
import ctypes
import functools
import glob
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
import termios
import threading

from support import PASSPHRASE, PATIENCE, PROGRAM, SANITIZED, TREATY, Ledger, Skip, add_peer, countersign, database
from support import fill, key_of, log_of, must, new_home, on_terminal, passphrase_file, peer, place, run_tests
from support import serving, sodium, sync

RAISE = ["raise", "--origin", "countersign/new-start/US", "--text"]


def state(home, text="words"):
    return countersign(*RAISE, text, home=home, secret=True)


def said(home):
    return [entry["statement"].get("text") for entry in log_of(home)]


# ---- Passphrases ----


def with_passphrase(home, content):
    path = place("passphrase")
    with open(path, "wb") as file:
        file.write(content)
    return countersign(*RAISE, "words", "--passphrase-file", path, home=home)


def test_a_passphrase_that_is_wrong():
    home = new_home("US")
    good = PASSPHRASE.encode()
    for wrong in (b"wrong\n", good[:-1], good + b" \n", b" " + good, b"x" * 1023):
        result = must(with_passphrase(home, wrong), 3)
        assert "key: the keys do not open with this passphrase" in result.err and result.out == "", result
    for none in (b"", b"\n", b"x" * 1024):
        result = must(with_passphrase(home, none), 3)
        assert "the file has no first line" in result.err, result
    must(with_passphrase(home, good))  # without a line end, with more lines: the first line is it
    must(with_passphrase(home, good + b"\nmore\n"))
    assert len(said(home)) == 3


def test_keys_that_were_changed_or_are_gone():
    home = new_home("US")
    path = os.path.join(home, "key")
    with open(path, "rb") as file:
        good = file.read()
    for place_of in range(0, len(good), 11):
        with open(path, "wb") as file:
            file.write(good[:place_of] + bytes([good[place_of] ^ 1]) + good[place_of + 1 :])
        result = must(state(home), 3)
        assert "key" in result.err, result
    shutil.copy(os.path.join(new_home("RU"), "key"), path)
    result = must(state(home), 3)
    assert "these are the keys of another home" in result.err, result
    os.remove(path)
    must(state(home), 3)
    assert len(said(home)) == 1


def test_without_a_terminal():
    home = new_home("US")
    for arguments in ([*RAISE, "x"], ["sync"], ["serve", "--listen", "127.0.0.1:0", "--witness"]):
        result = must(countersign(*arguments, home=home), 3)
        assert "there is no terminal to ask on; expected --passphrase-file FILE" in result.err, result
    fresh = place("fresh")
    must(countersign("init", fresh, "--party", "US", "--treaty", TREATY), 3)
    assert not os.path.exists(fresh)


def test_the_passphrase_is_asked_on_the_terminal_and_not_shown():
    home = place("home")
    words = PASSPHRASE.encode()
    make = ["init", home, "--party", "US", "--treaty", TREATY]
    code, shown = on_terminal(make, [(b"Passphrase: ", words + b"\n"), (b"Once more: ", b"something else\n")])
    assert code == 3 and b"the two are not the same" in shown and not os.path.exists(home), shown
    code, shown = on_terminal(make, [(b"Passphrase: ", b"\n")])
    assert code == 3 and b"nothing was entered" in shown and not os.path.exists(home), shown
    code, shown = on_terminal(make, [(b"Passphrase: ", words + b"\n"), (b"Once more: ", words + b"\n")])
    assert code == 0 and words not in shown, shown
    code, shown = on_terminal(["-C", home, *RAISE, "asked"], [(b"Passphrase: ", words + b"\n")])
    assert code == 0 and words not in shown and b"entry 1 of" in shown, shown
    assert said(home) == [None, "asked"]


def echoes(terminal):
    return termios.tcgetattr(terminal)[3] & termios.ECHO != 0


def test_a_signal_at_the_question_leaves_the_terminal_as_it_was():
    home = new_home("US")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        try:
            pid, master = pty.fork()
        except OSError as fault:
            raise Skip("there are no pseudo-terminals here") from fault
        if pid == 0:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(number, signal.SIG_DFL)  # who runs the tests in the background may have it ignored
            os.execv(PROGRAM, [PROGRAM, "-C", home, *RAISE, "x"])
        watch = threading.Timer(PATIENCE, os.kill, (pid, 9))
        watch.start()
        shown = b""
        while not shown.endswith(b"Passphrase: "):
            shown += os.read(master, 4096)
        assert not echoes(master)
        if number == signal.SIGINT:
            os.write(master, b"\x03")
        else:
            os.kill(pid, number)
        _, status = os.waitpid(pid, 0)
        watch.cancel()
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, (number, status)
        assert echoes(master), number
        os.close(master)
    assert len(said(home)) == 1


# ---- Folders and disks ----


@contextlib.contextmanager
def disk(options):
    """A small disk of its own, where that is permitted."""
    folder = place("disk")
    os.mkdir(folder)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        raise Skip("no disk may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_folder_that_cannot_be_written():
    with disk("size=4m") as folder:
        home = os.path.join(folder, "a home #1?")
        shutil.copytree(new_home("US"), home)
        before = key_of(home)
        must(state(home, "before"))
        assert not glob.glob(os.path.join(home, "ledger.db-*"))  # which a reader would need, and could not make
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        fresh = countersign("init", os.path.join(folder, "new"), "--party", "US", "--treaty", TREATY, secret=True)
        must(fresh, 4)
        assert "cannot be made: Read-only file system" in fresh.err, fresh
        for result in (state(home), countersign("peer", "add", "X", "http://x", before, home=home)):
            must(result, 4)
            assert "ledger.db: the store cannot be written" in result.err and result.out == "", result
        # What is only read can be read all the same: a home on a disc that was handed over.
        assert key_of(home) == before
        assert said(home) == [None, "before"]
        must(countersign("verify", home))
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
        must(state(home, "after"))
        assert said(home) == [None, "before", "after"]


def fill_disk(folder, leave):
    """Fills a disk but for some bytes; gives the file that takes the place."""
    free = os.statvfs(folder)
    path = os.path.join(folder, "full")
    with open(path, "wb") as file:
        file.write(b"\0" * max(0, free.f_bavail * free.f_bsize - leave))
    return path


def test_a_full_disk_while_stating():
    with disk("size=2m") as folder:
        home = os.path.join(folder, "home")
        shutil.copytree(new_home("US"), home)
        done = ["first"]
        must(state(home, "first"))
        for leave in (0, 4096, 16384, 40_000):
            full = fill_disk(folder, leave)
            for number in range(200):
                words = f"{leave} {number} " + "x" * 4000
                result = state(home, words)
                if result.code != 0:
                    break
                done.append(words)
            must(result, 4)
            assert "ledger.db: the disk is full" in result.err and result.out == "", result
            os.remove(full)
            must(countersign("verify", home))
            assert said(home)[1:] == done, leave
        must(state(home, "last"))
        assert said(home)[-1] == "last"


def test_a_full_disk_while_synchronising():
    leader = new_home("US")
    fill(leader, 5, 250)
    with disk("size=8m") as folder, serving(leader) as port:
        home = os.path.join(folder, "home")
        shutil.copytree(new_home("RU"), home)
        add_peer(home, f"http://127.0.0.1:{port}", key_of(leader), "US")
        full = fill_disk(folder, 700_000)
        result = must(sync(home), 4)
        assert "the disk is full" in result.err, result
        os.remove(full)
        must(countersign("verify", home))
        must(sync(home))
        assert log_of(home, "US") == log_of(leader)
        must(countersign("verify", home))


def test_a_full_disk_while_evidence_is_kept():
    """A file of evidence is there as a whole or not at all, and comes when there is place."""
    honest = Ledger("RU").talk(3)
    fork = honest.copy()
    fork.entries[-1] = fork.entries[-1].replace(b"words", b"other")
    with disk("size=2m") as folder:
        home = os.path.join(folder, "home")
        shutil.copytree(new_home("US"), home)
        with peer(honest.answers()) as address:
            add_peer(home, address, honest.key)
            must(sync(home))
        with peer(fork.answers()) as address:
            add_peer(home, address, honest.key)
            for leave in (0, 20_000, 40_000, 60_000):
                full = fill_disk(folder, leave)
                result = sync(home)
                os.remove(full)
                assert result.code in (1, 4), result
                for path in glob.glob(os.path.join(home, "evidence", "*.json")):
                    must(countersign("verify", path))
                must(countersign("verify", home))
            must(sync(home), 1)
        (path,) = os.listdir(os.path.join(home, "evidence"))
        assert "two different histories" in must(countersign("verify", os.path.join(home, "evidence", path))).out


def test_a_full_disk_while_a_home_is_made():
    with disk("size=1m") as folder:
        home = os.path.join(folder, "home")
        for leave in (0, 4096, 30_000, 40_000, 60_000):
            full = fill_disk(folder, leave)
            result = must(countersign("init", home, "--party", "US", "--treaty", TREATY, secret=True), 4)
            assert "home" in result.err and result.out == "", result
            assert not os.path.exists(home), f"{leave} bytes: {os.listdir(home)} is left"
            os.remove(full)
        os.mkdir(home)  # an empty one that was there stays
        full = fill_disk(folder, 30_000)
        must(countersign("init", home, "--party", "US", "--treaty", TREATY, secret=True), 4)
        assert os.listdir(home) == []
        os.remove(full)
        must(countersign("init", home, "--party", "US", "--treaty", TREATY, secret=True))
        must(countersign("verify", home))


def test_output_that_cannot_be_written():
    home = new_home("US")
    with open("/dev/full", "w", encoding="ascii") as full:
        for command in (["log"], ["key"], ["status"], ["verify"]):
            code = subprocess.run(
                [PROGRAM, "-C", home, *command], stdout=full, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False
            ).returncode
            assert code == 4, command


def test_a_home_is_not_made_over_another():
    home = new_home("US")
    before = key_of(home)
    result = must(countersign("init", home, "--party", "RU", "--treaty", TREATY, secret=True), 3)
    assert f"{home}: this is a home already; expected a new or empty folder" in result.err, result
    assert key_of(home) == before
    must(state(home))


def test_a_home_that_cannot_be_is_not_begun():
    """Everything is checked before the passphrase is asked for, which nobody could answer here."""
    good = ["--party", "US", "--treaty", TREATY]
    folder = place("folder")
    os.mkdir(folder)
    with open(os.path.join(folder, "letter"), "wb"):
        pass
    for home, arguments, words in (
        (place("a"), ["--party", "UK", "--treaty", TREATY], '"UK" is no party'),
        (place("b"), ["--party", "US", "--treaty", TREATY + ".none"], "cannot be opened"),
        (place("c"), [*good, "--origin", "a name"], '"a name" cannot be the origin of a ledger'),
        (place("d"), [*good, "--origin", "x" * 247], "cannot be the origin of a ledger"),
        (folder, good, "the folder holds something already"),
        (os.path.join(folder, "letter"), good, "Not a directory"),
    ):
        result = must(countersign("init", home, *arguments), 3)
        assert words in result.err and "terminal" not in result.err, result
        assert home.startswith(folder) or not os.path.exists(home)
    assert os.listdir(folder) == ["letter"]


def test_standard_input_is_read_once():
    home = place("home")
    with open(TREATY, "rb") as file:
        agreement = file.read()
    made = [PROGRAM, "init", home, "--party", "US", "--treaty", "-", "--passphrase-file"]
    run = functools.partial(subprocess.run, capture_output=True, timeout=PATIENCE, check=False)
    result = run([*made, "-"], input=agreement)
    assert result.returncode == 2 and b"standard input can be read only once" in result.stderr, result
    assert not os.path.exists(home)
    result = run([*made, passphrase_file], input=agreement)
    assert result.returncode == 0, result
    with open(os.path.join(home, "treaty.yaml"), "rb") as file:
        assert file.read() == agreement
    result = run([PROGRAM, "-C", home, *RAISE, "x", "--passphrase-file", "-"], input=PASSPHRASE.encode() + b"\n")
    assert result.returncode == 0, result


# ---- A store that another process holds ----


def test_a_store_that_is_locked():
    home = new_home("US")
    must(state(home, "before"))
    results = {}
    ledger = Ledger("RU").talk(2)

    def work(name, *arguments):
        results[name] = countersign(*arguments, home=home, secret=name != "peer")

    with peer(ledger.answers()) as address, database(home) as db:
        add_peer(home, address, ledger.key)
        db.execute("BEGIN EXCLUSIVE")
        threads = [
            threading.Thread(target=work, args=("raise", *RAISE, "meanwhile")),
            threading.Thread(target=work, args=("sync", "sync")),
            threading.Thread(target=work, args=("peer", "peer", "add", "X", address, str(Ledger("RU", seed=b"\x66").key))),
        ]
        for thread in threads:
            thread.start()
        assert said(home) == [None, "before"]  # who only reads is not kept from it
        must(countersign("verify", home))
        for thread in threads:
            thread.join()
        db.execute("ROLLBACK")
        assert len(results) == 3
        for result in results.values():
            must(result, 4)
            assert "ledger.db: the store is locked by another process" in result.err and "hint" in result.err, result
            assert result.out == "", result
        must(sync(home))
    must(state(home, "after"))
    assert said(home) == [None, "before", "after"]
    must(countersign("verify", home))


# ---- Secrets ----


def secrets_of(home):
    """The two seeds, opened here as the file says of itself."""
    with open(os.path.join(home, "key"), "rb") as file:
        title, data = file.read().split(b"\n", 1)
    assert title == b"countersign secret keys v1: argon2id 3 passes 64 MiB, xsalsa20-poly1305"
    data = base64.b64decode(data)
    salt, nonce, box = data[:16], data[16:40], data[40:]
    key, seeds = ctypes.create_string_buffer(32), ctypes.create_string_buffer(len(box) - 16)
    words = PASSPHRASE.encode()
    length = ctypes.c_ulonglong
    assert not sodium.crypto_pwhash(
        key, length(32), words, length(len(words)), salt, length(3), ctypes.c_size_t(64 * 2**20), 2
    )
    assert not sodium.crypto_secretbox_open_easy(seeds, box, length(len(box)), nonce, key)
    return [seeds.raw[:32], seeds.raw[32:]]


def spellings(secret):
    """Pieces of a secret as they may be written."""
    code = base64.b64encode(secret).decode().rstrip("=")
    texts = [secret.hex(), secret.hex().upper(), code[:20], code[4:24]]
    return [secret[:16], secret[16:]] + [text.encode() for text in texts]


def test_no_secret_is_written_or_said():
    home = new_home("US")
    ledger = Ledger("RU").talk(2)
    told = b""
    with peer(ledger.answers()) as address:
        add_peer(home, address, ledger.key)
        for arguments in (["sync"], [*RAISE, "x"], ["declare", "none.csv", "--date", "2021-03-01"], ["sync", "none"]):
            result = countersign(*arguments, home=home, secret=True)
            told += (result.out + result.err).encode()
    for command in ("log --json", "status", "key", "key --cosigner", "peer list", "verify", "show 0"):
        result = countersign(*command.split(), home=home)
        told += (result.out + result.err).encode()
    secrets = [piece for seed in secrets_of(home) for piece in spellings(seed)]
    secrets += spellings(PASSPHRASE.encode()) + [PASSPHRASE.encode()]
    files = [os.path.join(folder, name) for folder, _, names in os.walk(home) for name in names]
    assert {os.path.basename(path) for path in files} >= {"key", "ledger.db", "treaty.yaml"}, files
    for path in files:
        with open(path, "rb") as file:
            content = file.read()
        assert not any(secret in content for secret in secrets), path
    assert b"countersign/new-start/US" in told and not any(secret in told for secret in secrets)
    assert os.stat(os.path.join(home, "key")).st_mode & 0o777 == 0o600


def memory_of(pid):
    """What a process has written in its memory: heap, stack, and pages of its own."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            first, last, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            size = int(last, 16) - int(first, 16)
            if not rights.startswith("rw") or size > 2**30:
                continue
            with contextlib.suppress(OSError, ValueError, OverflowError):
                memory.seek(int(first, 16))
                yield memory.read(size)


def test_what_an_open_home_has_in_memory():
    """Its keys, once each and locked; neither the passphrase nor anything of it."""
    home = new_home("US")
    seeds = secrets_of(home)
    with serving(home, witness=True):
        pid = serving.pid
        with open(f"/proc/{pid}/limits", encoding="ascii") as file:
            (core,) = [line.split()[4:6] for line in file if line.startswith("Max core file size")]
        assert core == ["0", "0"], core
        with open(f"/proc/{pid}/cmdline", "rb") as line, open(f"/proc/{pid}/environ", "rb") as environment:
            assert PASSPHRASE.encode() not in line.read() + environment.read()
        try:
            memory = list(memory_of(pid))
        except PermissionError as fault:
            raise Skip("the memory of another process cannot be seen here") from fault
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            (locked,) = [int(line.split()[1]) for line in file if line.startswith("VmLck")]
    # AddressSanitizer makes nothing of a call to lock memory.
    may_lock = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] != 0 and not SANITIZED
    assert locked > 0 or not may_lock, "nothing is locked in memory"
    for seed in seeds:
        assert sum(part.count(seed) for part in memory) == 1, "the keys are there more than once, or not"
    for words in (PASSPHRASE.encode(), PASSPHRASE.encode()[5:25]):
        assert not any(words in part for part in memory), "the passphrase is still in memory"


def owner_seen(home, witness):
    """Who owns what /proc shows of a server that nobody runs: root, where it cannot be dumped or traced."""
    command = [PROGRAM, "-C", home, "serve", "--listen", "127.0.0.1:0"]
    command += ["--passphrase-file", os.path.join(home, "passphrase")] if witness else []
    env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # which looks with ptrace, and may not
    as_nobody = {"user": 65534, "group": 65534, "extra_groups": [], "env": env}
    with subprocess.Popen(command, stdout=subprocess.PIPE, **as_nobody) as process:
        watch = threading.Timer(PATIENCE, process.kill)
        watch.start()
        try:
            assert process.stdout.readline().startswith(b"listening"), "the server does not start"
            return os.stat(f"/proc/{process.pid}/environ").st_uid
        finally:
            watch.cancel()
            process.kill()


def test_an_open_home_cannot_be_dumped():
    if os.getuid() != 0:
        raise Skip("only root can run it as another user")
    outside = "/tmp/countersign-dump-test-" + str(os.getpid())
    shutil.copytree(new_home("US"), outside)
    try:
        shutil.copy(passphrase_file, os.path.join(outside, "passphrase"))
        for folder, _, names in os.walk(outside):
            for path in [folder] + [os.path.join(folder, name) for name in names]:
                os.chown(path, 65534, 65534)
        try:
            locked = owner_seen(outside, False)
        except PermissionError as fault:
            raise Skip("others may not run the program here") from fault
        assert locked == 65534, "a home that is locked has nothing to hide"
        assert owner_seen(outside, True) == 0
    finally:
        shutil.rmtree(outside)


sys.exit(run_tests(globals()))
