"""Names of a file as ids of this city: bodies, roles, people, posts, unit grids, classes. Read once for an import."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from citygrid.areas.models import Area
from citygrid.history.problems import wrong
from citygrid.organization.models import Body, Person, Post, Role, Seat
from citygrid.organization.separation import side_of
from citygrid.process.model import SYSTEM, SYSTEM_PERSON, Actor
from citygrid.process.rules import Rules
from citygrid.process.states import Side

PUBLIC = "public"
UNNAMED = SYSTEM_PERSON
"""An act of a post of which the source does not name the person."""


@dataclass(frozen=True, slots=True)
class Held:
    """A seat: the post with its role and body."""

    post: int
    role: str
    body: int


@dataclass(slots=True)
class Lookups:
    """`bodies`, `logins`: code or login to id. `sides`: role, and body id, to side. `posts`: (body id, role) to the
    post's id. `seats`: person id to the seats, oldest first."""

    bodies: dict[str, int] = field(default_factory=dict)
    body_sides: dict[int, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    logins: dict[str, int] = field(default_factory=dict)
    posts: dict[tuple[int, str], int] = field(default_factory=dict)
    seats: dict[int, list[Held]] = field(default_factory=dict)
    grids: dict[str, tuple[float, float]] = field(default_factory=dict)
    _actors: dict[tuple[str, str, str], Actor] = field(default_factory=dict)
    _classes: dict[tuple[str, str, str, str], str] = field(default_factory=dict)

    def body(self, code: str, column: str) -> int:
        """A body's id. Wrong `unknown_unit`."""
        found = self.bodies.get(code)
        if found is None:
            raise wrong(column, "unknown_unit", value=code[:40])
        return found

    def code_of(self, body: int) -> str:
        """A body's code, for a sentence."""
        return next((code for code, one in self.bodies.items() if one == body), str(body))

    def person(self, login: str, column: str) -> int:
        """A person's id. Wrong `unknown_login`."""
        found = self.logins.get(login)
        if found is None:
            raise wrong(column, "unknown_login", value=login[:60])
        return found

    def body_of(self, person: int) -> int | None:
        """The body in which a person holds the first seat; histories are older than seats, so no moment counts."""
        held = self.seats.get(person)
        return held[0].body if held else None

    def grid(self, code: str) -> tuple[float, float]:
        """The middle (lon, lat) of a unit grid. Wrong `unknown_grid`."""
        found = self.grids.get(code)
        if found is None:
            raise wrong("grid", "unknown_grid", value=code[:40])
        return found

    def actor(self, post: str, person: str, unit: str) -> Actor:
        """Who acted: role, login and body code of a row. Wrong with the column that does not fit."""
        key = (post, person, unit)
        found = self._actors.get(key)
        if found is None:
            found = self._actors[key] = self._actor(post, person, unit)
        return found

    def _actor(self, role: str, login: str, unit: str) -> Actor:
        if not role and not login and not unit:
            return SYSTEM
        person = self.person(login, "person") if login else UNNAMED
        body = self.body(unit, "unit") if unit else None
        if role in (SYSTEM.role, PUBLIC):
            return SYSTEM if role == SYSTEM.role else Actor(person, None, body, PUBLIC, Side.NEUTRAL)
        if role not in self.roles:
            raise wrong("post", "unknown_post", value=role[:40] or "–")
        post, body = self._seat(role, login, person, body)
        return Actor(person, post, body, role, Side(side_of(self.roles[role], self.body_sides[body])))

    def _seat(self, role: str, login: str, person: int, body: int | None) -> tuple[int | None, int]:
        """The post and body of the person's seat in that role; without one, the body's post of that role."""
        for one in self.seats.get(person, ()):
            if one.role == role and body in (None, one.body):
                return one.post, one.body
        if body is not None:
            return self.posts.get((body, role)), body
        if login:
            raise wrong("unit", "no_post", person=login, role=role)
        held = [(post, at) for (at, of), post in self.posts.items() if of == role]
        if len({at for _, at in held}) != 1:
            raise wrong("unit", "unit_missing", value=role)
        return held[0]

    def class_id(self, rules: Rules, edition: str, kind: str, code: str) -> str:
        """`<edition>:<kind>:<code>` of a class in force: the whole id, or a code that is clear with what is given
        beside it. What is not known passes: `decide` refuses it. Wrong `class_unclear`."""
        if ":" in code:
            return code
        key = (rules.version, edition, kind, code)
        found = self._classes.get(key)
        if found is None:
            found = self._classes[key] = _class_id(rules.classes, edition, kind, code)
        return found


def _class_id(classes: Mapping[str, object], edition: str, kind: str, code: str) -> str:
    fitting = []
    for one in classes:
        its_edition, its_kind, its_code = one.rsplit(":", 2)
        if its_code == code and edition in ("", its_edition) and kind in ("", its_kind):
            fitting.append(one)
    if len(fitting) > 1:
        raise wrong("class", "class_unclear", value=code[:40])
    return fitting[0] if fitting else ":".join(part for part in (edition, kind, code) if part)


def read() -> Lookups:
    """All names of the city as it is; bodies, posts and people that ended too, for an old history."""
    found = Lookups()
    for pk, code, side in Body.objects.values_list("id", "code", "side"):
        found.bodies[code], found.body_sides[pk] = pk, side
    found.roles = dict(Role.objects.values_list("code", "side"))
    found.logins = dict(Person.objects.values_list("login", "id"))
    for pk, body, role in Post.objects.order_by("-active", "id").values_list("id", "body_id", "role__code"):
        found.posts.setdefault((body, role), pk)
    seats: dict[int, list[Held]] = defaultdict(list)
    held = Seat.objects.order_by("since", "id")
    for person, post, role, body in held.values_list("person_id", "post_id", "post__role__code", "post__body_id"):
        seats[person].append(Held(post, role, body))
    found.seats = dict(seats)
    grids = Area.objects.filter(kind="grid").order_by("valid_from")
    found.grids = {code: (lon, lat) for code, lon, lat in grids.values_list("code", "centre_lon", "centre_lat")}
    return found
