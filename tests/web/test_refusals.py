"""A refused act is told in the reader's language, with names instead of codes."""

import pytest
from django.utils import translation

from citygrid.organization.models import Body
from citygrid.process.refusal import MESSAGES, Refusal
from citygrid.web.refusals import tell


def made(code: str, **params: object) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def test_names_stand_where_the_process_has_codes() -> None:
    refusal = made("wrong_state", act="dispatch", state="closed")
    with translation.override("zh-hans"):
        assert tell(refusal).sentence == "案卷处于“已结案”状态，不能派遣。"
    with translation.override("en"):
        assert tell(refusal).sentence == "Dispatch is not possible while the case is closed."


def test_the_field_at_fault_is_named_as_the_act_calls_it() -> None:
    told = tell(made("field_missing", field="person"), "assign_worker")
    with translation.override("zh-hans"):
        assert tell(made("field_missing", field="person"), "assign_worker").sentence == "请填写处置人员。"
        assert tell(made("field_missing", field="person"), "send_check").sentence == "请填写人员。"
    assert (told.code, told.field) == ("field_missing", "person")


@pytest.mark.django_db
def test_a_body_is_shown_by_its_name() -> None:
    body = Body.objects.create(code="u1", name="环卫处", kind="unit", side="handling", level="unit")
    with translation.override("zh-hans"):
        assert tell(made("same_body", value=body.pk)).sentence == "该案已派给环卫处。"


def test_every_refusal_of_the_process_has_a_chinese_sentence() -> None:
    with translation.override("zh-hans"):
        for code, message in MESSAGES.items():
            assert translation.gettext(message) != message, code
