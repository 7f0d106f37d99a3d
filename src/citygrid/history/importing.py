"""Import of other systems' histories: rows to acts to timelines, written in whole batches (issue: history import)."""

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from time import monotonic
from uuid import UUID

from django.db import connection as django_connection

from citygrid.areas import locating
from citygrid.cases import copying, partitions
from citygrid.cases.copying import Timeline
from citygrid.cases.database import Connection, cursor, plain
from citygrid.history import idents, lookups, moments, numbering, sharing
from citygrid.history.columns import Row
from citygrid.history.content import Reader
from citygrid.history.deciding import CREATING, Decided, Deciding, Known, moments_of
from citygrid.history.deriving import Skipped
from citygrid.history.grouping import Plan, groups, plan
from citygrid.history.numbering import KINDS, Pool
from citygrid.history.preparing import Prepared, Preparing, Source, digest_of, digests_of, fault
from citygrid.history.problems import SENTENCES, Fault, Wrong
from citygrid.organization.models import Person
from citygrid.process.refusal import Refusal
from citygrid.process.rules import Rules
from citygrid.rulebook.slices import localday, rules_at
from citygrid.trust import redactable
from citygrid.trust.algorithms import algorithm_at

BATCH_ACTS = 2500
SMALL, MOST_WORKERS = 12_000, 4
LONGEST_NUMBER = 100
DRY_PERSON = 2**40
"""Stands for a technical person whom a dry run does not make."""
Rereadable = Callable[[], Iterable[Row]]


@dataclass(slots=True)
class Outcome:
    """What an import did. Cases: read = imported + there + changed + refused; `opened`: cases that others opened
    (parts, reopenings) and that have no rows of their own."""

    rows: int = 0
    acts: int = 0
    entries: int = 0
    read: int = 0
    imported: int = 0
    there: int = 0
    changed: int = 0
    refused: int = 0
    opened: int = 0
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "Outcome") -> None:
        """Take in what another process did."""
        for name in ("rows", "acts", "entries", "imported", "there", "changed", "refused", "opened"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults.extend(other.faults)


@dataclass(slots=True)
class Import:
    """One run. `rows` gives the file's rows each time it is called. `now`: the server's moment, aware; `progress`
    is told after each batch."""

    system: str
    rows: Rereadable
    zone: tzinfo
    crs: str
    now: datetime
    dry_run: bool = False
    progress: Callable[[Outcome, int], None] | None = None
    workers: int = 1
    """Processes; 0: as many as suit the file and the machine."""
    person: tuple[str, str] | None = None
    """A technical person (login, name) who is made when there is none, and cannot sign in."""
    outcome: Outcome = field(default_factory=Outcome)
    _aliases: dict[str, UUID] = field(default_factory=dict)
    _plan: Plan = field(default_factory=Plan)
    _preparing: Preparing | None = None

    def run(self) -> Outcome:
        """Read the file twice, write whole batches. Raises FileFault; what earlier batches wrote stays."""
        begun = monotonic()
        self._plan = plan(self.rows())
        self._preparing = Preparing(Reader(self._names(), self.zone, self.crs, self._id), _Rulebook().at, self.now)
        if self._plan.given and not self.dry_run:
            with plain() as connection:
                numbering.passed(connection, self._given())
        workers = self.workers or suited(self._plan.total)
        if workers == 1:
            self.work()
        else:
            locating.locate(0.0, 0.0, self.now)  # read the areas once, not in each process
            sharing.run(workers, self)
        self.outcome.read = len(self._plan.rows) + self._plan.without_case
        self.outcome.faults.sort(key=lambda one: one.line)
        self.outcome.seconds = monotonic() - begun
        return self.outcome

    def work(self, mine: int = 0, workers: int = 1, alive: Callable[[], bool] = lambda: True) -> None:
        """Every batch, or every so many-th of them; `alive` is asked before each."""
        batch: list[list[tuple[str, list[Row]]]] = []
        acts = number = 0
        for group in groups(self.rows(), self._plan):
            batch.append(group)
            acts += sum(len(rows) for _, rows in group)
            if acts >= BATCH_ACTS:
                if number % workers == mine and alive():
                    self._flush(batch)
                batch, acts, number = [], 0, number + 1
        if number % workers == mine and alive():
            self._flush(batch)

    @property
    def plan_total(self) -> int:
        """How many rows the file has."""
        return self._plan.total

    def _given(self) -> Iterable[tuple[str, str, datetime]]:
        """Numbers that the source gives, with their moments; of rows without a moment none will be taken."""
        for name, number, at in self._plan.given:
            with suppress(Wrong):
                yield KINDS[name], number, moments.read(at, "at", self.zone)

    def _names(self) -> lookups.Lookups:
        if self.person is not None and not self.dry_run:
            Person.objects.get_or_create(login=self.person[0], defaults={"name": self.person[1], "is_active": False})
        names = lookups.read()
        if self.person is not None:
            names.logins.setdefault(self.person[0], DRY_PERSON)
        return names

    def _id(self, number: str) -> UUID:
        return self._aliases.get(number) or idents.case_id(self.system, number)

    def _sources(self, group: Sequence[tuple[str, list[Row]]]) -> list[Source]:
        found = []
        for number, rows in group:
            self.outcome.rows += len(rows)
            if number and len(number) <= LONGEST_NUMBER:
                found.append(Source(number, self._id(number), rows))
                continue
            code = "case_long" if number else "case_missing"
            refusal = Refusal(code, SENTENCES[code], {"most": LONGEST_NUMBER})
            self.outcome.faults.append(fault(Source(number[:40], UUID(int=0), []), rows[0], "case", refusal))
            self.outcome.refused += 1
        return found

    def _flush(self, batch: Sequence[list[tuple[str, list[Row]]]]) -> None:
        collecting = gc.isenabled()
        gc.disable()  # a batch makes a million small things that all live until it is written
        try:
            if batch:
                sources = [self._sources(group) for group in batch]
                with plain() as connection:
                    self._batch(connection, [group for group in sources if group])
        finally:
            if collecting:
                gc.enable()
        if self.progress is not None:
            self.progress(self.outcome, self._plan.total)

    def _batch(self, connection: Connection, batch: Sequence[list[Source]]) -> None:
        """One transaction: all cases of the batch that can be imported, or none when the server dies."""
        assert self._preparing is not None
        self._alias(batch)
        there = self._there(connection, batch)
        prepared: list[list[list[Prepared]]] = []
        refused: list[set[UUID]] = []
        for sources in batch:
            acts = {source.id: self._prepare(source) for source in sources if source.id not in there}
            prepared.append([one for one in acts.values() if one])
            refused.append({case for case, one in acts.items() if not one})
        if not self.dry_run:
            # Before the transaction: making a partition locks the parent.
            whens = {at for group in prepared for at in moments_of(group)}
            partitions.ensure(connection, {partitions.month_of(at) for at in whens})
        pool, algorithm = self._reserved(connection, prepared), algorithm_at(self.now)
        with connection.transaction():
            known = self._known(connection, prepared, there)
            deciding = Deciding(self._preparing.reader.lookups, pool, known, algorithm)
            decided = [(group, deciding.decide(group, gone)) for group, gone in zip(prepared, refused, strict=True)]
            if not self.dry_run:
                self._write(connection, decided)
        for group, found in decided:
            self._count(group, found)

    def _alias(self, batch: Sequence[list[Source]]) -> None:
        """Cases that a reopening opens have the id that the process gives them, not one of their own."""
        assert self._preparing is not None
        for group in batch:
            if len(group) < 2:
                continue
            for _ in group:  # what was opened may be closed and opened again
                for source in group:
                    self._aliases.update(self._preparing.opened(source))
                for source in group:
                    source.id = self._id(source.number)

    def _there(self, connection: Connection, batch: Sequence[list[Source]]) -> frozenset[UUID]:
        """Cases that are in the database; counted as there, or as changed when the source says something else now."""
        sources = {source.id: source for group in batch for source in group}
        there = copying.existing(connection, sources)
        if not there:
            return frozenset()
        rows = cursor(connection).execute(
            "select case_id, digest from cases_origin where case_id = any(%s)", [list(there)]
        )
        digests = {case: bytes(digest) for case, digest in rows.fetchall()}
        for case in there:
            source = sources[case]
            if digests.get(case) in digests_of(source):
                self.outcome.there += 1
                continue
            self.outcome.changed += 1
            refusal = Refusal("changed", SENTENCES["changed"])
            self.outcome.faults.append(fault(source, source.rows[0], "case", refusal))
        return frozenset(there)

    def _prepare(self, source: Source) -> list[Prepared]:
        assert self._preparing is not None
        acts, faults = self._preparing.prepare(source)
        faults = faults or list(self._numbered(source, acts))
        if not faults:
            return acts
        self.outcome.refused += 1
        self.outcome.faults.extend(faults)
        return []

    def _numbered(self, source: Source, acts: Sequence[Prepared]) -> Iterable[Fault]:
        """A number that another case of the file has."""
        for one in acts:
            for name, number in one.content.numbers.items():
                if self._plan.numbers.get(number) != (source.number, name):
                    refusal = Refusal("number_taken", SENTENCES["number_taken"], {"value": number})
                    yield fault(source, one.row, "data", refusal)

    def _known(
        self, connection: Connection, prepared: Sequence[list[list[Prepared]]], there: frozenset[UUID]
    ) -> Known:
        files: set[UUID] = set()
        given: list[str] = []
        for one in (one for group in prepared for acts in group for one in acts):
            given.extend(one.content.numbers.values())
            for name in ("media", "after_media"):
                files.update(_uuids(one.act.data.get(name, ())))
        media: dict[str, str] = {}
        if files:
            rows = cursor(connection).execute("select id, kind from media_file where id = any(%s)", [list(files)])
            media = {str(file): kind for file, kind in rows.fetchall()}
        return Known(media, there, frozenset(numbering.taken(connection, given)))

    def _reserved(self, connection: Connection, prepared: Sequence[list[list[Prepared]]]) -> Pool:
        """The numbers that the batch will want, so that each series is asked once."""
        pool = Pool(None if self.dry_run else connection)
        for one in (one for group in prepared for acts in group for one in acts):
            name, parts = one.act.name, one.act.data.get("parts")
            if name in CREATING and "report_no" not in one.content.numbers:
                pool.expect("report", one.act.at)
            elif name == "file_case" and "case_no" not in one.content.numbers:
                pool.expect("case", one.act.at)
            for _ in range(len(parts) if isinstance(parts, list) else name == "reopen"):
                pool.expect("report", one.act.at)
        pool.reserve()
        return pool

    def _write(self, connection: Connection, decided: Sequence[tuple[list[list[Prepared]], Decided]]) -> None:
        timelines: list[Timeline] = []
        for _, found in decided:
            timelines.extend(found.timelines.values())
        texts = (draft for _, found in decided for drafts in found.drafts.values() for draft in drafts)
        redactable.put_many(texts, self.now)
        self.outcome.entries += copying.copy(connection, timelines)
        sources = {acts[0].source.id: acts[0].source for group, _ in decided for acts in group}
        with cursor(connection) as run, run.copy(_ORIGIN) as target:
            for line in timelines:
                source = sources.get(line.id)
                derived = source.derived if source is not None else []
                digest = digest_of(source) if source is not None else b""
                target.write_row((line.id, self.system, source.number if source else None, derived, digest))

    def _count(self, group: Sequence[list[Prepared]], found: Decided) -> None:
        own = {acts[0].source.id for acts in group}
        imported = own & found.timelines.keys()
        self.outcome.imported += len(imported)
        self.outcome.refused += len(own) - len(imported)
        self.outcome.opened += len(found.timelines.keys() - own)
        self.outcome.acts += sum(len(acts) for acts in group if acts[0].source.id in imported)
        self.outcome.faults.extend(found.faults)


_ORIGIN = b"copy cases_origin (case_id, system, source_case, derived, digest) from stdin"


class _Rulebook:
    """The rules in force, asked once for each of the city's days on which something happens."""

    def __init__(self) -> None:
        self._held: dict[date, Rules] = {}

    def at(self, moment: datetime) -> Rules:
        """Raises NoRules before the first rules."""
        day = localday(moment)
        found = self._held.get(day)
        if found is None:
            found = self._held[day] = rules_at(moment)
        return found


def suited(rows: int) -> int:
    """How many processes are worth their start: one for a small file, or inside somebody's transaction."""
    if rows < SMALL or django_connection.in_atomic_block:
        return 1
    return min(MOST_WORKERS, os.cpu_count() or 1)


def _uuids(values: object) -> Iterable[UUID]:
    for value in values if isinstance(values, list) else ():
        try:
            yield UUID(str(value))
        except ValueError:
            continue
