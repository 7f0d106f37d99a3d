"""Which duties are looked at on a day: drawn by lot, once for a set and a day. The seed is a keyed hash of set and day:
nobody can know it before, nobody can draw until the lot pleases, and whoever has it draws the same again."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from citygrid.collection.teams import drawing
from citygrid.evaluation.standing import city_files
from citygrid.evaluation.standing.duties import Book, Duty
from citygrid.evaluation.standing_models import StandingDraw
from citygrid.organization.seats import Signed
from citygrid.trust import audit, keys

KIND = "standing lot"


def frame(book: Book, code: str, day: date) -> list[str]:
    """The duties of a set that are owed on a day, by code."""
    return sorted(duty.code for duty in book.duties.values() if duty.set == code and duty.on(day))


def seed_of(code: str, day: date) -> str:
    """The seed of a day and a set."""
    return keys.lookup(KIND, f"{code}:{day.isoformat()}").hex()[:64]


def drawn(seed: str, codes: list[str], wanted: int) -> list[str]:
    """The duties drawn, in their order: pure, and the same for the same seed."""
    return drawing.ranked(seed, codes)[: max(0, wanted)]


def of_day(day: date) -> dict[str, StandingDraw]:
    """The lots of a day that were drawn, by set."""
    return {one.set: one for one in StandingDraw.objects.filter(day=day)}


def draw(day: date, signed: Signed, at: datetime) -> dict[str, StandingDraw]:
    """The lots of a day for every set; those that were drawn before stay as they are."""
    book = city_files.book_at(day)
    with transaction.atomic():
        for code, one in sorted(book.sets.items()):
            codes = frame(book, code, day)
            if not codes or not one.draw:
                continue
            seed = seed_of(code, day)
            made, new = StandingDraw.objects.get_or_create(
                set=code, day=day,
                defaults={
                    "seed": seed, "frame": codes, "digest": drawing.digest(codes),
                    "drawn": drawn(seed, codes, one.draw), "by_id": signed.person.pk, "at": at,
                },
            )  # fmt: skip
            if new:
                audit.record(
                    at, "draw_standing", subject=("set", code),
                    params={"day": day.isoformat(), "of": len(codes), "drawn": len(made.drawn)},
                    person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
                )  # fmt: skip
    return of_day(day)


def proved(one: StandingDraw) -> bool:
    """Whether the seed gives what was drawn, of what it was drawn from."""
    return drawing.digest(one.frame) == one.digest and drawn(one.seed, one.frame, len(one.drawn)) == one.drawn


def duties_of(draws: Mapping[str, StandingDraw], book: Book) -> list[tuple[StandingDraw, Duty]]:
    """What was drawn, with the duty where there still is one."""
    return [
        (one, book.duties[code]) for one in sorted(draws.values(), key=lambda row: row.set) for code in one.drawn
        if code in book.duties
    ]  # fmt: skip
