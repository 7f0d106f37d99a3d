"""The golden tracks of `patrol_cases.json`, made into fixes."""

import json
from dataclasses import dataclass
from pathlib import Path

from citygrid.collection.patrol.rules import Coverage, Track

FILE = Path(__file__).with_name("patrol_cases.json")
GOLDEN = json.loads(FILE.read_text(encoding="utf-8"))
TRACK = Track(**GOLDEN["rules"]["track"])
COVERAGE = Coverage(**GOLDEN["rules"]["coverage"])


@dataclass(frozen=True, slots=True)
class Fix:
    t: float
    x: float
    y: float
    accuracy: float | None = 5.0


def fixes_of(case):
    found = {}
    for run in case["fixes"]:
        for n, t in enumerate(range(run["from"], run["to"] + 1, run["every"])):
            x, y = run["places"][n % len(run["places"])]
            found[t] = Fix(t, x, y)
    for one in case["replace"]:
        found[one["t"]] = Fix(**one)
    return [found[t] for t in sorted(found)]
