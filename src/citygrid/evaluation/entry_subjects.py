"""Objects of entries by name: an entry keeps an object's code; people read and type its name."""

from collections.abc import Iterable

from citygrid.areas.models import LADDER, Area
from citygrid.cases import naming
from citygrid.evaluation import entry_seeing
from citygrid.evaluation.subjects import BODIES, PEOPLE
from citygrid.organization.models import Body, Person
from citygrid.organization.visibility import Scope

MOST = 1000
"""So many names are offered while one types."""


def names(entries: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(sort of object, code) -> its name in the reader's language; what has none keeps its code."""
    wanted: dict[str, set[str]] = {}
    for by, code in entries:
        wanted.setdefault(by, set()).add(code)
    return {(by, code): name for by, codes in wanted.items() for code, name in _named(by, codes).items()}


def choices(scope: Scope, by: str) -> list[tuple[str, str]]:
    """Code and name of the bodies, or of the areas above the grids, within a scope."""
    if by in BODIES:
        return [(one.code, str(one)) for one in entry_seeing.bodies(scope).order_by("code")[:MOST]]
    if by != "area":
        return []
    rows = Area.objects.filter(kind__in=LADDER[:-1], valid_to=None)
    rows = rows if scope.everything else rows.filter(pk__in=scope.areas)
    codes = dict(rows.order_by("code").values_list("pk", "code")[:MOST])
    said = naming.areas(codes)
    return [(code, said.get(pk, code)) for pk, code in codes.items()]


def code_of(scope: Scope, by: str, text: str) -> str:
    """The code of what was typed: a name that only one object has, else the text as it is."""
    found = {code for code, name in choices(scope, by) if name == text.strip()}
    return found.pop() if len(found) == 1 else text


def _named(by: str, codes: set[str]) -> dict[str, str]:
    if by in BODIES:
        return {one.code: str(one) for one in Body.objects.filter(code__in=codes)}
    if by in PEOPLE:
        return dict(Person.objects.filter(login__in=codes).values_list("login", "name"))
    if by == "area":
        ids = dict(Area.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "pk"))
        said = naming.areas(ids.values())
        return {code: said[pk] for code, pk in ids.items() if pk in said}
    if by == "class":
        return naming.classes(codes)
    return _posts(codes) if by == "post" else {}


def _posts(codes: set[str]) -> dict[str, str]:
    parts = {code: code.partition(":") for code in codes}
    roles = naming.roles({role for role, _sign, _login in parts.values()})
    who = _named("collector", {login for _role, _sign, login in parts.values()})
    return {code: f"{roles.get(role, role)} · {who.get(login, login)}" for code, (role, _sign, login) in parts.items()}
