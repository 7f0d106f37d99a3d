"""How a problem becomes a case, and what else happens to cases beside the main line."""

from typing import Any
from uuid import UUID, uuid5

from citygrid.areas.locating import Outside, located
from citygrid.demo import desks, fieldwork, inventory
from citygrid.demo.addresses import Spot
from citygrid.demo.life import Life
from citygrid.demo.planning import Plan, Planned, manner
from citygrid.demo.scene import Choice, Scene
from citygrid.process import SYSTEM, Actor, Case, Place
from citygrid.process.states import TERMINAL

MOST_TRIES = 60


def play(scene: Scene, plan: Plan, problem: Planned) -> Life:
    """One problem from its first report to the end of the story."""
    life = Life(scene, plan, problem)
    life.memory["second"] = uuid5(life.root, "second")
    life.at(problem.at, begin)
    life.run()
    return life


def begin(life: Life) -> None:
    """The first report, and what follows of its kind."""
    problem, hold = life.problem, life.problem.hold
    kind, safety = manner(problem.source), hold in ("arrive", "make_safe")
    choice = life.scene.choose(kind, life.chance, self_handle=problem.source == "self", safety=safety)
    spot, place = find_spot(life)
    if hold == "handle":
        choice, spot, place = _for_a_unit(life)
    if place is None:
        return
    life.memory["class", life.root] = choice.id
    no = life.condition(choice.id)
    if safety:
        no = next(n for n, _, safe in choice.conditions if safe)
    life.memory["condition", life.root] = no
    life.memory["spot", life.root] = spot
    report(life, life.root, problem.source, choice.id, no, spot, place)
    if life.root not in life.timelines:
        return
    _beside(life)
    if problem.kind == "duplicate":
        life.after(life.chance.uniform(4, 150), _second_report, spot, choice.id, no)


def _for_a_unit(life: Life) -> tuple[Choice, Spot, Place | None]:
    """Something that one of the units answers for, by turns, so that each has work on its table."""
    scene = life.scene
    unit = scene.units[life.problem.turn % len(scene.units)]
    above = scene.book.bodies[unit].parent
    if above in scene.units:
        life.memory["below"], unit = unit, above
    life.memory["unit"] = unit
    for _ in range(MOST_TRIES):
        spot, place = find_spot(life)
        if place is not None:
            classes = (one for one in scene.classes if one.kind != "warning")
            fit = [one for one in classes if unit in scene.suggested(one.id, place)]
            if fit:
                return life.chance.choice(fit), spot, place
    return (scene.choose("collector", life.chance), *find_spot(life))


def find_spot(life: Life) -> tuple[Spot, Place | None]:
    """A point at a road, in the service area and in a duty grid; often at one of the hot spots."""
    wanted, chance = life.scene.settings["places"], life.chance
    for _ in range(MOST_TRIES):
        if chance.random() < wanted["hot_share"]:
            number = chance.randrange(wanted["hot_spots"])
            spot = life.scene.streets.near(life.scene.hot_spot(life.plan.seed, number), chance)
        else:
            spot = life.scene.streets.spot(chance)
        place = place_at(life, spot)
        if place is not None:
            return spot, place
    return spot, None


def place_at(life: Life, spot: Spot) -> Place | None:
    """Where the spot is, when it is served and has a duty grid."""
    found = located(spot.lon, spot.lat, life.now)
    if isinstance(found, Outside) or found.duty_grid is None:
        return None
    grid, district = (area.id if area is not None else None for area in (found.grid, found.district))
    return Place(f"{spot.lon:.7f}", f"{spot.lat:.7f}", grid=grid, district=district, duty_grid=found.duty_grid.id)


def report(
    life: Life, one: UUID, source: str, class_id: str, no: str, spot: Spot, place: Place
) -> Case | None:
    """上报, 登记, 预警 or 自行处置上报, by the one who would."""
    choice = life.scene.by_class[class_id]
    text = life.problem_text(choice, no, spot.address, source)
    said: dict[str, Any] = {
        "source": "collector" if source == "self" else source, "class_id": class_id, "lon": f"{spot.lon:.7f}",
        "lat": f"{spot.lat:.7f}", "address": life.texts.keep(spot.address), "text": text,
    }  # fmt: skip
    component = inventory.pick(life.scene, life.plan.seed, class_id, life.scene.code(place.grid), life.chance)
    if component is not None:
        said |= {"component": component.code, "lon": component.lon, "lat": component.lat}
    kind = manner(source)
    if kind == "public":
        said |= life.texts.caller(life.chance)
        if life.chance.random() < 0.25 and not life.problem.hold:
            del said["class_id"]
            said.pop("component", None)
        return life.do(one, "log_call", life.centre("call_taker"), **said)
    if kind == "sensor":
        actor = life.centre("call_taker") if source == "video" else SYSTEM
        return life.do(one, "warn", actor, **said)
    said["media"] = life.photos(class_id, 0)
    if source == "self":
        said["after_media"] = life.photos(class_id, 1)
        return life.do(one, "self_report", _collector(life, place), **said)
    if source == "inspection":
        inspectors = [a for (_, role), people in life.scene.staff.items() if role == "inspector" for a in people]
        return life.do(one, "report", life.chance.choice(inspectors), **said)
    return life.do(one, "report", _collector(life, place), **said)


def _collector(life: Life, place: Place) -> Actor:
    found = life.scene.collector(place, life.now)
    assert found is not None, "the demo city has somebody on shift everywhere at any time"
    return found


def _second_report(life: Life, spot: Spot, class_id: str, no: str) -> None:
    """Somebody else saw the same thing; the desk finds out."""
    second = life.memory["second"]
    close = life.scene.streets.near(spot, life.chance, 6)
    place = place_at(life, close)
    if place is None:
        return
    source = life.chance.choice(("hotline", "wechat", "collector"))
    if report(life, second, source, class_id, no, close, place) is not None:
        life.after(life.chance.uniform(1, 9), desks.merge, second, life.root)


# beside the main line


def _beside(life: Life) -> None:
    """Marks, remarks, instructions, and what comes when it is late or over."""
    chance, root = life.chance, life.root
    for name, function in (("mark", _mark), ("comment", _comment), ("instruct", _instruct)):
        if life.maybe(name):
            life.after(chance.uniform(20, 1500), function, root)
    if life.maybe("inspect"):
        life.after(chance.uniform(3000, 9000), _inspect, root)
    if life.maybe("void"):
        life.after(chance.uniform(20, 400), _void, root)
    life.after(240, _watch, root)


def _watch(life: Life, one: UUID) -> None:
    """Looks in now and then while the case is open: late ones are urged, appeals come after the end."""
    case = life.case(one)
    if case.state in TERMINAL:
        _after_the_end(life, case)
        return
    if not life.problem.hold or life.problem.hold == "explain":
        fieldwork.late(life, one)
    if not life.memory.get("watched") and len(life.memory.setdefault("looks", [])) < 40:
        life.memory["looks"].append(life.now)
        life.after(60 * 12, _watch, one)


def _after_the_end(life: Life, case: Case) -> None:
    """申诉 by a unit that was late."""
    one = next((a for a in reversed(case.assignments) if a.late), None)
    if one is None or one.body not in life.scene.units:
        return
    if life.problem.hold == "review_appeal" or life.chance.random() < life.scene.habits(one.body)["appeal"]:
        desk = life.somebody(one.body, *fieldwork.DESKS)
        if desk is not None:
            life.do(case.id, "appeal", desk, reason=life.say("appeal"))


def _void(life: Life, one: UUID) -> None:
    if life.case(one).state not in TERMINAL:
        life.do(one, "request", life.centre("dispatcher"), request="void", reason=life.say("void"))


def _mark(life: Life, one: UUID) -> None:
    life.do(one, "mark", life.centre("shift_leader"), mark=life.chance.choice(("urgent", "key", "hard", "typical")))


def _comment(life: Life, one: UUID) -> None:
    life.do(one, "comment", life.centre("call_taker"), text=life.say("comment"))


def _leaders(life: Life, *roles: str) -> list[Actor]:
    return [a for (_, role), people in sorted(life.scene.staff.items()) if role in roles for a in people]


def _instruct(life: Life, one: UUID) -> None:
    life.do(one, "instruct", life.chance.choice(_leaders(life, "leader")), text=life.say("instruct"))


def _inspect(life: Life, one: UUID) -> None:
    """督查 of a case; sometimes with a finding, which a second person confirms."""
    case, chance = life.case(one), life.chance
    inspector = chance.choice(_leaders(life, "inspector"))
    bad = chance.random() < 0.2
    life.do(one, "inspect", inspector, result="not_in_order" if bad else "in_order")
    if bad and case.reporter is not None and case.reporter in life.scene.persons:
        kind = chance.choice(("false", "made_up", "missed", "hidden"))
        if life.do(one, "finding", inspector, finding=kind, person=case.reporter) is not None:
            life.after(chance.uniform(60, 2000), _confirm, one)


def _confirm(life: Life, one: UUID) -> None:
    life.do(one, "finding", life.chance.choice(_leaders(life, "evaluator")), confirms=1)
