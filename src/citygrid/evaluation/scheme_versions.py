"""The versions of one file of `schemes/`: which day has which text, a new version from a day on, and taking back one
that has not begun (S1-27: what was in force stays for the days that it was in force)."""

from datetime import date

from citygrid.rulebook.models import SchemeRow
from citygrid.rulebook.slices import in_force, touch


def texts_at(day: date) -> dict[str, str]:
    """Code -> text of the city's own files on a day."""
    return dict(in_force(SchemeRow, day).order_by("code").values_list("code", "text"))


def later_days(day: date) -> list[date]:
    """The days after this one on which a version of any file begins."""
    rows = SchemeRow.objects.filter(valid_from__gt=day).values_list("valid_from", flat=True)
    return sorted(set(rows))


def last_version(code: str) -> date | None:
    """The day on which the newest version of a file begins."""
    rows = SchemeRow.objects.filter(code=code).order_by("-valid_from")
    return rows.values_list("valid_from", flat=True).first()


def bring(code: str, text: str, at: date) -> None:
    """The text is in force from a day on, in a transaction of the caller's; no version begins later (`last_version`).
    The same text again changes nothing; one that began on the day itself is replaced."""
    row = in_force(SchemeRow, at).filter(code=code).first()
    if row is not None and row.text == text and row.valid_to is None:
        return
    if row is not None and row.valid_from == at:
        row.delete()
    elif row is not None:
        row.valid_to = at
        row.save(update_fields=["valid_to"])
    SchemeRow.objects.create(code=code, text=text, valid_from=at)
    touch()


def take_back(code: str, day: date) -> bool:
    """Remove the version that begins on a day, which the caller knows to lie ahead: the one before goes on. Whether
    there was one."""
    row = SchemeRow.objects.select_for_update().filter(code=code, valid_from=day).first()
    if row is None:
        return False
    until = row.valid_to
    row.delete()
    SchemeRow.objects.filter(code=code, valid_to=day).update(valid_to=until)
    touch()
    return True
