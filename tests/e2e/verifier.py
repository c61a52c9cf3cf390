"""Sealed declarations and claims verified by another hand, from docs/seals.md, RFC 9496 and the papers: Merlin and Bulletproofs in
Python, slowly, with libsodium for single operations of the group. Nothing of the program is used.

It takes agreements whose counts add up every sealed cell with the weight 1.
"""

import base64
import ctypes
import functools
import hashlib
import json

sodium = ctypes.CDLL("libsodium.so.23")
sodium.sodium_init()
ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = bytes(32)


# ---- Merlin ----


def rotate(word, by):
    return (word << by | word >> (64 - by)) & (2**64 - 1)


def keccak(state):
    lanes = [[int.from_bytes(state[8 * (x + 5 * y) :][:8], "little") for y in range(5)] for x in range(5)]
    lfsr = 1
    for _ in range(24):
        column = [functools.reduce(int.__xor__, lane) for lane in lanes]
        flip = [column[(x + 4) % 5] ^ rotate(column[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[lanes[x][y] ^ flip[x] for y in range(5)] for x in range(5)]
        x, y, current = 1, 0, lanes[1][0]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], rotate(current, (t + 1) * (t + 2) // 2 % 64)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        for j in range(7):
            lfsr = (lfsr << 1 ^ (lfsr >> 7) * 0x71) % 256
            if lfsr & 2:
                lanes[0][0] ^= 1 << ((1 << j) - 1)
    return bytearray(b"".join(lanes[x][y].to_bytes(8, "little") for y in range(5) for x in range(5)))


class Transcript:
    """Merlin v1.0 over STROBE-128."""

    RATE, AD, PRF, META = 166, 2, 7, 18

    def __init__(self, label):
        self.state = keccak(bytearray(bytes([1, 168, 1, 0, 1, 96]) + b"STROBEv1.0.2").ljust(200, b"\0"))
        self.at = self.begun = 0
        self.operate(self.META, b"Merlin v1.0")
        self.append("dom-sep", label)

    def permute(self):
        self.state[self.at] ^= self.begun
        self.state[self.at + 1] ^= 4
        self.state[self.RATE + 1] ^= 0x80
        self.state, self.at, self.begun = keccak(self.state), 0, 0

    def absorb(self, data):
        for byte in data:
            self.state[self.at] ^= byte
            self.at += 1
            if self.at == self.RATE:
                self.permute()

    def operate(self, flags, data):
        before, self.begun = self.begun, self.at + 1
        self.absorb(bytes([before, flags]))
        if flags & 4 and self.at:
            self.permute()
        self.absorb(data)

    def announce(self, label, length):
        self.operate(self.META, label.encode())
        self.absorb(length.to_bytes(4, "little"))

    def append(self, label, value):
        if isinstance(value, int):
            value = value.to_bytes(8, "little")
        elif isinstance(value, str):
            value = value.encode()
        self.announce(label, len(value))
        self.operate(self.AD, value)

    def challenge(self, label):
        """A scalar, of 64 bytes."""
        self.announce(label, 64)
        self.operate(self.PRF, b"")
        out = bytearray()
        for _ in range(64):
            out.append(self.state[self.at])
            self.state[self.at] = 0
            self.at += 1
            if self.at == self.RATE:
                self.permute()
        return int.from_bytes(out, "little") % ORDER


# ---- The group ----


def call(function, *arguments):
    out = ctypes.create_string_buffer(32)
    return out.raw if function(out, *arguments) == 0 else None


def multiply(scalar, point):
    scalar %= ORDER
    if scalar == 0 or point == IDENTITY:
        return IDENTITY
    out = call(sodium.crypto_scalarmult_ristretto255, scalar.to_bytes(32, "little"), point)
    assert out is not None, "no point of the group"
    return out


def add_up(terms):
    total = IDENTITY
    for scalar, point in terms:
        total = call(sodium.crypto_core_ristretto255_add, total, multiply(scalar, point))
        assert total is not None, "no point of the group"
    return total


def from_hash(data):
    return call(sodium.crypto_core_ristretto255_from_hash, data)


B = call(sodium.crypto_scalarmult_ristretto255_base, (1).to_bytes(32, "little"))
BLINDING = from_hash(hashlib.sha3_512(B).digest())


@functools.lru_cache(None)
def chain(name, bits, parties):
    out = []
    for party in range(parties):
        stream = hashlib.shake_256(b"GeneratorsChain" + name + party.to_bytes(4, "little")).digest(64 * bits)
        out += [from_hash(stream[i : i + 64]) for i in range(0, 64 * bits, 64)]
    return out


# ---- Proofs ----


def read_scalar(data):
    value = int.from_bytes(data, "little")
    assert value < ORDER, "a scalar is not reduced"
    return value


def proof_size(bits, count):
    parties = 1 << (count - 1).bit_length()
    return 32 * (9 + 2 * ((bits * parties).bit_length() - 1))


def verify_range(transcript, commitments, bits, proof):
    """That each is to a number of so many bits (Bulletproofs, sections 4.2 and 4.3); padding is the identity."""
    transcript.append("values", len(commitments))
    parties = 1 << (len(commitments) - 1).bit_length()
    commitments = commitments + [IDENTITY] * (parties - len(commitments))
    length = bits * parties
    parts = [proof[i : i + 32] for i in range(0, len(proof), 32)]
    a_point, s_point, t1, t2 = parts[:4]
    t_x, t_blinding, e_blinding, a, b = map(read_scalar, parts[4:7] + parts[-2:])
    transcript.append("dom-sep", "rangeproof v1")
    transcript.append("n", bits)
    transcript.append("m", parties)
    for commitment in commitments:
        transcript.append("V", commitment)
    transcript.append("A", a_point)
    transcript.append("S", s_point)
    y, z = transcript.challenge("y"), transcript.challenge("z")
    transcript.append("T_1", t1)
    transcript.append("T_2", t2)
    x = transcript.challenge("x")
    for label, part in zip(("t_x", "t_x_blinding", "e_blinding"), parts[4:7]):
        transcript.append(label, part)
    w = transcript.challenge("w")
    transcript.append("dom-sep", "ipp v1")
    transcript.append("n", length)
    rounds = []
    for left, right in zip(parts[7:-2:2], parts[8:-2:2]):
        transcript.append("L", left)
        transcript.append("R", right)
        rounds.append((transcript.challenge("u"), left, right))
    assert len(rounds) == length.bit_length() - 1, "the proof has another length"

    def power(base, exponent):
        return pow(base, exponent, ORDER)

    ys = [power(y, i) for i in range(length)]
    delta = (z - z * z) * sum(ys) - sum(power(z, j + 3) for j in range(parties)) * (2**bits - 1)
    left = [(t_x - delta, B), (t_blinding, BLINDING), (-x, t1), (-x * x, t2)]
    left += [(-power(z, 2 + j), commitment) for j, commitment in enumerate(commitments)]
    assert add_up(left) == IDENTITY, "t(x) is another"

    folded = []
    for i in range(length):
        product = 1
        for k, (u, _, _) in enumerate(rounds):
            product = product * (u if i >> (len(rounds) - 1 - k) & 1 else power(u, -1)) % ORDER
        folded.append(product)
    terms = [(1, a_point), (x, s_point), (-e_blinding, BLINDING), (w * (t_x - a * b), B)]
    for i in range(length):
        weight = power(z, 2 + i // bits) * 2 ** (i % bits)
        terms.append((-z - a * folded[i], chain(b"G", bits, parties)[i]))
        inverse = power(ys[i], -1)
        terms.append((z + inverse * (weight - b * power(folded[i], -1)), chain(b"H", bits, parties)[i]))
    for u, left, right in rounds:
        terms += [(u * u, left), (power(u, -2), right)]
    assert add_up(terms) == IDENTITY, "the inner product is another"


def verify_zero(transcript, commitment, proof):
    transcript.append("dom-sep", "zeroproof v1")
    transcript.append("C", commitment)
    transcript.append("R", proof[:32])
    c = transcript.challenge("c")
    terms = [(read_scalar(proof[32:]), BLINDING), (-1, proof[:32]), (-c, commitment)]
    assert add_up(terms) == IDENTITY, "it is not zero"


# ---- Statements ----


def begin(treaty_hash, party, origin, kind):
    transcript = Transcript("countersign seal v1")
    for label, value in (("agreement", treaty_hash), ("party", party), ("ledger", origin), ("statement", kind)):
        transcript.append(label, value)
    return transcript


def commitments_of(statement):
    """All of them, facility by facility."""
    out = []
    for facility in statement["sealed"]["facilities"]:
        data = base64.b64decode(facility["commitments"])
        out += [data[i : i + 32] for i in range(0, len(data), 32)]
    return out


def verify_declaration(entry, treaty_hash, origin):
    statement = json.loads(entry)
    sealed, commitments = statement["sealed"], commitments_of(statement)
    transcript = begin(treaty_hash, statement["party"], origin, "declare")
    transcript.append("date", statement["date"])
    for facility in sealed["facilities"]:
        transcript.append("facility", facility["facility"])
        transcript.append("commitments", base64.b64decode(facility["commitments"]))
        transcript.append("items", bytes.fromhex(facility["items"]))
    proof = base64.b64decode(sealed["proof"])
    for first in range(0, len(commitments), 1024):
        some = commitments[first : first + 1024]
        size = proof_size(sealed["bits"], len(some))
        verify_range(transcript, some, sealed["bits"], proof[:size])
        proof = proof[size:]
    assert not proof, "the proof is too long"


def width(most):
    return next(bits for bits in (8, 16, 32, 64) if most < 1 << bits)


def relation_of(claim, entry, entries):
    """(terms of the commitment, whether it is to zero, the most that it can come to)."""

    def most(statement):
        return len(commitments_of(statement)) * (2 ** statement["sealed"]["bits"] - 1)

    about = json.loads(entries[entry])
    if "baseline" in claim:
        base = json.loads(entries[claim["baseline"]])
        terms, least = [(1, point) for point in commitments_of(base)], most(base)
    else:
        number = claim.get("limit", claim.get("number"))
        terms, least = [(number, B)], number
    terms += [(-1, point) for point in commitments_of(about)]
    return terms, claim["claim"] == "equal", least


def verify_claims(index, entries, treaty_hash, origin):
    """The claims of an entry; all that are about declarations, or one that a transfer is balanced."""
    statement = json.loads(entries[index])
    spoken_of = [statement["entry"]]
    for claim in statement["claims"]:
        if "baseline" in claim and claim["baseline"] not in spoken_of:
            spoken_of.append(claim["baseline"])
    assert all(i < index for i in spoken_of), "it speaks of what comes later"
    transcript = begin(treaty_hash, statement["party"], origin, "claim")
    for i in spoken_of:
        transcript.append("entry", str(i))
        transcript.append("leaf", hashlib.sha256(b"\0" + entries[i]).digest())
    relations = []
    for claim in statement["claims"]:
        transcript.append("claim", claim["claim"])
        transcript.append("count", claim.get("count", ""))
        transcript.append("number", str(claim.get("limit", claim.get("number", -1))))
        transcript.append("baseline", str(claim.get("baseline", -1)))
        if claim["claim"] == "balanced":
            move = json.loads(entries[statement["entry"]])
            lost, gained = (base64.b64decode(move[key]) for key in ("sealed-from", "sealed-to"))
            relations += [([(1, lost), (1, gained)], True, 0), ([(1, gained)], False, 2**16 - 1)]
        else:
            relations.append(relation_of(claim, statement["entry"], entries))
    transcript.append("relations", len(relations))
    proof = base64.b64decode(statement["proof"])
    ranges = [add_up(terms) for terms, zero, _ in relations if not zero]
    if ranges:
        bits = max(width(most) for _, zero, most in relations if not zero)
        size = proof_size(bits, len(ranges))
        verify_range(transcript, ranges, bits, proof[:size])
        proof = proof[size:]
    for terms, zero, _ in relations:
        if zero:
            verify_zero(transcript, add_up(terms), proof[:64])
            proof = proof[64:]
    assert not proof, "the proof is too long"
