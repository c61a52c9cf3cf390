"""Sealed counts among enemies: peers that sign what is not proven, exhibits and evidence that were changed, a vault that was
cut, and a party that is killed while it seals. Prints TAP.

seal_test.py [STEP]: every STEP-th of the changes to an exhibit is tried; 1 is all of them.

Valid statements are made by the program in homes of their own; a ledger in memory then signs whatever is made of them.
"""

import base64
import glob
import hashlib
import itertools
import json
import os
import random
import subprocess
import sys
import time

import verifier
from support import FREEZE, PATIENCE, PROGRAM, Key, Ledger, add_peer, copy_home, countersign, encode, inclusion, key_of
from support import log_of, must, new_home, passphrase_file, peer, place, run_tests, sync

STEP = int(sys.argv[1]) if len(sys.argv) > 1 else 1
ORIGIN = "countersign/freeze-2020-us/US"
os.environ["COUNTERSIGN_NOW"] = "2021-05-10T12:00:00Z"
chance = random.Random(11)


def holdings(date, stored, deployed, party="US"):
    """A file with so many warheads in store at North, and on missiles at Base A."""
    path = place(f"{date}.csv")
    with open(path, "w", encoding="utf-8") as file:
        print("date,party,item,state,type,facility,identifier,count", file=file)
        places = ["stored,W-76,North"] * stored + ["deployed,W-76,Base A"] * deployed
        for number, where in enumerate(places, 1):
            print(f"{date},{party},warhead,{where},X-{number:04d},1", file=file)
    return path


def state(home, *arguments):
    out = must(countersign(*arguments, home=home, secret=True)).out
    return int(out.split()[1])


def declare(home, date, *numbers, party="US"):
    return state(home, "declare", holdings(date, *numbers, party=party), "--date", date, "--sealed")


def claim(home, entry, *words):
    return state(home, "claim", *words, "--at", str(entry))


def entry_of(home, index):
    """The bytes of an entry, as they were signed."""
    line = must(countersign("show", str(index), home=home)).out
    return line.removeprefix(f'{{"entry": {index}, "statement": ').removesuffix("}\n").encode()


def make():
    """A home with two sealed declarations, a sealed transfer, and claims about them."""
    home = new_home("US", FREEZE)
    assert declare(home, "2021-02-05", 6, 3) == 1
    assert claim(home, 1, "at-most", "all-warheads", "--limit", "20") == 2
    assert declare(home, "2021-05-05", 4, 5) == 3
    assert claim(home, 3, "due") == 4
    move = ["--item", "warhead", "--state", "stored", "--facility", "North", "--to-facility", "Base A", "--count", "2"]
    assert state(home, "notify", "move", "--date", "2021-05-06", *move, "--sealed") == 5
    assert claim(home, 5, "balanced") == 6
    assert claim(home, 3, "equal", "all-warheads", "--baseline", "1") == 7
    return home


maker = make()
entries = [entry_of(maker, i) for i in range(8)]
honest = Ledger("US", treaty=FREEZE)
honest.entries += entries[1:]
adoption = Ledger("US", treaty=FREEZE).entries[0]


def ledger_of(*statements):
    """A ledger of the United States that says this after it has adopted the agreement."""
    ledger = Ledger("US", treaty=FREEZE)
    ledger.entries += statements
    return ledger


def follow(ledger, code, *words):
    """Russia synchronises; gives its home and the evidence that it kept."""
    home = new_home("RU", FREEZE)
    with peer(ledger.answers()) as address:
        add_peer(home, address, ledger.key, "US")
        result = must(sync(home), code)
    for word in words:
        assert word in result.out, f"expected {word!r}\n{result}"
    return home, sorted(glob.glob(os.path.join(home, "evidence", "*.json")))


def convinces(path, *words):
    out = must(countersign("verify", path)).out
    for word in ("signed an entry", "does not admit", *words):
        assert word in out, f"expected {word!r}: {out}"


def proves_nothing(evidence, *words):
    path = place("evidence.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(evidence, file)
    result = must(countersign("verify", path), 1)
    assert result.out == "" and "proves nothing" in result.err, result
    for word in words:
        assert word in result.err, f"expected {word!r}\n{result}"


def accusation(ledger, index, references=()):
    """The evidence that somebody would write against an entry of a ledger."""
    leaves = ledger.leaves()

    def prove(i):
        return [encode(digest) for digest in inclusion(i, leaves)]

    with open(FREEZE, encoding="utf-8") as file:
        treaty = file.read()
    return {
        "countersign-evidence": 1,
        "kind": "statement",
        "ledger": str(ledger.key),
        "second": ledger.checkpoint().decode(),
        "treaty": treaty,
        "adoption": encode(ledger.entries[0]),
        "adoption-proof": prove(0),
        "index": index,
        "entry": encode(ledger.entries[index]),
        "proof": prove(index),
        **(
            {"references": [{"index": i, "entry": encode(ledger.entries[i]), "proof": prove(i)} for i in references]}
            if references
            else {}
        ),
    }


def refuse(words, *statements, bad=1):
    """The last of the statements is not proven: that is seen, told, and kept as evidence, which convinces others."""
    home, kept = follow(ledger_of(*statements), 1, f"{bad} that the agreement does not admit", "cosigned")
    assert len(kept) == bad, kept
    index = len(statements)
    (path,) = [path for path in kept if json.load(open(path, encoding="utf-8"))["index"] == index]
    convinces(path, words)
    must(countersign("verify", home))
    return home


def changed(statement, /, **values):
    """A statement with other values; "sealed" takes those of that object."""
    statement = json.loads(statement)
    sealed = values.pop("sealed", {})
    statement.update(values)
    if sealed:
        statement["sealed"].update(sealed)
    return json.dumps(statement, separators=(",", ":")).encode()


def turn(text, at):
    """A text with another character at a place, of the same kind."""
    return text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1 :]


def spoil(proof, at):
    """A proof with one bit of it turned."""
    data = bytearray(base64.b64decode(proof))
    data[at] ^= 4
    return encode(bytes(data))


# ---- What is honest ----


def test_what_is_honest_is_followed():
    assert honest.entries[1:] == entries[1:] and honest.entries[0] == adoption
    home, kept = follow(honest, 0, "8 entries, 8 new, 1 late, cosigned")
    assert kept == []
    out = must(countersign("verify", home)).out
    assert "6 proofs about sealed counts verified" in out, out
    assess = countersign("assess", "--party", "US", "--json", "--at", "2021-05-10", home=home)
    verdicts = {(v["date"], v["rule"]): v["verdict"] for v in json.loads(assess.out)["verdicts"]}
    assert verdicts[("2021-05-05", "freeze")] == verdicts[("2021-02-05", "freeze")] == "proved", verdicts


# ---- By another hand ----


def test_a_verifier_that_shares_nothing_agrees():
    """What docs/seals.md says of transcripts and proofs is enough to verify them without this program."""
    with open(FREEZE, "rb") as file:
        treaty = hashlib.sha256(file.read()).hexdigest()

    def fails(verify, *arguments):
        try:
            verify(*arguments)
        except AssertionError:
            return
        raise ValueError(f"taken: {arguments}")

    for index in (1, 3):
        verifier.verify_declaration(entries[index], treaty, ORIGIN)
        fails(verifier.verify_declaration, entries[index], treaty, ORIGIN + "x")
        fails(verifier.verify_declaration, entries[index], treaty[::-1], ORIGIN)
        fails(verifier.verify_declaration, changed(entries[index], party="RU"), treaty, ORIGIN)
        fails(verifier.verify_declaration, changed(entries[index], date="2021-02-06"), treaty, ORIGIN)
    for index in (2, 4, 6, 7):
        verifier.verify_claims(index, entries, treaty, ORIGIN)
        fails(verifier.verify_claims, index, entries, treaty, ORIGIN + "x")
        about = json.loads(entries[index])["entry"]
        others = list(entries)
        others[about] = changed(others[about], text="another leaf")
        fails(verifier.verify_claims, index, others, treaty, ORIGIN)
        others = list(entries)
        others[index] = changed(others[index], proof=spoil(json.loads(others[index])["proof"], 45))
        fails(verifier.verify_claims, index, others, treaty, ORIGIN)


# ---- Declarations ----


def foreign(party="US", origin=None, treaty=FREEZE):
    """The sealed declaration that another home makes: of another party, in another ledger, under another agreement."""
    home = new_home(party, treaty, origin)
    declare(home, "2021-02-05", 6, 3, party=party)
    return entry_of(home, 1)


NOT_PROVEN = "the sealed counts are not proven to be numbers of 16 bits"


def test_a_declaration_whose_proof_is_wrong():
    proof = json.loads(entries[1])["sealed"]["proof"]
    length = len(base64.b64decode(proof))
    for at in (0, 40, 100, length // 2, length - 1):
        refuse(NOT_PROVEN, changed(entries[1], sealed={"proof": spoil(proof, at)}))
    data = base64.b64decode(proof)
    for other in (data[:-1], data + b"\0", data[:-32], b"", bytes(length), b"\xff" * length):
        words = NOT_PROVEN if other else "proof"
        refuse(words, changed(entries[1], sealed={"proof": encode(other)}))


def test_a_declaration_whose_proof_is_of_something_else():
    other = json.loads(entries[3])["sealed"]["proof"]
    refuse(NOT_PROVEN, changed(entries[1], sealed={"proof": other}))
    refuse(NOT_PROVEN, changed(entries[1], date="2021-02-06"))
    refuse(NOT_PROVEN, changed(foreign("RU", origin=ORIGIN), party="US"))
    refuse(NOT_PROVEN, foreign(origin="example.org/us"))
    treaty = os.path.join(place("agreement"), "freeze-2020-us.yaml")
    os.mkdir(os.path.dirname(treaty))
    with open(FREEZE, encoding="utf-8") as file, open(treaty, "w", encoding="utf-8") as copy:
        copy.write(file.read() + "# another version\n")
    refuse(NOT_PROVEN, foreign(treaty=treaty))


def test_a_declaration_whose_commitments_are_others():
    north, base = json.loads(entries[1])["sealed"]["facilities"]
    refuse(NOT_PROVEN, changed(entries[1], sealed={"facilities": [base, north]}))
    swapped = [{**north, "commitments": base["commitments"]}, {**base, "commitments": north["commitments"]}]
    refuse(NOT_PROVEN, changed(entries[1], sealed={"facilities": swapped}))
    refuse(NOT_PROVEN, changed(entries[1], sealed={"facilities": [{**north, "facility": "South"}, base]}))
    refuse(NOT_PROVEN, changed(entries[1], sealed={"facilities": [{**north, "items": base["items"]}, base]}))
    refuse(NOT_PROVEN, changed(entries[1], sealed={"facilities": [north]}))
    refuse("is sealed twice", changed(entries[1], sealed={"facilities": [north, north]}))
    same = [north, {**base, "commitments": north["commitments"]}]
    refuse("are the same for two cells", changed(entries[1], sealed={"facilities": same}))
    points = base64.b64decode(north["commitments"])
    for bad in (b"\xff" * 32, b"\x01" + bytes(31)):  # no point of the group, and one that is not encoded as it should be
        facilities = [{**north, "commitments": encode(bad + points[32:])}, base]
        refuse(NOT_PROVEN, changed(entries[1], sealed={"facilities": facilities}))
    refuse("bits", changed(entries[1], sealed={"bits": 64}))
    for bits in (8, 32):
        refuse(f"not proven to be numbers of {bits} bits", changed(entries[1], sealed={"bits": bits}))
    cells = json.loads(entries[1])["sealed"]["cells"]
    refuse("cell", changed(entries[1], sealed={"cells": cells[::-1]}))
    refuse("cells", changed(entries[1], sealed={"cells": cells[:-1]}))


# ---- Claims ----

NOT_CLAIMED = "its claims are not proven"


def test_a_claim_whose_proof_is_of_something_else():
    before = entries[1:4]
    proof = json.loads(entries[4])["proof"]
    refuse(NOT_CLAIMED, *before, changed(entries[4], proof=spoil(proof, 50)))
    refuse(NOT_CLAIMED, *before, changed(entries[4], proof=json.loads(entries[2])["proof"]))
    refuse(NOT_CLAIMED, entries[1], changed(entries[2], proof=proof))
    refuse(NOT_CLAIMED, entries[1], changed(entries[2], claims=[{"claim": "at-most", "count": "all-warheads", "limit": 8}]))
    swapped = [{"claim": "not-above", "count": "all-warheads", "baseline": 3}]
    refuse(NOT_CLAIMED, *before, changed(entries[4], entry=1, claims=swapped))
    equal = [{"claim": "equal", "count": "all-warheads", "baseline": 1}]
    refuse(NOT_CLAIMED, *before, changed(entries[4], claims=equal))
    twice = 2 * json.loads(entries[4])["claims"]
    refuse(NOT_CLAIMED, *before, changed(entries[4], claims=twice))
    refuse(NOT_CLAIMED, *entries[1:7], changed(entries[7], proof=spoil(json.loads(entries[7])["proof"], 40)))


def test_a_claim_in_another_ledger():
    """Of another party, or with other declarations under the same numbers: nothing of it can be said again."""
    other = new_home("US", FREEZE)
    declare(other, "2021-02-05", 6, 3)
    refuse(NOT_CLAIMED, entry_of(other, 1), entries[2])
    refuse(NOT_CLAIMED, entry_of(other, 1), entries[2], entries[3], entries[4], bad=2)
    russia = new_home("RU", FREEZE, ORIGIN)
    declare(russia, "2021-02-05", 6, 3, party="RU")
    claim(russia, 1, "at-most", "all-warheads", "--limit", "20")
    refuse(NOT_CLAIMED, entries[1], changed(entry_of(russia, 2), party="US"))


def test_a_claim_about_what_is_not_there():
    """Later, or never, or nothing that is sealed."""
    refuse("it speaks of entry 3, which is not there", entries[1], entries[4])
    home, kept = follow(ledger_of(entries[1], entries[4], entries[3]), 1, "1 that the agreement does not admit")
    convinces(kept[0], "it speaks of entry 3, which is not there")
    refuse("it speaks of entry 77, which is not there", *entries[1:4], changed(entries[4], entry=77))
    refuse("it speaks of entry 4, which is not there", *entries[1:4], changed(entries[4], entry=4))
    refuse("it speaks of entry 0, which seals nothing", *entries[1:4], changed(entries[4], entry=0))
    refuse("it speaks of entry 2, which seals nothing", *entries[1:4], changed(entries[4], entry=2))
    late = [{"claim": "not-above", "count": "all-warheads", "baseline": 9}]
    refuse("it speaks of entry 9, which is not there", *entries[1:4], changed(entries[4], claims=late))
    words = [{"claim": "at-most", "count": "all-warheads", "baseline": 1}]
    refuse("has not the keys of such a claim", *entries[1:4], changed(entries[4], claims=words))
    refuse("is no claim", *entries[1:4], changed(entries[4], claims=[{"claim": "at-least"}]))
    refuse("are too many", *entries[1:4], changed(entries[4], claims=65 * json.loads(entries[4])["claims"]))
    none = [{"claim": "at-most", "count": "warheads", "limit": 5}]
    refuse("is no count of the agreement", *entries[1:4], changed(entries[4], claims=none))
    home, _ = follow(ledger_of(entries[1], entries[4], entries[3]), 1)
    assess = countersign("assess", "--party", "US", "--json", "--at", "2021-05-10", home=home)
    verdicts = {(v["date"], v["rule"]): v["verdict"] for v in json.loads(assess.out)["verdicts"]}
    assert verdicts[("2021-05-05", "freeze")] == "unknown", verdicts


def test_a_transfer_that_is_not_balanced():
    move = json.loads(entries[5])
    swapped = changed(entries[5], **{"sealed-from": move["sealed-to"], "sealed-to": move["sealed-from"]})
    refuse(NOT_CLAIMED, *entries[1:5], swapped, entries[6])
    points = base64.b64decode(json.loads(entries[1])["sealed"]["facilities"][0]["commitments"])
    other = changed(entries[5], **{"sealed-to": encode(points[:32])})
    refuse(NOT_CLAIMED, *entries[1:5], other, entries[6])
    balanced = {"claims": [{"claim": "balanced"}], "entry": 1}
    refuse("is about no sealed transfer", *entries[1:4], changed(entries[4], **balanced))


def test_a_claim_that_rests_on_what_is_not_proven():
    """The claim itself is not accused, and counts for nothing."""
    spoilt = changed(entries[3], sealed={"proof": json.loads(entries[1])["sealed"]["proof"]})
    home, kept = follow(ledger_of(*entries[1:3], spoilt, entries[4]), 1, "2 that the agreement does not admit")
    assert len(kept) == 2
    assess = countersign("assess", "--party", "US", "--json", "--at", "2021-07-10", home=home)
    verdicts = {(v["date"], v["rule"]): v["verdict"] for v in json.loads(assess.out)["verdicts"]}
    assert verdicts[("2021-05-05", "exchange")] == "missing", verdicts


# ---- Evidence that was turned ----


def test_evidence_against_the_honest_proves_nothing():
    for index, references in ((1, ()), (2, (1,)), (3, ()), (4, (3, 1)), (5, ()), (6, (5,)), (7, (3, 1))):
        proves_nothing(accusation(honest, index, references), "the agreement admits the statement")


def test_evidence_whose_references_were_turned_proves_nothing():
    """What a claim rests on is left away, or is another entry: that is no fault of the claim."""
    good = accusation(honest, 4, (3, 1))
    proves_nothing({key: value for key, value in good.items() if key != "references"}, "is missing")
    proves_nothing({**good, "references": good["references"][:1]}, "is missing")
    proves_nothing({**good, "references": []}, "is missing")
    for i, (key, value) in itertools.product(
        range(2),
        (
            ("index", 2),
            ("entry", encode(entries[2])),
            ("entry", encode(entries[1])[:-4]),
            ("entry", encode(changed(entries[3], date="2021-05-04"))),
            ("entry", ""),
            ("entry", 5),
            ("proof", []),
            ("proof", good["proof"]),
        ),
    ):
        references = [dict(one) for one in good["references"]]
        references[i][key] = value
        proves_nothing({**good, "references": references})
    proves_nothing({**good, "references": 3 * [good["references"][0]]}, "is missing")


def test_evidence_with_an_honest_entry_in_its_place():
    bad = changed(entries[4], proof=spoil(json.loads(entries[4])["proof"], 50))
    ledger = ledger_of(*entries[1:4], bad)
    _, (path,) = follow(ledger, 1)
    with open(path, encoding="utf-8") as file:
        kept = json.load(file)
    assert {**kept, "proof": 0} == {**accusation(ledger, 4, (3, 1)), "proof": 0}
    proves_nothing({**kept, "entry": encode(entries[4])}, "is not in the signed tree")
    proves_nothing({**kept, "second": honest.checkpoint().decode()}, "is not in the signed tree")
    proves_nothing({**kept, "references": kept["references"][1:]}, "is missing")
    proves_nothing({**kept, "ledger": str(Key(ledger.origin, 1, b"\x55"))}, "not signed")
    treaty = kept["treaty"].replace("identified: true", "identified: false")
    proves_nothing({**kept, "treaty": treaty})


# ---- Exhibits and openings of which something was changed ----


def places_in(value, path=()):
    """(path, place) of every character of every text, and of every number; STEP and the length of a text thin them out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places_in(inner, path + (key,))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from places_in(inner, path + (i,))
    elif isinstance(value, str):
        step = max(1, len(value) // 80)
        yield from ((path, at) for at in sorted({*range(0, len(value), step), len(value) - 1}))
    else:
        yield path, None


def with_change(document, path, at):
    copy = json.loads(document)
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = inner[path[-1]] + 1 if at is None else turn(inner[path[-1]], at)
    return copy


def refuse_changes(path, *key):
    """Whatever is changed in a file, it shows nothing any more."""
    with open(path, encoding="utf-8") as file:
        document = file.read()
    changes = list(places_in(json.loads(document)))
    changes = changes[chance.randrange(STEP) :: STEP]
    names, batch = [place(f"changed{i}.json") for i in range(100)], 100
    for first in range(0, len(changes), batch):
        some = changes[first : first + batch]
        for name, (where, at) in zip(names, some):
            with open(name, "w", encoding="utf-8") as file:
                json.dump(with_change(document, where, at), file)
        result = countersign("verify", *names[: len(some)], *key)
        refused = sum(line.startswith("countersign: ") and ": hint: " not in line for line in result.err.splitlines())
        if result.out or result.code != 1 or refused != len(some):
            for name, change in zip(names, some):  # which one was it?
                one = countersign("verify", name, *key)
                assert one.code == 1 and one.out == "" and one.err, (change, one)
    for cut in range(0, len(document) - 1, max(1, len(document) // 15)):
        with open(names[0], "w", encoding="utf-8") as file:
            file.write(document[:cut])
        one = must(countersign("verify", names[0], *key), 1)
        assert one.out == "" and one.err, one
    return len(changes)


def test_every_byte_of_an_exhibit():
    key = ["--key", key_of(maker)]
    for entry in (1, 4, 5, 6):
        path = place("exhibit.json")
        must(countersign("show", str(entry), "-o", path, home=maker))
        must(countersign("verify", path, *key))
        refuse_changes(path, *(key if entry == 4 else []))


def test_every_byte_of_an_opening():
    for which in ([], ["--item", "X-0002"]):
        path = place("opening.json")
        must(countersign("open", "North", "--at", "1", "-o", path, *which, home=maker, secret=True))
        must(countersign("verify", path))
        refuse_changes(path)


def test_an_opening_of_something_else():
    north, base, later = place("north.json"), place("base.json"), place("later.json")
    for path, facility, entry in ((north, "North", "1"), (base, "Base A", "1"), (later, "North", "3")):
        must(countersign("open", facility, "--at", entry, "-o", path, home=maker, secret=True))
    north, base, later = (json.load(open(path, encoding="utf-8")) for path in (north, base, later))

    def shows_nothing(document, *words):
        path = place("changed.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
        result = must(countersign("verify", path), 1)
        assert result.out == "" and all(word in result.err for word in words), result

    opening = north["opening"]
    shows_nothing({**north, "opening": base["opening"] | {"facility": "North"}}, "proves nothing")
    shows_nothing({**north, "opening": later["opening"]}, "proves nothing")
    shows_nothing({**north, "opening": {**opening, "items": opening["items"][1:]}}, "the items are not those")
    shows_nothing({**north, "opening": {**opening, "items": opening["items"][::-1]}}, "proves nothing")
    shows_nothing({**north, "opening": {**opening, "counts": opening["counts"][1:]}}, "other counts")
    shows_nothing({**north, "opening": {**opening, "counts": opening["counts"][::-1]}}, "proves nothing")
    shows_nothing({**north, "opening": {}}, "not one that was sealed")
    shows_nothing({**north, "opening": []}, "proves nothing")
    shows_nothing({**north, "opening": 5}, "proves nothing")
    order = (2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")
    counts = [dict(count) for count in opening["counts"]]
    blinding = int.from_bytes(base64.b64decode(counts[0]["blinding"]), "little") + int.from_bytes(order, "little")
    counts[0]["blinding"] = encode(blinding.to_bytes(32, "little"))
    shows_nothing({**north, "opening": {**opening, "counts": counts}}, "no scalar")
    claims = place("claims.json")
    must(countersign("show", "4", "-o", claims, home=maker))
    with open(claims, encoding="utf-8") as file:
        shows_nothing({**json.load(file), "opening": opening}, "seals no holdings")


# ---- The vault ----


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


def test_a_backup_that_was_cut():
    backup, cut = place("backup"), place("cut")
    must(countersign("vault", "backup", backup, home=maker, secret=True))
    whole = bytes_of(backup)
    home = copy_home(maker)
    os.remove(os.path.join(home, "vault.db"))
    must(countersign("vault", "check", home=home, secret=True), 3)
    changes = [whole[: len(whole) * i // 10] for i in range(10)] + [whole[:-1], whole + b"\n", whole.replace(b"A", b"B", 1)]
    for change in changes:
        with open(cut, "wb") as file:
            file.write(change)
        result = must(countersign("vault", "restore", cut, home=home, secret=True), 3)
        assert result.out == "" and cut in result.err, result
        result = must(countersign("vault", "check", home=home, secret=True), 3)
        assert "has nothing that opens entry 1" in result.err, result
    must(countersign("vault", "restore", backup, home=home, secret=True))
    must(countersign("vault", "check", home=home, secret=True))


def test_a_vault_that_was_cut():
    """It is not overwritten, and nothing is sealed that could not be opened."""
    whole = bytes_of(os.path.join(maker, "vault.db"))
    for size in (0, 1, 100, 4096, len(whole) // 2):
        home = copy_home(maker)
        path = os.path.join(home, "vault.db")
        with open(path, "wb") as file:
            file.write(whole[:size])
        before = log_of(home)
        for command in (["vault", "check"], ["claim", "due", "--at", "3"]):
            result = countersign(*command, home=home, secret=True)
            assert result.code in (3, 4) and result.err.startswith("countersign: "), (size, command, result)
            assert log_of(home) == before
        assert bytes_of(path)[:size] == whole[:size], size


def test_another_passphrase():
    wrong = place("wrong")
    with open(wrong, "w", encoding="ascii") as file:
        file.write("wrong\n")
    for command in (["vault", "check"], ["claim", "due", "--at", "3"], ["open", "North", "--at", "1", "-o", place("none")]):
        result = must(countersign(*command, "--passphrase-file", wrong, home=maker), 3)
        assert result.out == "" and "do not open with this passphrase" in result.err, result


# ---- Killed while it seals ----


def test_nothing_sealed_is_lost_when_it_is_killed():
    """Each statement that is in the ledger opens; what was acknowledged is in the ledger."""
    days = [f"2021-03-{day:02d}" for day in range(1, 19)]
    files = {day: holdings(day, 40, 25) for day in days}
    home, promised = new_home("US", FREEZE), []
    started = time.monotonic()
    assert declare(copy_home(home), "2021-02-05", 40, 25) == 1
    usual = time.monotonic() - started
    kills = 0
    for round, day in enumerate(days):
        if round % 6 == 0:  # the first sealing makes the vault
            home, promised = new_home("US", FREEZE), []
        with subprocess.Popen(
            [PROGRAM, "-C", home, "declare", files[day], "--date", day, "--sealed", "--passphrase-file", passphrase_file],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            try:
                out, err = process.communicate(timeout=usual * chance.uniform(0.05, 1.1))
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate(timeout=PATIENCE)
                kills += 1
        assert process.returncode in (0, -9), (process.returncode, err)
        if out.endswith(b"\n"):
            promised.append((int(out.split()[1]), day))
        log = log_of(home)
        for entry, date in promised:
            assert log[entry]["statement"]["date"] == date, f"entry {entry} was acknowledged"
        result = must(countersign("vault", "check", home=home, secret=True))
        assert f"each of the {len(log) - 1} sealed statements" in result.out, result
        must(countersign("verify", home))
    assert kills > 0, "nothing was killed"
    for entry, _ in promised:
        must(countersign("open", "North", "--at", str(entry), "-o", place("opening.json"), home=home, secret=True))


sys.exit(run_tests(globals()))
