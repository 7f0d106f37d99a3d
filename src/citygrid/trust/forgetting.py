"""Forgetting with a proof: what was forgotten is named by id and digest in a record chained to the one before.

The content goes, the digest stays, so that timelines still verify; `faults` finds a row that was emptied without a
proof, one whose content came back, and a proof that was altered or taken out (等级保护三级 8.1.4.10, 8.1.4.11).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from citygrid.trust import audit, chain, exported
from citygrid.trust.algorithms import algorithm_at
from citygrid.trust.models import Forgetting

_LOCK = 0x666F7267
MOST = 5000
"""Rows that one proof names."""

Named = tuple[UUID, str, bytes]
"""Id, kind and digest of a forgotten row."""


@dataclass(frozen=True, slots=True)
class ForgettingFault:
    """`altered` (the proof, or a digest that it names), `unchained`, `undone` (content is back), `unproven` (emptied
    without a proof), `missing`, `differs` (a file's). `number`: the proof's, 0 for none."""

    number: int
    code: str
    detail: str


def forget(
    ids: Iterable[UUID], at: datetime, reason: str, *, cause: tuple[str, str] = ("", ""), **who: Any
) -> Forgetting | None:
    """Forget the content of rows, at most `MOST`, and prove it; None when there was nothing left to forget.

    `reason`: a code or a few words that do not repeat what is forgotten; `cause`: (kind, id) of the decision that asked
    for it. `who` goes to the audit (person, seat, post, address). All in one transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            "update trust_redactable set salt = null, plain = null, bigrams = null, key_name = null,"
            " sealed = null, lookup = null, redacted_at = %s"
            " where id = any(%s) and redacted_at is null returning id, kind, digest",
            [at, sorted(set(ids))[:MOST]],
        )
        gone: list[Named] = sorted((id, kind, bytes(digest)) for id, kind, digest in cursor.fetchall())
        if not gone:
            return None
        before = Forgetting.objects.order_by("-number").first()
        proof = Forgetting(
            number=before.number + 1 if before else 1,
            algorithm=algorithm_at(at),
            previous=bytes(before.root) if before else chain.GENESIS,
            at=at,
            reason=reason,
            cause_kind=cause[0],
            cause_id=cause[1],
            counts=dict(sorted(Counter(kind for _, kind, _ in gone).items())),
            ids=[id for id, _, _ in gone],
        )
        proof.root = root_of(proof, gone)
        proof.save(force_insert=True)
        params = {"reason": reason, **proof.counts, "root": bytes(proof.root).hex()}
        audit.record(at, "redact", subject=("forgetting", str(proof.number)), params=params, **who)
        return proof


def root_of(proof: Forgetting, rows: Iterable[Named]) -> bytes:
    """The root over a proof and the rows that it names (in rising order of id), chained to the one before."""
    facts = [proof.number, proof.at.astimezone(UTC).isoformat(), proof.reason, proof.cause_kind, proof.cause_id]
    body = chain.canonical([facts, [[str(id), kind, digest.hex()] for id, kind, digest in rows]])
    return chain.link(bytes(proof.previous), body, proof.algorithm)


def export(folder: Path) -> Path | None:
    """Write each proof that has no file yet into `forgotten-<number>.json`: its root, which holds for all before it,
    and the ids of its rows. The newest one's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = None
    for proof in Forgetting.objects.order_by("number").iterator(100):
        path = folder / f"forgotten-{proof.number:09d}.json"
        if path.exists():
            continue
        facts = {"proof": proof.number, "root": bytes(proof.root).hex(), "ids": [str(id) for id in proof.ids]}
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(chain.canonical(facts) + b"\n")
        unfinished.replace(path)
    return path


def again(folder: Path, at: datetime) -> list[Forgetting]:
    """Forget anew what exported proofs name and an old backup brought back. ValueError for a file that is none."""
    ids: list[UUID] = []
    for path in sorted(folder.glob("forgotten-*.json")):
        try:
            ids += map(UUID, json.loads(path.read_text(encoding="utf-8"))["ids"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path.name} is no proof of forgetting") from error
    parts = (ids[start : start + MOST] for start in range(0, len(ids), MOST))
    proofs = [forget(part, at, "forgotten_before_restore") for part in parts]
    return [one for one in proofs if one is not None]


def faults(folder: Path | None = None) -> Iterator[ForgettingFault]:
    """Work every proof out again, look for rows emptied without one, and compare with exported files."""
    previous, roots = chain.GENESIS, dict[int, bytes]()
    for number, proof in enumerate(Forgetting.objects.order_by("number").iterator(100), 1):
        if proof.number != number or bytes(proof.previous) != previous:
            yield ForgettingFault(proof.number, "unchained", "the proof before it is another")
        yield from checked(proof)
        previous = roots[proof.number] = bytes(proof.root)
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from trust_redactable where redacted_at is not null"
            " except select unnest(ids) from trust_forgetting order by 1"
        )
        for (id,) in cursor.fetchall():
            yield ForgettingFault(0, "unproven", f"row {id} was emptied without a proof")
    for number, code, detail in exported.differing(folder, "forgotten-*.json", "proof", roots):
        yield ForgettingFault(number, code, detail)


def checked(proof: Forgetting) -> Iterator[ForgettingFault]:
    """What is wrong with one proof by itself: its rows and its root."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, kind, digest, redacted_at is null or num_nonnulls(salt, plain, sealed, bigrams, lookup) > 0"
            " from trust_redactable where id = any(%s) order by id",
            [proof.ids],
        )
        rows = cursor.fetchall()
    for id, _, _, back in rows:
        if back:
            yield ForgettingFault(proof.number, "undone", f"row {id} has content again")
    gone = len(proof.ids) - len(rows)
    if gone:
        yield ForgettingFault(proof.number, "altered", f"{gone} rows that it names are missing")
    elif root_of(proof, [(id, kind, bytes(digest)) for id, kind, digest, _ in rows]) != bytes(proof.root):
        yield ForgettingFault(proof.number, "altered", "the proof or a digest is not what was bound")
