"""What the HTTP API tells of a period, put as a report puts it: from its answers alone, reckoned anew (S2-39)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.test import Client

ROOT = "/api/v1/evaluation"
DASH = "–"
Days = tuple[str, str]


def got(client: Client, path: str, days: Days, **query: Any) -> Any:
    answer = client.get(f"{ROOT}/{path}", {"first": days[0], "last": days[1], **query})
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def share(part: int, whole: int) -> Decimal:
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


def signed(value: Decimal | int) -> str:
    return f"+{value}" if value > 0 else str(value)


@dataclass(frozen=True, slots=True)
class Moved:
    """A number of three periods as texts of a table, and the numbers that a sentence says of it, in its order."""

    row: tuple[str, str, str, str, str]
    said: tuple[str, ...]


def moved(values: Sequence[int | str | None], percent: bool) -> Moved:
    """`values`: now, before, a year before, as the API tells them."""
    read = [None if value is None or value == DASH else value if isinstance(value, int) else Decimal(value)
            for value in values]  # fmt: skip
    now = read[0]
    changes = [None if now is None or one is None else Decimal(now) - Decimal(one) for one in read[1:]]
    shown = [DASH if one is None else f"{one}%" if percent else str(one) for one in read]
    said = [] if now is None else [str(now)]
    for old, change in zip(read[1:], changes, strict=True):
        if change:
            said.append(str(abs(change)))
            if not percent and isinstance(old, int) and old > 0:
                said.append(str(share(int(abs(change)), old)))
    told = [DASH if one is None else signed(one) for one in changes]
    return Moved((shown[0], shown[1], told[0], shown[2], told[1]), tuple(said))


@dataclass(frozen=True, slots=True)
class Told:
    """All that a report may say. `spans`: the period, the one before, the year before."""

    client: Client
    spans: tuple[Days, Days, Days]
    lang: str

    def totals(self, keys: Sequence[str]) -> list[tuple[str, Moved]]:
        """Name and numbers of each; below the closing rate the true one, where there is one."""
        asked = ",".join(keys)
        answers = [got(self.client, "indicators", days, by="source", keys=asked) for days in self.spans]
        found = []
        for one in answers[0]["indicators"]:
            values = [answer["total"][one["key"]] for answer in answers]
            found.append((one[self.lang], moved(values, one["unit"] == "percent")))
            if one["key"] == "closing_rate":
                found.append(self._true())
        return found

    def _true(self) -> tuple[str, Moved]:
        """The true closing rate: of the band its ends, of the others the estimate."""
        trees = [got(self.client, "indicators", days, by="unit", keys="closing_rate")["true_closing_rate"]
                 for days in self.spans]  # fmt: skip
        told = moved([one["estimate"] for one in trees], True)
        band = [one for one in (trees[0]["low"], trees[0]["high"]) if one is not None]
        said = [*([told.said[0]] if told.said else []), *(["95", *band] if band else [])]
        return " ".join(["95", *band] if band else []), Moved(told.row, tuple(said))

    def scores(self, scheme: str) -> Any:
        return got(self.client, "scores", self.spans[0], scheme=scheme)

    def before(self, scheme: str) -> dict[str, Any]:
        """Object -> its row in the period before."""
        old = got(self.client, "scores", self.spans[1], scheme=scheme)
        return {row["subject"]["id"]: row for group in old["groups"] for row in group["rows"]}

    def shares(self, by: str) -> list[tuple[str, int, str, int]]:
        """Name, cases filed, share, period before; the most first."""
        now, old = (got(self.client, "indicators", days, by=by, keys="filed_cases")["rows"] for days in self.spans[:2])
        before = {row["subject"]["id"]: row["values"]["filed_cases"] for row in old}
        rows = [row for row in now if row["values"]["filed_cases"]]
        whole = sum(row["values"]["filed_cases"] for row in rows)
        rows.sort(key=lambda row: (-row["values"]["filed_cases"], row["subject"]["id"]))
        return [(row["subject"]["name"], row["values"]["filed_cases"], f"{share(row['values']['filed_cases'], whole)}%",
                 before.get(row["subject"]["id"], 0)) for row in rows]  # fmt: skip

    def long_open(self, most: int) -> Any:
        return got(self.client, "long-open", self.spans[0], most=most)

    def safety(self) -> Any:
        return got(self.client, "safety", self.spans[0])
