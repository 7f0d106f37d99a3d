"""An import shared among processes: each reads the file and takes every so many-th batch, on its own connection."""

import multiprocessing
import os
from dataclasses import replace
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from django.db import connections

from citygrid.history.problems import FileFault

if TYPE_CHECKING:
    from citygrid.history.importing import Import


def run(workers: int, whole: "Import") -> None:
    """Carry out `whole` in so many processes; its outcome is theirs together. What one of them raises is raised
    here when all have ended; batches that were written stay."""
    _leave()
    context = multiprocessing.get_context("fork")
    ends: list[Pipe] = []
    children = []
    for number in range(workers):
        here, there = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(there, whole, number, workers, os.getpid()), daemon=True)
        child.start()
        there.close()
        ends.append(here)
        children.append(child)
    errors = _listen(ends, whole)
    for child in children:
        child.join()
    if errors:
        raise errors[0]


def _listen(ends: list[Pipe], whole: "Import") -> list[Exception]:
    errors: list[Exception] = []
    total = whole.outcome
    while ends:
        for end in wait(ends):
            assert isinstance(end, Pipe)
            try:
                said = end.recv()
            except EOFError:
                ends.remove(end)
                continue
            if isinstance(said, Exception):
                errors.append(said)
            elif said is None:
                ends.remove(end)
            else:
                total.add(said)
                if whole.progress is not None:
                    whole.progress(total, whole.plan_total)
    return errors


def _child(end: Pipe, whole: "Import", mine: int, workers: int, parent: int) -> None:
    """One process: tells after each batch what it did. It ends with the batch in hand when its parent is gone."""
    fresh = type(whole.outcome)

    def tell(outcome: object, _: int) -> None:
        end.send(outcome)
        one.outcome = fresh()

    one = replace(whole, progress=tell, outcome=fresh())
    try:
        one.work(mine, workers, lambda: os.getppid() == parent)
    except Exception as error:
        end.send(error if isinstance(error, FileFault) else RuntimeError(f"{type(error).__name__}: {error}"))
    finally:
        end.send(None)
        _leave()


def _leave() -> None:
    """Close connections and their pools: the pools' threads would not be in the children, their locks would."""
    connections.close_all()
    for one in connections.all(initialized_only=True):
        close_pool = getattr(one, "close_pool", None)
        if close_pool is not None:
            close_pool()
