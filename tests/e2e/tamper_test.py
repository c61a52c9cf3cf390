"""Whatever is changed in a home, "verify" sees it and names it. Prints TAP.

tamper_test.py [STEP]: every STEP-th byte of what is stored is flipped; 1 is all of them.
"""

import http.client
import os
import random
import shutil
import sys

from support import Ledger, add_peer, copy_home, countersign, database, fill, hash_leaf, key_of, must, new_home, peer
from support import place, root, run_tests, serving, sync

STEP = int(sys.argv[1]) if len(sys.argv) > 1 else 1
COPIES = 16  # that are looked at by one process
chance = random.Random(3)


def furnish(home):
    """Gives a home what a home can have: statements, a copy, a cosigned checkpoint, a cosignature, evidence,
    and what a peer has shown."""
    must(countersign("raise", "--origin", "countersign/new-start/US", "--text", "why?", home=home, secret=True))
    ledger = Ledger("RU").talk(2)
    ledger.state("notify", notification="none-such", date="2021-02-01")  # gives evidence
    with peer(ledger.answers(time=1614556800)) as address:
        add_peer(home, address, ledger.key)
        must(sync(home), 1)
    with serving(home) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/checkpoint")
        text = connection.getresponse().read().split(b"\n\n")[0] + b"\n"
        connection.request("POST", "/api/v1/cosignatures", text + b"\n" + ledger.cosigner.sign(text))
        assert connection.getresponse().status == 204
    return home


small = furnish(new_home("US"))
large = new_home("US")
fill(large, 1, 130)  # two full tiles


def verify(home):
    result = countersign("verify", home)
    assert result.code in (0, 1, 3), result
    return result


def expect(home, words, what):
    """The home is found out, and one of the words names why."""
    result = verify(home)
    assert result.code in (1, 3), f"{what}: not seen\n{result}"
    assert any(word in result.err for word in words), f"{what}: expected one of {words}\n{result}"


def tamper(of, sql, words, *values):
    """Runs SQL on a copy of a home."""
    home = copy_home(of)
    with database(home) as db:
        changed = db.execute(sql, values).rowcount
        assert changed > 0, f"{sql} changes nothing"
    expect(home, words, sql)
    shutil.rmtree(home)


def rows(home, sql):
    with database(home) as db:
        return db.execute(sql).fetchall()


def set_bytes(home, table, column, row, value):
    """Sets a column of the row with this key, {name: value}."""
    where = " AND ".join(f"{name} = ?" for name in row)
    with database(home) as db:
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *row.values()))


def flip_all(of, table, column, key, words, step):
    """Flips a bit of each byte in a column, one in a copy of the home. `words` gives what has to be named, by row."""
    names = key.split(", ")
    jobs = [
        (dict(zip(names, row)), row[-1], place)
        for row in rows(of, f"SELECT {key}, {column} FROM {table}")
        for place in range(chance.randrange(step), len(row[-1]), step)
    ]
    assert jobs, f"{table}.{column} is empty"
    copies = [copy_home(of) for _ in range(COPIES)]
    for first in range(0, len(jobs), COPIES):
        part = jobs[first : first + COPIES]
        for home, (row, good, place) in zip(copies, part):
            bad = good[:place] + bytes([good[place] ^ 1 << chance.randrange(8)]) + good[place + 1 :]
            set_bytes(home, table, column, row, bad)
        result = countersign("verify", *copies[: len(part)])
        assert result.code in (1, 3), result
        said = result.err.splitlines()
        assert len(said) == len(part), f"{table}.{column}: expected a line for each of {part}\n{result}"
        for line, (row, good, place) in zip(said, part):
            expected = words(*row.values())
            assert any(word in line for word in expected), f"{row}, byte {place}: {line}; expected one of {expected}"
        for home, (row, good, _) in zip(copies, part):
            set_bytes(home, table, column, row, good)
    must(countersign("verify", *copies))
    for home in copies:
        shutil.rmtree(home)


ORIGINS = ["countersign/new-start/US", "countersign/new-start/RU"]


def entry_words(place):
    return [f"{origin}: entry {place % 2**40} " for origin in ORIGINS]


def test_a_home_as_it_was_made_verifies():
    out = must(countersign("verify", small)).out
    assert "countersign/new-start/US: 2 entries" in out and "countersign/new-start/RU: 4 entries" in out, out
    assert "evidence" in out, out
    assert "countersign/new-start/US: 521 entries" in must(countersign("verify", large)).out
    kinds = {kind for (kind,) in rows(small, "SELECT kind FROM note")}
    assert kinds == {"checkpoint", "cosigned", "cosignature", "shown"}, kinds


def test_every_byte_of_every_entry():
    flip_all(small, "entry", "bytes", "place", entry_words, STEP)


def test_every_byte_of_every_hash():
    flip_all(small, "entry", "hash", "place", entry_words, STEP)


def test_every_byte_of_every_checkpoint_and_cosignature():
    def words(_ledger, _kind, _name):
        return [f"{origin}:" for origin in ORIGINS]

    flip_all(small, "note", "bytes", "ledger, kind, name", words, STEP)


def test_bytes_of_tiles():
    def words(_ledger, level, n):
        return [f"tile {level}/{n} "]

    flip_all(large, "tile", "bytes", "ledger, level, n", words, 127 * STEP)


def test_bytes_of_evidence():
    flip_all(small, "evidence", "bytes", "id", lambda _: ["evidence"], 211 * STEP)


def test_keys_party_and_agreement():
    named = {"key": '"key"', "cosigner": '"cosigner"', "party": "whose home", "treaty": "agreement"}
    for name, words in named.items():
        (value,) = rows(small, f"SELECT value FROM setting WHERE name = '{name}'")[0]
        for place in range(0, len(value), 1 if STEP == 1 else 7):
            bad = bytearray(value)
            bad[place] ^= 1 << chance.randrange(8)
            tamper(small, "UPDATE setting SET value = ? WHERE name = ?", [words], bytes(bad), name)
        tamper(small, "DELETE FROM setting WHERE name = ?", [words], name)
    tamper(small, "UPDATE setting SET value = 'RU' WHERE name = 'party'", ["adoption"])
    tamper(small, "UPDATE setting SET value = '' WHERE name = 'party'", ["adoption"])
    tamper(small, "UPDATE setting SET value = replace(value, '+', '-') WHERE name LIKE 'peer/%'", ["peer/RU"])


def test_rows_that_are_gone():
    for (place,) in rows(small, "SELECT place FROM entry"):
        words = entry_words(place) + [f"{origin}: the store holds" for origin in ORIGINS]
        tamper(small, "DELETE FROM entry WHERE place = ?", words, place)
    for level, n in rows(large, "SELECT level, n FROM tile"):
        tamper(large, "DELETE FROM tile WHERE level = ? AND n = ?", [f"tile {level}/{n} "], level, n)
    for place in (0, 255, 256, 400, 512, 520):
        tamper(large, "DELETE FROM entry WHERE place % (1 << 40) = ?", ["entry", "the store holds"], place)
    tamper(small, "DELETE FROM note WHERE kind = 'checkpoint' AND ledger = 1", [ORIGINS[0]])
    tamper(small, "DELETE FROM entry", [ORIGINS[0]])
    tamper(small, "DELETE FROM ledger WHERE origin LIKE '%US'", [ORIGINS[0]])


def test_entries_that_changed_places():
    for first, second in ((1 << 40, (1 << 40) + 1), (2 << 40, (2 << 40) + 3), (1 << 40, 2 << 40)):
        for columns in ("bytes", "bytes, hash"):
            home = copy_home(small)
            with database(home) as db:
                select = f"SELECT {columns} FROM entry WHERE place = ?"
                pair = [db.execute(select, (place,)).fetchone() for place in (first, second)]
                assert None not in pair
                marks = ", ".join("?" * len(pair[0]))
                for place, row in zip((second, first), pair):
                    db.execute(f"UPDATE entry SET ({columns}) = ({marks}) WHERE place = ?", (*row, place))
            expect(home, ["countersign/new-start/"], f"{columns} of {first} and {second}")
            shutil.rmtree(home)


def test_a_store_that_is_cut_off():
    whole = copy_home(small)
    with database(whole) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("PRAGMA page_size").fetchone()
    path = os.path.join(whole, "ledger.db")
    size = os.path.getsize(path)
    for length in sorted({0, 1, 99, 100, page - 1, page, size // 2, size - page, size - 1}):
        home = copy_home(whole)
        for name in os.listdir(home):
            if name.startswith("ledger.db-"):
                os.remove(os.path.join(home, name))
        os.truncate(os.path.join(home, "ledger.db"), length)
        expect(home, ["ledger.db"], f"{length} of {size} bytes")
        shutil.rmtree(home)


def test_an_agreement_that_was_changed():
    path = "treaty.yaml"
    with open(os.path.join(small, path), "rb") as file:
        text = file.read()
    for bad in [text[:-1], text + b"\n", b"", text.replace(b"1550", b"1650")] + [
        text[:i] + bytes([text[i] ^ 1]) + text[i + 1 :] for i in range(chance.randrange(999), len(text), 2999)
    ]:
        home = copy_home(small)
        with open(os.path.join(home, path), "wb") as file:
            file.write(bad)
        expect(home, [path], path)
        shutil.rmtree(home)


# ---- Exported ledgers ----


def keys_of(home, *cosigners):
    return [word for key in (key_of(home), *cosigners) for word in ("--key", str(key))]


def export(home):
    folder = place("export")
    must(countersign("export", folder, home=home))
    return folder


def files_of(folder):
    return sorted(
        os.path.relpath(os.path.join(path, name), folder) for path, _, names in os.walk(folder) for name in names
    )


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def flip_files(folder, keys, names, step):
    """Flips a bit of bytes of files, one at a time; the file has to be named."""
    jobs = [
        (name, place)
        for name in names
        for place in range(chance.randrange(min(step(name), len(read(folder, name)))), len(read(folder, name)), step(name))
    ]
    copies = [copy_home(folder) for _ in range(COPIES)]
    for first in range(0, len(jobs), COPIES):
        part = jobs[first : first + COPIES]
        for copy, (name, place) in zip(copies, part):
            good = read(folder, name)
            write(copy, name, good[:place] + bytes([good[place] ^ 1 << chance.randrange(8)]) + good[place + 1 :])
        result = countersign("verify", *copies[: len(part)], *keys)
        said = result.err.splitlines()
        assert result.code == 1 and len(said) == len(part), f"expected a line for each of {part}\n{result}"
        for copy, line, (name, place) in zip(copies, said, part):
            assert line.startswith(f"countersign: {copy}/{name}:"), f"{name}, byte {place}: {line}"
            write(copy, name, read(folder, name))
    must(countersign("verify", *copies, *keys))
    for copy in copies:
        shutil.rmtree(copy)


def test_every_byte_of_an_exported_ledger():
    cosigner = Ledger("RU").cosigner
    folder, keys = export(small), keys_of(small, key_of(small, "--cosigner"), cosigner)
    names = files_of(folder)
    assert names == ["checkpoint", "key", "tile/0/000.p/2", "tile/entries/000.p/2", "treaty.yaml"], names
    out = must(countersign("verify", folder, *keys)).out
    assert f"cosigned by {cosigner.name}" in out and "taken from the folder" not in out, out
    flip_files(folder, keys, names, lambda name: 977 * STEP if name == "treaty.yaml" else STEP)


def test_bytes_of_a_large_exported_ledger():
    home = copy_home(large)
    folder = export(home)
    fill(home, 1, 1)
    must(countersign("export", folder, home=home))  # the partial tiles of before are left
    names = [name for name in files_of(folder) if name.startswith("tile")]
    assert {"tile/0/001", "tile/1/000.p/2", "tile/0/002.p/9", "tile/0/002.p/13", "tile/entries/002.p/9"} <= set(names)
    flip_files(folder, keys_of(home), names, lambda name: 211 * STEP if name in ("tile/0/000", "tile/0/001") else 997)


def test_the_key_of_an_exported_ledger():
    folder = export(small)
    out = must(countersign("verify", folder)).out
    assert "taken from the folder itself" in out and key_of(small) in out, out
    assert f"{Ledger('RU').cosigner.name} too, which was not checked" in out, out
    flip_files(folder, [], ["key"], lambda _: STEP)
    other = new_home("RU")
    own = ["--key", key_of(small, "--cosigner")]
    assert "cosigned by countersign/new-start/US/cosigner, 2" in must(countersign("verify", folder, *own)).out
    for keys in (keys_of(other), keys_of(small, key_of(other, "--cosigner")), ["--key", key_of(other, "--cosigner")]):
        result = must(countersign("verify", folder, *keys), 1)
        assert f"{folder}/checkpoint: the checkpoint is not signed by the key of " in result.err, result
    write(folder, "key", f"{key_of(other)}\n".encode())
    assert f"{folder}/checkpoint: " in must(countersign("verify", folder), 1).err
    result = must(countersign("verify", folder, *keys_of(small)), 1)
    assert f"{folder}/key: this is not the key of the ledger" in result.err, result
    assert "is given" in must(countersign("verify", folder, "--key", "nonsense"), 2).err


def test_files_of_an_exported_ledger_that_are_gone():
    folder = export(large)
    for name in files_of(folder):
        copy = copy_home(folder)
        os.remove(os.path.join(copy, name))
        for keys in ([], keys_of(large)):
            result = must(countersign("verify", copy, *keys), 1)
            assert result.err.startswith(f"countersign: {copy}/{name}: cannot be opened"), result
        shutil.rmtree(copy)


def test_entries_and_hashes_that_were_changed_together():
    """Whoever changes an entry and its leaf, and even every hash above it, is found out by the signed root."""
    folder, keys = export(large), keys_of(large)
    bundle = read(folder, "tile/entries/001")
    length = int.from_bytes(bundle[:2], "big")
    entry = bytes([bundle[2] ^ 1]) + bundle[3 : 2 + length]
    write(folder, "tile/entries/001", bundle[:2] + entry + bundle[2 + length :])
    result = must(countersign("verify", folder, *keys), 1)
    assert f"{folder}/tile/entries/001: entry 256 is not what was signed" in result.err, result
    leaves = hash_leaf(entry) + read(folder, "tile/0/001")[32:]
    write(folder, "tile/0/001", leaves)
    result = must(countersign("verify", folder, *keys), 1)
    assert f"{folder}/tile/entries/001: the entries from 256 on are not what was signed" in result.err, result
    top = root([leaves[i : i + 32] for i in range(0, len(leaves), 32)])
    write(folder, "tile/1/000.p/2", read(folder, "tile/1/000.p/2")[:32] + top)
    result = must(countersign("verify", folder, *keys), 1)
    assert f"{folder}/checkpoint: the entries do not hash to the root that was signed" in result.err, result


def test_bytes_of_a_ledger_that_is_served():
    ledger = Ledger("RU").talk(300)
    answers = ledger.answers()
    with peer(answers) as address:
        verify_it = ["verify", address, "--key", str(ledger.key)]
        assert "301 entries" in must(countersign(*verify_it)).out
        for name in [name for name in answers if name.startswith("/tile")]:
            good = answers[name]
            for bad in (good[:-1] + bytes([good[-1] ^ 1]), good[:-1], good + b"\0", 404):
                answers[name] = bad
                result = must(countersign(*verify_it), 1)
                assert f"{address}{name}:" in result.err, result
            answers[name] = good
        must(countersign(*verify_it))
        # A partial tile that has become a full one while somebody reads.
        more = ledger.copy().talk(300).tiles()
        del answers["/tile/0/001.p/45"], answers["/tile/entries/001.p/45"]
        answers |= {"/tile/0/001": more["/tile/0/001"], "/tile/entries/001": more["/tile/entries/001"]}
        must(countersign(*verify_it))


sys.exit(run_tests(globals()))
