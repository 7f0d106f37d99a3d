"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and one-time recovery codes (等级保护三级, S3-14).

The secret is sealed (`trust/keys.py`), recovery codes are kept as keyed hashes. A code is taken once: its time step
must lie after that of the last one taken. Ten wrong ones in a row stop the account's codes for a while, from wherever
they come; besides, they count towards the lock of the login for that address (django-axes).
"""

import base64
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.db.models import Count

from citygrid.organization.models import Person, RecoveryCode, SecondFactor
from citygrid.process.refusal import Refusal
from citygrid.trust import keys

DIGITS, STEP, BYTES = 6, 30, 20
"""What every authenticator app understands; SHA-1 in HMAC is what RFC 6238 names first, and all that many apps know."""
WRONG, PAUSE = 10, timedelta(minutes=15)
CODES, SIGNS, GROUP = 10, 12, 4
CODE = "recovery code"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of recovery codes: nothing that is taken for something else."""


def in_use(person: Person) -> bool:
    """Whether the person signs in with a second factor."""
    return SecondFactor.objects.filter(person=person, confirmed_at__isnull=False).exists()


def start(person: Person, now: datetime) -> str:
    """The secret (base32) to put into an app; the same until it is confirmed. ValueError when one is in use."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        factor = SecondFactor.objects.filter(person=person).first()
        if factor is None:
            name, sealed = keys.seal(secrets.token_bytes(BYTES), _context(person))
            factor = SecondFactor.objects.create(person=person, key_name=name, sealed=sealed, made_at=now)
    if factor.confirmed_at is not None:
        raise ValueError("a second factor is in use")
    return base64.b32encode(_secret(factor)).decode()


def address(person: Person, secret: str, issuer: str) -> str:
    """The otpauth address that an app reads from a QR code."""
    return _totp(base64.b32decode(secret)).get_provisioning_uri(person.login, issuer)


def confirm(person: Person, code: str, now: datetime) -> list[str] | Refusal:
    """With the app's first code it is in use; the answer is the recovery codes, which are kept nowhere."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(person=person, confirmed_at=None).first()
        if factor is None:
            return Refusal("no_set_up", "There is no second factor to confirm. Begin anew.", {})
        if not _takes(factor, code, now):
            return Refusal("wrong_code", "The code is wrong. Is the clock of your phone right?", {})
        factor.confirmed_at = now
        factor.save(update_fields=["confirmed_at"])
        return _new_codes(factor)


def check(person: Person, code: str, now: datetime) -> Refusal | None:
    """None when the code is the app's or an unused recovery code; it is used up. Refused: `wrong_code`, `codes_stopped`
    after ten wrong ones, `no_second_factor`."""
    with transaction.atomic():
        found = SecondFactor.objects.select_for_update().filter(person=person, confirmed_at__isnull=False)
        factor = found.first()
        if factor is None:
            return Refusal("no_second_factor", "This account has no second factor.", {})
        if factor.wrong >= WRONG and factor.wrong_at is not None and now < factor.wrong_at + PAUSE:
            minutes = -(-int((factor.wrong_at + PAUSE - now).total_seconds()) // 60)
            message = "Too many wrong codes. Try again in %(minutes)d minutes."
            return Refusal("codes_stopped", message, {"minutes": minutes})
        if _takes(factor, code, now) or _takes_recovery(factor, code, now):
            return None
        factor.wrong, factor.wrong_at = min(factor.wrong + 1, 999), now
        factor.save(update_fields=["wrong", "wrong_at"])
    return Refusal("wrong_code", "The code is wrong, or was used before.", {})


def new_codes(person: Person) -> list[str]:
    """Further recovery codes; those before are good no longer. Empty without a second factor in use."""
    with transaction.atomic():
        found = SecondFactor.objects.select_for_update().filter(person=person, confirmed_at__isnull=False)
        factor = found.first()
        return [] if factor is None else _new_codes(factor)


def codes_left(person: Person) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(factor__person=person, used_at=None).count()


def drop(person: Person) -> bool:
    """Takes the second factor away; whether there was one."""
    return bool(SecondFactor.objects.filter(person=person).delete()[0])


def looks_like_code(text: str) -> bool:
    """Whether what was typed is a code rather than a password (which has ten signs of three kinds)."""
    plain = _plain(text)
    return (plain.isascii() and plain.isdigit() and len(plain) == DIGITS) or (
        len(plain) == SIGNS and set(plain) <= set(ALPHABET) and "-" in text
    )


def sealed_by() -> dict[str, int]:
    """How many secrets each key seals, by the key's name."""
    counted = SecondFactor.objects.values_list("key_name").annotate(Count("id")).order_by("key_name")
    return dict(counted)


def reseal() -> int:
    """Seals secrets that a former key holds with the current one; how many there were. What cannot be read stays.

    Recovery codes are hashes: those made under a former key are good as long as the server has that key."""
    today, changed = keys.current().name, 0
    for pk in SecondFactor.objects.exclude(key_name=today).values_list("pk", flat=True):
        with transaction.atomic():
            factor = SecondFactor.objects.select_for_update(of=("self",)).select_related("person").get(pk=pk)
            try:
                secret = _secret(factor)
            except keys.UnreadableError:
                continue
            factor.key_name, factor.sealed = keys.seal(secret, _context(factor.person))
            factor.save(update_fields=["key_name", "sealed"])
            changed += 1
    return changed


def _takes(factor: SecondFactor, code: str, now: datetime) -> bool:
    """Takes the app's code of this time step or one beside it (clocks differ), if none so late was taken before."""
    typed = _plain(code)
    if not (typed.isascii() and typed.isdigit() and len(typed) == DIGITS):
        return False
    totp, today = _totp(_secret(factor)), int(now.timestamp()) // STEP
    for step in (today - 1, today, today + 1):
        if step > factor.last_step and _is(totp, typed, step):
            factor.last_step, factor.wrong = step, 0
            factor.save(update_fields=["last_step", "wrong"])
            return True
    return False


def _is(totp: TOTP, typed: str, step: int) -> bool:
    try:
        totp.verify(typed.encode(), step * STEP)
    except InvalidToken:
        return False
    return True


def _takes_recovery(factor: SecondFactor, code: str, now: datetime) -> bool:
    digests = keys.lookups(CODE, f"{factor.person_id}:{_plain(code)}")  # by former keys too
    used = RecoveryCode.objects.filter(factor=factor, digest__in=digests, used_at=None).update(used_at=now)
    if used:
        factor.wrong = 0
        factor.save(update_fields=["wrong"])
    return bool(used)


def _new_codes(factor: SecondFactor) -> list[str]:
    factor.codes.all().delete()
    plain = ["".join(secrets.choice(ALPHABET) for _ in range(SIGNS)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=_digest(factor.person_id, one)) for one in plain
    )
    return ["-".join(one[at : at + GROUP] for at in range(0, SIGNS, GROUP)) for one in plain]


def _plain(code: str) -> str:
    return "".join(code.lower().replace("-", "").split())


def _digest(person: int, code: str) -> bytes:
    return keys.lookup(CODE, f"{person}:{code}")


def _secret(factor: SecondFactor) -> bytes:
    return keys.unseal(factor.key_name, bytes(factor.sealed), _context(factor.person))


def _context(person: Person) -> bytes:
    return f"second factor {person.pk}".encode()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 # nosec B303 # see DIGITS
