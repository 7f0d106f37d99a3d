"""A hundred seeded schedules of faults between phone and server: at the end exactly eight results, five reports and
three answers, with photos whole (issue 6). The first ten in every run, the others with the long ones."""

import hashlib
import random

import pytest
from django.db import transaction

from citygrid.cases.models import EntryRow, Head
from citygrid.collection.models import SentEntry
from citygrid.media.models import File
from tests.cases.conftest import forget
from tests.cases.world import GARBAGE, SAND, WEST, picture
from tests.collection.faulty import FAULTS, Disk, Line, Window, send
from tests.collection.phones import Phone, entry, new_id, report, signed_in

SEEDS, AT_ONCE = 100, 10
ONE_PHOTO = SAND
"""A class whose reports need one photo."""
ALWAYS = 1
"""So many groups are in every run."""


@pytest.fixture
def tasks(world):
    """Three cases for collector4 to check: id and number of the task."""
    found = []
    for n in range(3):
        case = world.handling()
        after = [world.photo(50 + n), world.photo(60 + n)]
        world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=after, culprit="unknown")
        done = world.do("calltaker1", case, "send_check", person=world.person("collector4"))
        found.append((str(case), next(item.no for item in done.work if item.kind == "check")))
    return found


def made_offline(tasks):
    """Five reports, the first with two photos, and three answers; each photo another."""
    contents, entries = {}, []
    for n in range(8):
        files = [new_id() for _ in range(2 if n == 0 else 1)]
        for file in files:
            contents[file] = picture(len(contents))
        if n < 5:
            entries.append(report(WEST, *files, class_id=GARBAGE if n == 0 else ONE_PHOTO))
        else:
            case, item = tasks[n - 5]
            data = {"result": "fixed", "media": files}
            entries.append(entry("answer", tuple(files), case=case, act="check", item=item, data=data))
    return Disk(entries, contents)


def hashes(case, act, field="media"):
    """SHA-256 of the photos that an act on the record names."""
    (row,) = EntryRow.objects.filter(case_id=case, type=act)
    known = {str(file.pk): file.sha256 for file in File.objects.filter(pk__in=row.data["said"][field])}
    return [known[one] for one in row.data["said"][field]]


def schedule(seed, tasks, client):
    chance = random.Random(seed)
    disk = made_offline(tasks)
    line = Line(chance, often=chance.choice((0.1, 0.25, 0.45)))
    device, piece = new_id(), chance.choice((400, 5000))
    windows = [Window(Phone(client, device, piece), disk, chance) for _ in range(chance.randint(1, 2))]
    send(windows, line, chance)
    assert {one["id"] for one in disk.entries} == set(disk.answers)
    assert {one["state"] for one in disk.answers.values()} == {"done"}, disk.answers
    whole = {file: hashlib.sha256(content).hexdigest() for file, content in disk.contents.items()}
    for one in disk.entries:
        wanted = [whole[file] for file in one["files"]]
        assert hashes(one["data"]["case"], "report" if one["kind"] == "report" else "check") == wanted
    return line.seen


@pytest.mark.parametrize(
    "group", [pytest.param(n, marks=() if n < ALWAYS else pytest.mark.long) for n in range(SEEDS // AT_ONCE)]
)
def test_exactly_eight_results_whatever_the_line_does(group, world, tasks):
    client = signed_in(world, "collector4")
    before, seen = Head.objects.count(), set()
    for seed in range(group * AT_ONCE, (group + 1) * AT_ONCE):
        with transaction.atomic():
            seen |= set(schedule(seed, tasks, client))
            assert Head.objects.count() - before == 5
            assert EntryRow.objects.filter(type="check").count() == 3
            assert SentEntry.objects.count() == 8
            transaction.set_rollback(True)
        forget()  # numbers taken and tables made in it are gone
    assert seen >= set(FAULTS), "every fault came in these schedules"
