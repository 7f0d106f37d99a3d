"""Sets the stage for the walk: run inside a served house, it carries out acts through the real acting layer, as the
same people, at moments of its choosing (so that limits can be over). One JSON line in, one out.

    {"acts": [["collector1", "report", {"lon": "...", "media": "photos:2"}, 0], ...], "over": 900}

Each act comes one minute after the one before, or after as many as its last number says; the last one lies `over`
minutes back. `"@"` opens another case or names one: `["calltaker1", "merge", {"into": "@1"}, 1, 2]` acts on case 2.
Answer: {"cases": {"1": id, ...}, "states": {"1": state, ...}, "numbers": report numbers} or {"refused": code, ...}.
"""

import io
import json
import random
import sys
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import django


def main() -> None:
    """Answers until its input ends."""
    django.setup()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(play(**json.loads(line))), flush=True)


def play(acts: list[list[object]], over: int = 0) -> dict[str, object]:
    """One scene: the acts in their order, each on its case, at its time."""
    from django.utils import timezone

    from citygrid.cases import acting
    from citygrid.cases.submission import Submission
    from citygrid.process import SYSTEM, Refusal

    cases: dict[str, UUID] = {}
    states: dict[str, str] = {}
    numbers: dict[str, str] = {}
    at = timezone.now() - timedelta(minutes=over + sum(_minutes(act) for act in acts))
    for act in acts:
        login, name, data = str(act[0]), str(act[1]), dict(act[2])
        number = str(act[4]) if len(act) > 4 else "1"
        case = cases.setdefault(number, uuid4())
        at += timedelta(minutes=_minutes(act))
        said = {key: _value(value, cases, at) for key, value in data.items()}
        actor, scope = (SYSTEM, None) if login == "system" else _who(login, at)
        answer = acting.submit(Submission(case, uuid4(), name, said), actor, scope, at)
        if isinstance(answer, Refusal):
            return {"refused": answer.code, "act": name, "params": {k: str(v) for k, v in answer.params.items()}}
        states[number], numbers[number] = answer.case.state.value, answer.case.report_no
    return {"cases": {number: str(case) for number, case in cases.items()}, "states": states, "numbers": numbers}


def _minutes(act: list[object]) -> int:
    return int(str(act[3])) if len(act) > 3 else 1


def _who(login: str, at: datetime) -> tuple[object, object]:
    """`login` or `login/post`: who acts, and how far that post sees."""
    from citygrid.cases.asking import actor_of
    from citygrid.organization.models import Seat
    from citygrid.organization.seats import signed

    login, _, post = login.partition("/")
    seats = Seat.objects.filter(person__login=login).select_related("person", "post__body", "post__role")
    seat = seats.get(post__code=post) if post else seats.order_by("id")[0]
    one = signed(seat.person, seat, at)
    return actor_of(one), one.scope


def _value(value: object, cases: dict[str, UUID], at: datetime) -> object:
    """What stands for something of this house: body:code, person:login, photos:number, @case, in:minutes."""
    from citygrid.cases import directory
    from citygrid.organization.models import Person
    from citygrid.process.moments import stamp

    if isinstance(value, list):
        return [_value(one, cases, at) for one in value]
    if not isinstance(value, str):
        return value
    kind, _, what = value.partition(":")
    if value.startswith("@"):
        return str(cases.setdefault(value[1:], uuid4()))
    if kind == "body":
        return directory.current().codes[what]
    if kind == "person":
        return Person.objects.get(login=what).pk
    if kind == "photos":
        return [_photo(at) for _ in range(int(what))]
    if kind == "in":
        return stamp(at + timedelta(minutes=int(what)))
    return value


def _photo(at: datetime) -> str:
    """A picture that was never there before."""
    from PIL import Image

    from citygrid.media.storing import store

    out = io.BytesIO()
    Image.effect_noise((160, 120), random.randint(20, 90)).convert("RGB").save(out, "JPEG")
    return str(store(out.getvalue(), "photo.jpg", None, at).id)


if __name__ == "__main__":
    main()
