"""Every row of the transition table, walked in a browser by the right person, after the wrong one was refused.

The stage is set by acts of the same people through the acting layer (`walk/stagehand.py`); the row itself is a form
that is opened, filled in and sent. Rows of the system (a limit is over, a merged case follows) are seen on the page.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from citygrid.process.acts import ACTS
from citygrid.process.states import STATE_NAMES, State
from citygrid.process.transitions import TRANSITIONS, Transition
from tests.journeys.desk import Desk, fill
from tests.journeys.walk.scenes import CLEANING, ELSEWHERE, GREENERY, UNIT, UNREACHED, Scene, report, rows, scene, until
from tests.journeys.walk.stage import Stage

POST_NAMES = {UNIT: "环卫所受理岗", GREENERY: "园林所受理岗", CLEANING: "保洁受理岗"}
ROWS = [one for one in rows() if one.act != "follow_parent"]
FOLLOWING = [one for one in rows() if one.act == "follow_parent"]
walked: set[Transition] = set()


@pytest.fixture(scope="module")
def desk_of(browser: Browser, site: str) -> Callable[[str], Desk]:
    """Everybody signs in once."""
    known: dict[str, Desk] = {}

    def found(login: str) -> Desk:
        if login not in known:
            known[login] = Desk(browser, site, login, POST_NAMES.get(login, ""), stays=True)
        return known[login]

    return found


def test_each_row_has_its_scene_or_a_reason_why_not() -> None:
    told = {one for number, one in enumerate(ROWS) if scene(one, number) is not None} | set(FOLLOWING)
    left = {(one.act, one.source) for one in TRANSITIONS if one not in told}
    unreached = {(act, state) for act, states in UNREACHED.items() for state in states}
    assert left == unreached | {(one.act, one.source) for one in TRANSITIONS if one.act in ELSEWHERE}


def _name(one: object) -> str:
    if isinstance(one, Transition):
        return f"{one.act}-{one.source.value if one.source else 'new'}"
    return str(one)


@pytest.mark.long
@pytest.mark.parametrize(("number", "row"), list(enumerate(ROWS)), ids=_name)
def test_row(number: int, row: Transition, stage: Stage, desk_of: Callable[[str], Desk]) -> None:
    found = scene(row, number)
    assert found is not None
    if row.source is None:
        _create(desk_of(found.login), row, number)
    else:
        told = stage.play(found.acts)
        assert found.system or told["states"][found.watch] == row.source.value
        if not found.system:
            _is_refused(desk_of(found.wrong), found.act or row.act, told["cases"][found.on])
            _does(desk_of(found.login), found, found.act or row.act, told)
        _stands(desk_of("inspector1"), told["cases"][found.watch], row)
    walked.add(row)


def _create(desk: Desk, row: Transition, number: int) -> None:
    """The form by which a case begins."""
    said = report(number)[2]
    desk.page.goto(f"{desk.site}/cases/new/{row.act}/")
    form = desk.page.locator("form#new")
    desk.pick(form, "暴露生活垃圾")
    for name in ("lon", "lat", "text"):
        fill(form, name, said[name])
    if row.act in ("report", "self_report"):
        desk.photos(form)
    if row.act == "self_report":
        desk.photos(form, "after_media")
    desk.send(form)
    desk.done()
    assert desk.state in _words(row.to)


def _words(states: tuple[State, ...]) -> list[str]:
    return [STATE_NAMES[state][0] for state in states]


def _is_refused(desk: Desk, act: str, case: str) -> None:
    """The wrong person is offered no such act, and is refused when sending it all the same; nothing has changed."""
    answer = desk.page.goto(f"{desk.site}/cases/{case}/")
    assert answer is not None
    if answer.status == 404:
        return
    before = desk.page.locator(".cg-line > li").count()
    expect(desk.page.locator(f'[hx-get$="/acts/{act}/"]')).to_have_count(0)
    form = {"csrfmiddlewaretoken": _token(desk), "act_id": "0195d1c6-0000-7000-8000-000000000001", "reason": "x"}
    way = "dossier/archive" if act == "archive" else f"acts/{act}"
    refused = desk.page.request.post(
        f"{desk.site}/cases/{case}/{way}/", form=form, headers={"Referer": desk.site + "/"}, max_redirects=0
    )
    assert refused.status in ((302, 404) if act == "archive" else (422,)), refused.status
    desk.page.reload()
    assert desk.page.locator(".cg-line > li").count() == before


def _token(desk: Desk) -> str:
    cookies = {one["name"]: one["value"] for one in desk.page.context.cookies()}
    return next(value for name, value in cookies.items() if "csrf" in name.lower())


def _does(desk: Desk, found: Scene, act: str, told: dict[str, Any]) -> None:
    """The right person does it by its form."""
    desk.open(told["cases"][found.on])
    if act == "archive":  # on a page of its own, which makes the paper
        desk.page.goto(f"{desk.page.url}dossier/")
        desk.page.keyboard.press("a")
        expect(desk.page.locator(".cg-note.success")).to_be_visible()
        return
    offered = desk.page.locator(f'[hx-get$="/acts/{act}/"]')
    if offered.count():
        form = desk.form(act)
    else:  # a reply that nobody owes yet
        desk.page.goto(f"{desk.site}/cases/{told['cases'][found.on]}/acts/{act}/")
        form = desk.page.locator(f'form[data-act="{act}"]')
    for name, value in found.values.items():
        _fill(desk, form, name, value, told)
    desk.send(form)
    desk.done()


def _fill(desk: Desk, form: Locator, name: str, value: Any, told: dict[str, Any]) -> None:
    field = form.locator(f'[name="{name}"]')
    if name == "media":
        desk.photos(form, count=value)
    elif value is True:
        if field.count():
            field.check()
    elif value == "last":
        field.last.check()
    elif name == "into" or name == "class_id":
        words = told["numbers"][value[1:]] if name == "into" else value
        picker = form.locator("[data-picker]", has=form.page.locator(f'[name="{name}"]'))
        picker.locator("[data-picked-words]").fill("")
        picker.locator("[data-picked-words]").press_sequentially(words)
        picker.locator("[data-pick-value]").first.click()
    elif name in ("ground", "culprit") and not field.count():
        return
    else:
        expect(field.first).to_be_attached()
        fill(form, name, str(value))


def _stands(desk: Desk, case: str, row: Transition) -> None:
    """The act stands in the timeline, and the case is where the row leads."""
    desk.open(case)
    assert desk.state in _words(row.to), (desk.state, row)
    expect(desk.page.locator(".cg-line b", has_text=ACTS[row.act].zh).first).to_be_attached()


@pytest.mark.long
@pytest.mark.parametrize("end", [State.CLOSED, State.REJECTED, State.VOIDED], ids=lambda state: state.value)
def test_a_merged_case_ends_with_its_main_case(end: State, stage: Stage, desk_of: Callable[[str], Desk]) -> None:
    before = {State.CLOSED: State.CHECKED, State.REJECTED: State.ACCEPTED, State.VOIDED: State.ACCEPTED}[end]
    main, last = until(before, report(1)), until(end, report(1))
    child = (*report(1)[:3], 1, "2")
    merged = ("calltaker1", "merge", {"into": "@1", "reason": "同一问题"}, 1, "2")
    told = stage.play([*main, child, merged, *last[len(main) : -1]])
    login = {State.CLOSED: "shiftleader1", State.REJECTED: "shiftleader1", State.VOIDED: "shiftleader1"}[end]
    act, values = {
        State.CLOSED: ("close", {"outcome": "qualified"}),
        State.REJECTED: ("refuse_filing", {"reason": "不符合立案条件"}),
        State.VOIDED: ("approve", {"granted": "yes"}),
    }[end]
    _does(desk_of(login), Scene([], login, values), act, told)
    row = FOLLOWING[0]
    assert end in row.to
    _stands(desk_of("inspector1"), told["cases"]["2"], Transition(row.act, row.source, (end,)))
    walked.add(row)


@pytest.mark.long
def test_every_row_of_the_table_was_walked(request: pytest.FixtureRequest) -> None:
    """Compared with the table itself; a run of some rows only says so."""
    chosen = {one.name for one in request.session.items if one.fspath == request.node.fspath}
    if len(chosen) < len(ROWS) + 3:
        pytest.skip("only a part of the rows was asked for")
    assert walked == set(rows())
    print(f"\n{len(walked)} of {len(TRANSITIONS)} rows walked")
