"""Keys for personal data, made from settings.PERSONAL_KEY, which is kept outside the database."""

import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12


class UnreadableError(Exception):
    """A sealed row whose key this server does not have, or that was altered."""


@dataclass(frozen=True, slots=True)
class Keys:
    """One generation: `name` is stored with each sealed row, so that older rows find their key."""

    name: str
    sealing: AESGCM
    looking: bytes


def current() -> Keys:
    return _made(settings.PERSONAL_KEY)


def seal(text: bytes, context: bytes) -> tuple[str, bytes]:
    """(key name, nonce + AES-GCM). `context` binds it to its row: moved to another row, it does not open."""
    keys = current()
    nonce = os.urandom(NONCE)
    return keys.name, nonce + keys.sealing.encrypt(nonce, text, context)


def unseal(name: str, sealed: bytes, context: bytes) -> bytes:
    """The text again; UnreadableError when the key is missing or the bytes were altered."""
    for keys in ring():
        if keys.name == name:
            try:
                return keys.sealing.decrypt(sealed[:NONCE], sealed[NONCE:], context)
            except InvalidTag as error:
                raise UnreadableError("a sealed row was altered") from error
    raise UnreadableError(f"no key {name} on this server")


def ring() -> list[Keys]:
    """Every key of this server, the current one first."""
    return [_made(secret) for secret in secrets()]


def secrets() -> list[str]:
    """What the keys are made from: the current one, then those before it that rows may still need."""
    return list(dict.fromkeys((settings.PERSONAL_KEY, *getattr(settings, "PERSONAL_KEYS_BEFORE", ()))))


def name_of(secret: str) -> str:
    """The name that rows carry of the key made from a secret."""
    return _made(secret).name


def lookup(kind: str, text: str) -> bytes:
    """Keyed hash for exact search; without the key a list of all numbers does not help to reverse it."""
    return _lookup(current(), kind, text)


def lookups(kind: str, text: str) -> list[bytes]:
    """The same by every key of this server: while a change of keys is under way rows are found by either."""
    return [_lookup(keys, kind, text) for keys in ring()]


def _lookup(keys: Keys, kind: str, text: str) -> bytes:
    return hmac.digest(keys.looking, f"{kind}\0{text}".encode(), hashlib.sha256)


def body_hash(body: bytes) -> bytes:
    """Keyed hash of an act's body, for the idempotency key (DESIGN section 3, ids)."""
    return body_hashes(body)[0]


def body_hashes(body: bytes) -> list[bytes]:
    """The same by every key of this server, the current one first: what was stored under a former key is known too."""
    return [hmac.digest(keys.looking, b"body\0" + body, hashlib.sha256) for keys in ring()]


@lru_cache(maxsize=8)
def _made(secret: str) -> Keys:
    made = HKDF(SHA256(), 64, salt=None, info=b"citygrid personal rows 1").derive(secret.encode())
    name = hashlib.sha256(b"name" + made).hexdigest()[:8]
    return Keys(name, AESGCM(made[:32]), made[32:])
