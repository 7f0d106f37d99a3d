"""Lines about the demo accounts that `serve` prints and the sign-in page may show."""

import tomllib

from citygrid.demo.folder import FOLDER
from citygrid.organization.models import Person, Seat


def lines() -> list[str]:
    """One account for each role that has one, with name, post and the common password. Empty without a demo."""
    file = FOLDER / "demo.toml"
    if not file.exists() or not Person.objects.filter(demo=True).exists():
        return []
    password = tomllib.loads(file.read_text(encoding="utf-8"))["password"]
    seats = Seat.objects.filter(until=None, person__demo=True, person__is_active=True, post__active=True)
    rows = seats.order_by("person__login", "id").values_list("post__role__code", "person__login", "person__name",
                                                            "post__name")  # fmt: skip
    first: dict[str, tuple[str, str, str]] = {}
    for role, login, name, post in rows:
        known = first.get(role)
        if known is None or _plain(login) < _plain(known[0]):
            first[role] = (login, name, post)
    shown = [f"{login:<14} {name}  {post}" for login, name, post in sorted(set(first.values()))]
    return [f"Password of all demo accounts: {password}", *shown]


def _plain(login: str) -> tuple[bool, int, str]:
    """Logins such as `collector1` go before those of a district."""
    return "_" in login, len(login), login
