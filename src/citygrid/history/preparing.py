"""Rows of one case as acts that can be decided: numbered in the order of their time, with ids, actor and content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases.submission import Submission, to_act
from citygrid.history import content, idents, moments
from citygrid.history.columns import COLUMNS, Row
from citygrid.history.content import Content, Reader
from citygrid.history.problems import SENTENCES, Fault, Wrong, wrong
from citygrid.process.acts import ACTS
from citygrid.process.model import Act, Actor
from citygrid.process.refusal import MESSAGES, Refusal
from citygrid.process.rules import Rules
from citygrid.rulebook.slices import NoRules
from citygrid.trust import keys
from citygrid.trust.redactable import Draft

FOLLOWING = frozenset({"adopt", "release", "follow_parent"})


@dataclass(slots=True)
class Source:
    """All rows of one case of the source. `rows` in the order of the file until `ordered`."""

    number: str
    id: UUID
    rows: list[Row]
    system: str = ""

    @property
    def derived(self) -> list[str]:
        """Acts that the source does not tell."""
        return sorted({row.cells.get("act", "") for row in self.rows if row.derived})


@dataclass(slots=True)
class Prepared:
    """One act, ready for `decide`."""

    row: Row
    source: Source
    act: Act
    digest: bytes
    drafts: list[Draft]
    rules: Rules
    content: Content


def digest_of(source: Source) -> bytes:
    """Keyed hash of everything that the source says about a case: another one means that it was changed since."""
    return digests_of(source)[0]


def digests_of(source: Source) -> list[bytes]:
    """The same by every key of this server, the current one first."""
    said = "\n".join(
        "\x1f".join(f"{name}={cell}" for name in COLUMNS if (cell := row.cells.get(name))) for row in source.rows
    )
    return keys.body_hashes(said.encode(errors="surrogatepass"))


@dataclass(slots=True)
class Preparing:
    """`rules`: what is in force at a moment. `now`: nothing may be later."""

    reader: Reader
    rules: Callable[[datetime], Rules]
    now: datetime

    def prepare(self, source: Source) -> tuple[list[Prepared], list[Fault]]:
        """The acts of a case by time, and every row that cannot be one."""
        faults: list[Fault] = []
        found: list[Prepared] = []
        for number, (at, row) in enumerate(self._timed(source, faults), start=1):
            try:
                found.append(self._prepared(source, row, at, idents.act_id(source.id, number)))
            except Wrong as error:
                faults.append(fault(source, row, error.column, error.refusal))
        return found, faults

    def opened(self, source: Source) -> dict[str, UUID]:
        """The source's number -> id of the cases that this one's reopenings open."""
        found: dict[str, UUID] = {}
        for number, (_, row) in enumerate(self._timed(source, []), start=1):
            if row.cells.get("act") == "reopen":
                new = content.opens(row.cells.get("data", ""))
                if new:
                    found[new] = idents.reopened_id(source.id, idents.act_id(source.id, number))
        return found

    def _timed(self, source: Source, faults: list[Fault]) -> list[tuple[datetime, Row]]:
        """Rows by time, with those of no time among the faults."""
        timed: list[tuple[datetime, Row]] = []
        for row in source.rows:
            try:
                timed.append((self._moment(row), row))
            except Wrong as error:
                faults.append(fault(source, row, error.column, error.refusal))
        timed.sort(key=lambda pair: pair[0])
        return timed

    def _moment(self, row: Row) -> datetime:
        if row.broken:
            raise wrong("", "cells", found=row.broken, wanted=row.wanted)
        text = row.cells.get("at", "")
        if not text:
            raise wrong("at", "at_missing")
        at = moments.read(text, "at", self.reader.zone)
        if at > self.now:
            raise wrong("at", "at_future", value=text[:40])
        return at

    def _prepared(self, source: Source, row: Row, at: datetime, act_id: UUID) -> Prepared:
        cells = row.cells
        name = cells.get("act", "")
        if not name:
            raise wrong("act", "act_missing")
        if name not in ACTS:
            raise Wrong("act", Refusal("unknown_act", MESSAGES["unknown_act"], {"act": name[:40]}))
        if name in FOLLOWING:
            raise wrong("act", "act_follows", act=name)
        try:
            rules = self.rules(at)
        except NoRules as error:
            raise Wrong("at", Refusal("no_rules_then", SENTENCES["no_rules_then"], error.params)) from None
        actor = self.reader.lookups.actor(cells.get("post", ""), cells.get("person", ""), cells.get("unit", ""))
        said = self.reader.read(name, cells, rules, act_id)
        return _made(source, row, Submission(source.id, act_id, name, said.data, at), actor, at, rules, said)


def _made(
    source: Source, row: Row, said: Submission, actor: Actor, at: datetime, rules: Rules, content: Content
) -> Prepared:
    try:
        digest = said.digest(actor)
    except (TypeError, ValueError) as error:
        raise wrong("text", "value_wrong", value=said.name, wanted=str(error)) from None
    act, drafts = to_act(said, actor, at)
    return Prepared(row, source, act, digest, drafts, rules, content)


def fault(source: Source, row: Row, column: str, refusal: Refusal) -> Fault:
    """A row's refusal with its place in the file."""
    return Fault(row.line, source.number, row.cells.get("act", ""), column, refusal)


def in_time(groups: Sequence[list[Prepared]]) -> list[Prepared]:
    """The acts of linked cases in the order of their time; at the same moment as the file has them."""
    return sorted((one for acts in groups for one in acts), key=lambda one: (one.act.at, one.row.line))
