"""Verification tasks: to whoever is on duty, given to another, answered with photos; not so (workflow 3.5)."""

import uuid

from tests.cases.pages import take
from tests.cases.world import WEST, World


def out(world: World, person: str = "collector4") -> uuid.UUID:
    """A phoned-in problem that a collector is to look at."""
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", lon=WEST[0], lat=WEST[1], text="路灯不亮",
             media=[world.photo(3)])  # fmt: skip
    world.do("calltaker1", case, "send_verify", person=world.person(person))
    return case


def test_open_tasks_stand_in_a_list_with_who_has_them(world, sign) -> None:
    case = out(world)
    page = sign("calltaker1").get("/intake/verification/").text
    name = world.who("collector4").person.name
    assert f"/cases/{case}/" in page and name in page and f"/cases/{case}/acts/reassign_task/" in page
    assert str(case) not in sign("east_calltaker").get("/intake/verification/").text
    assert sign("west_sanitation_desk").get("/intake/verification/").status_code == 403


def test_the_panel_shows_the_task_and_whoever_is_on_duty_then_the_answer_beside_the_report(world, sign) -> None:
    case = out(world)
    client = sign("calltaker1")
    panel = client.get(f"/intake/verification/{case}/").text
    assert world.who("collector4").person.name in panel and "改派他人" in panel
    take(client, case, "reassign_task", person=str(world.person("collector3")))
    assert world.who("collector3").person.name in client.get(f"/intake/verification/{case}/").text
    photo = world.photo(5)
    world.do("collector3", case, "verify", true=True, media=[photo], note="确有其事")
    panel = client.get(f"/intake/verification/{case}/").text
    assert "属实" in panel and "确有其事" in panel and photo in panel
    assert panel.index("上报照片") < panel.index("核实照片")
    assert sign("east_calltaker").get(f"/intake/verification/{case}/").status_code == 404


def test_not_so_proposes_to_refuse_or_to_void(world, sign) -> None:
    case = out(world)
    world.do("collector4", case, "verify", true=False, note="灯是亮的")
    client = sign("calltaker1")
    panel = client.get(f"/intake/verification/{case}/").text
    assert "核实不属实" in panel
    assert f"/cases/{case}/acts/refuse/" in panel and f"/cases/{case}/acts/request/?request=void" in panel
    form = client.get(f"/cases/{case}/acts/request/?request=void", headers={"HX-Request": "true"}).text
    assert 'value="void"' in form[: form.index("checked")][-200:], "the request is chosen already"
    assert "核实：不属实" in client.get("/intake/").text


def test_a_case_that_was_never_sent_out_has_no_panel(world, sign) -> None:
    case = world.report()
    assert sign("calltaker1").get(f"/intake/verification/{case}/").text.strip() == ""
