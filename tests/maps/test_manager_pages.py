"""The pages of the layer manager: only the steward opens them, what is refused keeps what was typed, all is audited
(CJJ/T 106 图层控制, 专题数据管理, 符号化管理; S0-06)."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citygrid.maps.models import Layer
from citygrid.trust.models import AuditRecord

PAGES = ("/maps/manage/", "/maps/manage/new/", "/maps/manage/layers/roads/")


def form_of(client: Client, code: str, **changes: Any) -> dict[str, Any]:
    """What the layer's page would send, with changes."""
    form = client.get(f"/maps/manage/layers/{code}/").context["form"]
    data = {name: form.initial.get(name, "") for name in form.fields}
    sent = {name: value for name, value in data.items() if value is not None and value is not False}
    return {name: value for name, value in (sent | changes).items() if value is not False}


@pytest.mark.parametrize("page", PAGES)
def test_the_steward_opens_the_manager_a_colleague_and_a_stranger_do_not(
    owner: Client, colleague: Client, unit: Client, stranger: Client, page: str
) -> None:
    assert owner.get(page).status_code == 200
    assert colleague.get(page).status_code == 403
    assert unit.get(page).status_code == 403
    assert stranger.get(page).headers["Location"].startswith("/sign-in/")


def test_a_new_layer_begins_unpublished_and_for_the_centre_alone(owner: Client, colleague: Client) -> None:
    answer = owner.post("/maps/manage/new/", {"name": "灯", "code": "lights", "kind": "source", "source": "areas.grid"})
    assert answer.headers["Location"] == "/maps/manage/layers/lights/"
    layer = Layer.objects.get(code="lights")
    assert (layer.published, layer.sharing, layer.geometry) == (False, "centre", "polygon")
    assert "lights" not in colleague.get("/maps/layers.json").text
    assert AuditRecord.objects.filter(act="layer_added", subject_id="lights").count() == 1


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"code": "roads", "kind": "features"}, "code"),
        ({"code": "x1", "kind": "source"}, "source"),
        ({"code": "x1", "kind": "xyz"}, "address"),
        ({"code": "x1", "kind": "xyz", "address": "ftp://tiles.example/{z}/{x}/{y}"}, "address"),
        ({"code": "x1", "kind": "xyz", "address": "http://127.0.0.1/{z}/{x}/{y}.png"}, "address"),
        ({"code": "x1", "kind": "wms", "address": "https://maps.example.org/wms"}, "options"),
        ({"code": "x1", "kind": "wms", "address": "https://maps.example.org/wms", "options": "roads"}, "options"),
    ],
)
def test_a_bad_new_layer_is_refused_at_its_field_and_stays_typed(
    owner: Client, data: dict[str, str], field: str
) -> None:
    before = Layer.objects.count()
    answer = owner.post("/maps/manage/new/", {"name": "远方的地图", **data})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "远方的地图" in answer.text
    assert Layer.objects.count() == before


def test_a_style_is_kept_and_drawn_from_then_on(owner: Client, colleague: Client) -> None:
    style = {"line": {"color": "#123456", "width": 3}}
    answer = owner.post("/maps/manage/layers/grid/", form_of(owner, "grid", style=json.dumps(style)))
    assert answer.status_code == 302, answer.context["form"].errors
    told = {one["code"]: one for one in colleague.get("/maps/layers.json").json()["layers"]}
    assert told["grid"]["style"] == style
    assert AuditRecord.objects.filter(act="layer_changed", subject_id="grid").exists()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"style": '{"line": {"color": "red"}}'}, "style", "style_colour"),
        ({"style": "{"}, "style", "not_json"),
        ({"filter": "colour = red"}, "filter", "unknown_property"),
        ({"min_zoom": 20, "max_zoom": 3}, "max_zoom", "zooms_not_in_order"),
        ({"sharing": "centre", "public": "on"}, "sharing", "beyond_sharing_scope"),
        ({"sharing": "bodies"}, "bodies", "bodies_missing"),
        ({"sharing": "centre", "roles": ["unit_desk"]}, "sharing", "beyond_sharing_scope"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(
    owner: Client, changes: dict[str, Any], field: str, code: str
) -> None:
    before = Layer.objects.values().get(code="grid")
    answer = owner.post("/maps/manage/layers/grid/", form_of(owner, "grid", steward="规划局", **changes))
    assert answer.status_code == 422
    errors = answer.context["form"].errors.as_data()
    assert [one.code for one in errors[field]] == [code]
    assert 'value="规划局"' in answer.text, "nothing typed is lost"
    assert Layer.objects.values().get(code="grid") == before


def test_layers_change_places_by_button_and_by_dragging(owner: Client) -> None:
    def order() -> list[str]:
        return [one.code for one in Layer.objects.filter(group__code="areas").order_by("order", "code")]

    first, second, *rest = order()
    owner.post("/maps/manage/order/", {"group": "areas", "move": second, "by": "up"})
    assert order() == [second, first, *rest]
    dragged = list(reversed(order()))
    answer = owner.post(
        "/maps/manage/order/", {"group": "areas", "codes": dragged}, headers={"x-requested-with": "fetch"}
    )
    assert answer.status_code == 204
    assert order() == dragged


def test_a_file_replaces_the_features_and_the_same_file_changes_nothing(owner: Client) -> None:
    owner.post("/maps/manage/new/", {"name": "树", "code": "trees", "kind": "features"})
    rows = "name,lon,lat\n银杏,121.5,31.24\n樟树,121.501,31.241\n"

    def send(text: str) -> str:
        file = SimpleUploadedFile("trees.csv", text.encode(), "text/csv")
        return owner.post("/maps/manage/layers/trees/file/", {"file": file, "crs": "CGCS2000"}, follow=True).text

    send(rows)
    layer = Layer.objects.get(code="trees")
    assert (layer.features.count(), layer.geometry) == (2, "point")
    send(rows)
    assert Layer.objects.get(code="trees").changed_at == layer.changed_at
    send("name\nno place at all\n")
    assert layer.features.count() == 2, "a file without places leaves the layer as it was"


def test_a_layer_goes_only_when_its_code_is_typed(owner: Client) -> None:
    owner.post("/maps/manage/layers/rails/remove/", {"confirm": "yes"})
    assert Layer.objects.filter(code="rails").exists()
    owner.post("/maps/manage/layers/rails/remove/", {"confirm": "rails"})
    assert not Layer.objects.filter(code="rails").exists()
    assert AuditRecord.objects.filter(act="layer_removed", subject_id="rails").exists()


def test_the_preview_of_an_unpublished_map_service_admits_its_host_on_that_page_alone(owner: Client) -> None:
    data = {"name": "影像", "code": "photos", "kind": "xyz", "address": "https://tiles.example.org/{z}/{x}/{y}.png"}
    owner.post("/maps/manage/new/", data)
    page = owner.get("/maps/manage/layers/photos/")
    assert "https://tiles.example.org" in page.headers["Content-Security-Policy"]
    assert "tiles.example.org" not in owner.get("/maps/").headers["Content-Security-Policy"]


def test_everybody_with_a_post_opens_the_map_a_stranger_signs_in(owner: Client, unit: Client, stranger: Client) -> None:
    assert "/maps/manage/" in owner.get("/maps/").text
    assert "/maps/manage/" not in unit.get("/maps/").text
    assert stranger.get("/maps/").headers["Location"].startswith("/sign-in/")
