"""The city in memory, so that no act of the simulation asks the database: people, shifts, duties, rules, classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from citygrid.areas import tree as area_tree
from citygrid.areas.models import Area
from citygrid.cases import delegations, directory
from citygrid.demo.addresses import Spot, Streets
from citygrid.demo.folder import FOLDER, settings
from citygrid.demo.planning import dice
from citygrid.organization.models import Duty, Seat
from citygrid.organization.roster import covers
from citygrid.organization.separation import side_of
from citygrid.process import Actor, Place
from citygrid.process.rules import Rules
from citygrid.process.states import Side
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import Condition, ManagedClass, Responsibility
from citygrid.rulebook.responsible import ranked
from citygrid.rulebook.slices import profile_at, rules_at
from citygrid.standards import CodeProfile

Weighted = tuple[list[Any], list[float]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A class with what a problem of it may look like: (condition number, text, safety) and their weights."""

    id: str
    name: str
    kind: str
    code: str
    conditions: tuple[tuple[str, str, bool], ...]
    weights: tuple[float, ...]
    self_handle: bool
    motif: str


@dataclass
class Scene:
    """One city as of the day that the simulation ends. `pictures`: motif -> (ids before, ids after)."""

    until: datetime
    pictures: Mapping[str, tuple[list[str], list[str]]]
    folder: Path = FOLDER
    staff: dict[tuple[int, str], list[Actor]] = field(default_factory=dict)
    by_person: dict[int, Actor] = field(default_factory=dict)
    units: list[int] = field(default_factory=list)
    stock: dict[int, Any] = field(default_factory=dict)
    """Components by seed, as `inventory.pick` keeps them."""

    def __post_init__(self) -> None:
        self.settings = settings(self.folder)
        self.profile = profile_at(self.until)
        self.zone: ZoneInfo = self.profile.timezone
        self.book = directory.current()
        self.delegations = delegations.everything(self.zone)
        self.code_of = {pk: code for code, pk in self.book.codes.items()}
        self.media = dict.fromkeys((i for pair in self.pictures.values() for part in pair for i in part), "image")
        self.codes = CodeProfile.from_mapping(self.profile.data["codes"])
        self._rules: dict[date, Rules] = {}
        self._suggested: dict[tuple[str, int | None], list[int]] = {}
        self._hot: dict[tuple[int, int], Spot] = {}
        self._people()
        self._shifts()
        self.classes = self._classes()
        self._sums: dict[str, Weighted] = {}

    @cached_property
    def streets(self) -> Streets:
        return Streets(self.folder, self.settings["places"])

    # people

    def _people(self) -> None:
        held = Seat.objects.filter(until=None, post__active=True, person__is_active=True)
        rows = held.order_by("person__login", "id")
        self.of_post: dict[int, list[Actor]] = {}
        for seat in rows.select_related("post__body", "post__role"):
            post, role = seat.post, seat.post.role
            side = Side(side_of(role.side, post.body.side))
            actor = Actor(seat.person_id, post.pk, post.body_id, role.code, side)
            self.staff.setdefault((post.body_id, role.code), []).append(actor)
            self.of_post.setdefault(post.pk, []).append(actor)
            self.by_person.setdefault(seat.person_id, actor)
        self.units = sorted(
            (body for body, role in self.staff if role == "unit_desk" and self.book.bodies[body].side is Side.HANDLING),
            key=self.code_of.__getitem__,
        )
        self.persons: dict[int, int | None] = {p: a.body for p, a in self.by_person.items()}
        self.below: dict[int, list[int]] = {}
        for body in self.units:
            parent = self.book.bodies[body].parent
            if parent in self.units:
                self.below.setdefault(parent, []).append(body)

    def _shifts(self) -> None:
        codes = dict(Area.objects.filter(kind="duty_grid").values_list("code", "id"))
        self.duties: dict[int, list[tuple[Duty, Actor]]] = {}
        rows = Duty.objects.filter(roster=None).exclude(post=None).order_by("id")
        for duty in rows:
            holders = self.of_post.get(duty.post_id or 0)
            if duty.duty_grid in codes and holders:
                self.duties.setdefault(codes[duty.duty_grid], []).append((duty, holders[0]))

    def collector(self, place: Place, at: datetime) -> Actor | None:
        """The collector on shift in the duty grid of the place."""
        for duty, actor in self.duties.get(place.duty_grid or 0, ()):
            if covers(duty, at, self.zone):
                return actor
        return None

    def on_duty(self, actor: Actor, at: datetime) -> bool:
        """Whether this collector is on shift anywhere."""
        if not self.duties:  # a city without a roster: whoever is a collector may be sent
            return actor.role == "collector"
        return any(covers(duty, at, self.zone) for duty in self._duties_of.get(actor.person, ()))

    def any_collector(self, at: datetime, but: frozenset[int], chance: Random) -> Actor | None:
        """Some collector on shift somewhere, none of those."""
        free = [a for p, a in sorted(self.by_person.items()) if p not in but and self.on_duty(a, at)]
        return chance.choice(free) if free else None

    @cached_property
    def _duties_of(self) -> dict[int, list[Duty]]:
        found: dict[int, list[Duty]] = {}
        for rows in self.duties.values():
            for duty, actor in rows:
                found.setdefault(actor.person, []).append(duty)
        return found

    def on_shift(self, body: int, role: str, at: datetime, chance: Random) -> Actor | None:
        """Somebody of the body with the role; posts that are manned round the clock go by shifts."""
        people = self.staff.get((body, role))
        if not people:
            return None
        shifts = self.settings["shifts"]
        if role in shifts["roles"] and len(people) >= 24 // shifts["hours"]:
            people = people[self.shift(at) :: 24 // shifts["hours"]]
        return chance.choice(people)

    def shift(self, at: datetime) -> int:
        """Which of the groups works at that moment: it changes every shift and every day."""
        local = at.astimezone(self.zone)
        hours: int = self.settings["shifts"]["hours"]
        return (local.hour // hours + local.toordinal()) % (24 // hours)

    # rules

    def rules(self, at: datetime) -> Rules:
        """The rules of the moment's own local day."""
        day = at.astimezone(self.zone).date()
        found = self._rules.get(day)
        if found is None:
            found = self._rules[day] = rules_at(at)
        return found

    def _classes(self) -> list[Choice]:
        day = self.until.astimezone(self.zone).date()
        motifs, wanted = self.settings["pictures"], self.settings["conditions"]
        rows: dict[str, list[tuple[str, str, bool]]] = {}
        for one in in_force(Condition, day).order_by("class_id", "no"):
            if one.limit:
                rows.setdefault(one.class_id, []).append((one.no, one.text, one.safety))
        found = []
        for row in in_force(ManagedClass, day).order_by("class_id"):
            conditions = rows.get(row.class_id)
            if conditions:
                steps = wanted["weights"]
                weights = tuple(
                    steps[min(n, len(steps) - 1)] * (wanted["safety"] if safe else 1)
                    for n, (_, _, safe) in enumerate(conditions)
                )
                motif = next(m for m, words in motifs.items() if any(w in row.name for w in words))
                found.append(Choice(row.class_id, row.name, row.kind, row.code, tuple(conditions), weights,
                                    row.self_handle, motif))  # fmt: skip
        return found

    @cached_property
    def by_class(self) -> dict[str, Choice]:
        return {one.id: one for one in self.classes}

    def choose(self, manner: str, chance: Random, *, self_handle: bool = False, safety: bool = False) -> Choice:
        """A class by the weights of a manner (collector, public, sensor); warnings come from sensors alone."""
        key = f"{manner}:{self_handle}:{safety}"
        if key not in self._sums:
            weights, other = self.settings["classes"], self.settings["classes"]["other"]
            factors = self.settings["public"] if manner == "public" else {}
            fit = [
                one for one in self.classes
                if (one.kind == "warning") == (manner == "sensor") and (one.self_handle or not self_handle)
                and (not safety or any(safe for _, _, safe in one.conditions))
            ]  # fmt: skip
            shares = [weights.get(one.name, other) * factors.get(one.name, 1.0) for one in fit]
            self._sums[key] = (fit, list(accumulate(shares)))
        fit, sums = self._sums[key]
        found: Choice = chance.choices(fit, cum_weights=sums)[0]
        return found

    # places and units

    def hot_spot(self, seed: int, number: int) -> Spot:
        """A place where things happen again and again; the same for a seed."""
        if (seed, number) not in self._hot:
            self._hot[seed, number] = self.streets.spot(dice(seed, "hot", number))
        return self._hot[seed, number]

    def suggested(self, class_id: str, place: Place) -> list[int]:
        """Bodies to try, in order, that have a desk; asked once for a class and a street."""
        key = (class_id, place.street)
        if key not in self._suggested:
            codes = (self._area_codes.get(area or 0, "") for area in (place.street, place.district, place.city))
            rows = ranked(self._responsible, class_id, {code: rank for rank, code in enumerate(codes)})
            bodies = dict.fromkeys(row.body_id for row in rows)
            self._suggested[key] = [body for body in bodies if body in self.units]
        return self._suggested[key]

    def keeper(self, class_id: str, district: str) -> str:
        """The code of the unit that would be tried first for the class in a district; empty when there is none."""
        rows = ranked(self._responsible, class_id, {district: 0, self.profile.code: 1})
        return next((self.code_of[row.body_id] for row in rows if row.body_id in self.units), "")

    def code(self, area: int | None) -> str | None:
        """The code of an area."""
        return self._area_codes.get(area or 0)

    @cached_property
    def _responsible(self) -> list[Responsibility]:
        return list(in_force(Responsibility, self.profile.localday(self.until)))

    def habits(self, body: int) -> dict[str, float]:
        """How a unit works: `[units]` of the settings."""
        wanted = self.settings["units"]
        return {**wanted["default"], **wanted.get(self.code_of[body], {})}

    @cached_property
    def _area_codes(self) -> dict[int, str]:
        return area_tree.codes_by_id(Area.objects.exclude(kind="duty_grid").values_list("id", flat=True))
