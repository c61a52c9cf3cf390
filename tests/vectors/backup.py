#!/usr/bin/python3
"""A vault's backup, written from the words of src/home/backup.h and box.h alone, with libsodium for its primitives.

tests/vectors/backup.py >tests/vectors/backup.txt     under the passphrase of the unit tests
tests/vectors/backup.py zero >fuzz/corpus/vault/three under a key of zero bytes, as the fuzz target has it
"""

import base64
import ctypes
import hashlib
import itertools
import sys

sodium = ctypes.CDLL("libsodium.so.23")
PASSPHRASE = b"correct horse battery staple"
SALT = bytes(range(100, 116))
RECORDS = {"a": b"", "entry 7/Плесецк": bytes(range(256)) * 5, "entry 7/b": b"\x80\0\0"}
nonces = (i.to_bytes(24, "little") for i in itertools.count(1))


def derive():
    if sys.argv[1:] == ["zero"]:
        return bytes(32)
    key = ctypes.create_string_buffer(32)
    assert sodium.crypto_pwhash(key, ctypes.c_ulonglong(32), PASSPHRASE, ctypes.c_ulonglong(len(PASSPHRASE)), SALT,
                                ctypes.c_ulonglong(3), ctypes.c_size_t(64 * 1024 * 1024), 2) == 0
    return key.raw


def box(key, purpose, name, data):
    associated = b"countersign vault v1 " + purpose + b"\n" + SALT + name
    nonce, out = next(nonces), ctypes.create_string_buffer(len(data) + 16)
    assert sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, None, data, ctypes.c_ulonglong(len(data)), associated, ctypes.c_ulonglong(len(associated)), None, nonce,
        key) == 0
    return nonce + out.raw


def pad(data):
    size = 1024
    while size <= len(data):
        size *= 2
    return data + b"\x80" + bytes(size - len(data) - 1)


key = derive()
text = b"countersign vault backup v1: argon2id 3 passes 64 MiB, xchacha20-poly1305\n"
text += b"key " + base64.b64encode(SALT + box(key, b"check", b"", b"")) + b"\n"
for name, data in sorted((name.encode(), data) for name, data in RECORDS.items()):
    text += b"record " + base64.b64encode(box(key, b"record", name, pad(data))) + b" " + name + b"\n"
text += b"end %d " % len(RECORDS)
text += base64.b64encode(box(key, b"end", hashlib.sha256(text).hexdigest().encode(), b"")) + b"\n"
sys.stdout.buffer.write(text)
