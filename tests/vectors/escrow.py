#!/usr/bin/python3
"""Roots and proofs of escrowed lists, from the words of src/seal/escrow.h alone: tests/vectors/escrow.py >tests/vectors/escrow.txt

root COUNT ROOT                                   of the first COUNT items below
proof COUNT PLACE SALT HASH ... (16, lowest first) of the item at that place
"""

import hashlib
import hmac

KEY = bytes(range(32))
LEVELS = 16


def item(i):
    return (f"W-{i}", ["warhead", "missile"][i % 2], ["deployed", "stored", "retired"][i % 3],
            "" if i % 4 == 0 else f"Тип {i % 7}")


def mac(label, message):
    return hmac.new(KEY, b"countersign escrow " + label + message, hashlib.sha256).digest()


def canonical(fields):
    out = b"countersign escrow item v1"
    for field in fields:
        data = field.encode()
        out += len(data).to_bytes(2, "big") + data
    return out


def places(items):
    """Place -> item."""
    taken = {}
    for fields in sorted(items, key=lambda fields: fields[0].encode()):
        attempt = 0
        while True:
            drawn = mac(b"place", attempt.to_bytes(4, "big") + fields[0].encode())
            place = int.from_bytes(drawn[:2], "big")
            if place not in taken:
                break
            attempt += 1
        taken[place] = fields
    return taken


def empty(level, index):
    return mac(b"empty", bytes([level]) + index.to_bytes(2, "big"))


def levels(taken):
    """Level by level upwards, the hashes of the subtrees that hold an item."""
    row = {place: hashlib.sha256(b"\0" + mac(b"salt", place.to_bytes(2, "big")) + canonical(fields)).digest()
           for place, fields in taken.items()}
    rows = [row]
    for level in range(LEVELS):
        def child(index):
            return rows[level].get(index) or empty(level, index)
        rows.append({index: hashlib.sha256(b"\1" + child(2 * index) + child(2 * index + 1)).digest()
                     for index in {index // 2 for index in rows[level]}})
    return rows


for count in (0, 1, 2, 3, 100, 5000, 32768):
    taken = places([item(i) for i in range(count)])
    rows = levels(taken)
    print("root", count, rows[LEVELS].get(0, empty(LEVELS, 0)).hex())
    for place in sorted(taken)[:: max(1, count // 3)] if count <= 100 else ():
        path = [rows[level].get(place >> level ^ 1) or empty(level, place >> level ^ 1) for level in range(LEVELS)]
        print("proof", count, place, mac(b"salt", place.to_bytes(2, "big")).hex(), *[h.hex() for h in path])
