"""A phone on a line that breaks in every way: requests lost, answers lost, repeated, cut off, the server killed before
and after it commits, the app killed, two windows sending at once. On its disk it keeps the queue and the answers."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from citygrid.cases import partitions
from citygrid.cases.numbers import numbers
from citygrid.collection.syncing import batches, kinds
from tests.collection.phones import Phone

FAULTS = (
    "lost_request", "lost_answer", "repeated", "cut_off", "garbled", "killed_before", "killed_after", "app_killed",
)  # fmt: skip
PATIENCE = 70
"""Requests after which the line is good again: the schedule must come to an end."""


class Killed(BaseException):
    """The server's process ended here."""


class LostError(Exception):
    """No answer came."""


@contextmanager
def dying(where: str, after: int) -> Iterator[None]:
    """The server dies at entry number `after` of a batch: inside its transaction, or right after its commit."""
    one, follow, done = batches._one, kinds.follow, [0]

    def counted(*args: Any) -> Any:
        told = one(*args)
        done[0] += 1
        if where == "killed_after" and done[0] > after:
            raise Killed
        return told

    def followed(*args: Any) -> None:
        follow(*args)
        if where == "killed_before" and done[0] >= after:
            raise Killed

    batches._one, kinds.follow = counted, followed
    try:
        yield
    finally:
        batches._one, kinds.follow = one, follow


@dataclass
class Disk:
    """What the phone keeps whatever happens. `contents`: bytes by file id."""

    entries: list[dict[str, Any]]
    contents: dict[str, bytes]
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def open(self) -> list[dict[str, Any]]:
        return [one for one in self.entries if one["id"] not in self.answers]


@dataclass
class Window:
    """One of the windows that send at once; `whole`: files that it knows to be whole, forgotten when it is killed."""

    phone: Phone
    disk: Disk
    chance: random.Random
    whole: set[str] = field(default_factory=set)
    steps: Iterator[None] | None = None


@dataclass
class Line:
    """Carries requests, or does not. `seen`: how often each fault came."""

    chance: random.Random
    often: float
    requests: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def carry(self, ask: Callable[[], Any], *, cut: Callable[[], Any] | None = None,
              garble: Callable[[], Any] | None = None, batch: int = 0) -> Any:  # fmt: skip
        self.requests += 1
        fault = self.chance.choice(FAULTS) if self.requests < PATIENCE and self.chance.random() < self.often else ""
        self.seen[fault] = self.seen.get(fault, 0) + 1
        if fault == "lost_request":
            raise LostError
        if fault in ("killed_before", "killed_after") and batch:
            try:
                with dying(fault, self.chance.randrange(batch)):
                    ask()
            except Killed:
                numbers.forget()  # what a process held in memory is gone with it
                partitions.forget()
            raise LostError
        if fault == "cut_off" and cut is not None:
            cut()
            raise LostError
        if fault == "garbled" and garble is not None:
            garble()
            raise LostError
        if fault == "app_killed":
            ask()
            raise Killed
        answer = ask()
        if fault == "repeated":
            answer = ask()
        if fault == "lost_answer":
            raise LostError
        return answer


def send(windows: list[Window], line: Line, chance: random.Random) -> None:
    """The windows take turns, request by request, until every entry is answered."""
    while windows[0].disk.open:
        window = chance.choice(windows)
        if window.steps is None:
            window.steps = _round(window, line)
        try:
            next(window.steps)
        except StopIteration:
            window.steps = None
        except LostError:
            window.steps = None
        except Killed:
            window.steps, window.whole = None, set()


def _round(window: Window, line: Line) -> Iterator[None]:
    """Some of what is open: the files first, then the batch, now and then out of order or twice in it."""
    some = window.disk.open[: window.chance.randint(1, 8)]
    if window.chance.random() < 0.2:
        window.chance.shuffle(some)
    for one in some:
        if window.chance.random() < 0.1:
            continue  # the batch goes before its files: it is told to wait
        for file in one["files"]:
            yield from _upload(window, line, file)
    if window.chance.random() < 0.15:
        some = [*some, window.chance.choice(some)]
    told = line.carry(lambda: window.phone.sync(*some), batch=len(some))
    yield
    for answer in told:
        if answer["state"] != "waiting":
            window.disk.answers.setdefault(answer["id"], answer)


def _upload(window: Window, line: Line, file: str) -> Iterator[None]:
    phone, content = window.phone, window.disk.contents[file]
    if file in window.whole:
        return
    _status, told = line.carry(lambda: phone.begin(file, content))
    yield
    while told.get("media") is None:
        at = told.get("received", 0)
        piece = content[at : at + phone.piece]
        _status, told = line.carry(
            lambda at=at, piece=piece: phone.put(file, at, piece),
            cut=lambda at=at, piece=piece: phone.put(file, at, piece[: len(piece) // 2]),
            garble=lambda at=at, piece=piece: phone.put(file, at, piece[::-1]),
        )
        yield
        if "code" in told:
            return  # other bytes than were said: it is asked about again in the next round
    window.whole.add(file)
