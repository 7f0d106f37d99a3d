"""Who sees which layer: the owner (data steward), a colleague of the centre, a unit, a stranger (S0-06, S3-19)."""

import pytest

from citygrid.maps import editing, exporting, sharing
from citygrid.maps.models import Layer
from citygrid.maps.problems import LayerError
from citygrid.trust.models import AuditRecord
from tests.maps.world import NOW, signed

PEOPLE = ("owner", "colleague", "unit", "stranger")


def seen(request, code):
    """Who of the people gets the layer, by list, collection, features and tile: all four must agree."""
    found = []
    for name in PEOPLE:
        client = request.getfixturevalue(name)
        listed = code in [one["code"] for one in client.get("/maps/layers.json").json()["layers"]]
        answers = [
            client.get(f"/ogc/collections/{code}").status_code,
            client.get(f"/ogc/collections/{code}/items").status_code,
            client.get(f"/ogc/collections/{code}/queryables").status_code,
            client.get(f"/ogc/collections/{code}/tiles/WebMercatorQuad/14/6694/13721").status_code,
            client.get(f"/ogc/tiles/WebMercatorQuad/14/6694/13721?collections={code}").status_code,
        ]
        assert len(set(answers)) == 1 and answers[0] in (200, 404)
        assert listed == (answers[0] == 200) or name == "owner"
        if answers[0] == 200:
            found.append(name)
    return found


@pytest.mark.parametrize(
    ("facts", "who"),
    [
        ({"sharing": "city"}, ["owner", "colleague", "unit"]),
        ({"sharing": "centre"}, ["owner", "colleague"]),
        ({"sharing": "bodies", "bodies": ["bus"]}, ["owner", "colleague"]),
        ({"sharing": "bodies", "bodies": ["nb_sanitation"]}, ["owner", "colleague", "unit"]),
        ({"sharing": "public"}, ["owner", "colleague", "unit"]),
        ({"sharing": "public", "public": True}, ["owner", "colleague", "unit", "stranger"]),
        ({"sharing": "city", "roles": ["unit_desk"]}, ["owner", "unit"]),
        ({"sharing": "centre", "roles": ["leader"]}, ["owner"]),
        ({"sharing": "public", "public": True, "published": False}, ["owner"]),
    ],
)
def test_a_layer_is_there_for_whom_it_is_shared_with(request, world, facts, who):
    world.layer("secret", world.points(5), **facts)
    assert seen(request, "secret") == who


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"sharing": "city", "public": True}, "beyond_sharing_scope"),
        ({"sharing": "centre", "roles": ["unit_desk"]}, "beyond_sharing_scope"),
        ({"sharing": "bodies"}, "bodies_missing"),
        ({"roles": ["nobody"]}, "unknown_role"),
        ({"sharing": "bodies", "bodies": ["nowhere"]}, "unknown_body"),
        ({"min_zoom": 9, "max_zoom": 8}, "zooms_not_in_order"),
        ({"kind": "source", "source": "none"}, "unknown_source"),
        ({"kind": "source", "source": "areas.grid", "filter": {"colour": "red"}}, "unknown_property"),
    ],
)
def test_publishing_beyond_the_scope_is_refused_and_nothing_kept(world, facts, code):
    before = Layer.objects.count()
    with pytest.raises(LayerError) as refused:
        world.layer("wrong", **facts)
    assert refused.value.code == code and Layer.objects.count() == before


def test_an_export_beyond_the_scope_is_refused_and_noted(world, tmp_path):
    layer = world.layer("lamps", world.points(7), sharing="bodies", bodies=["lamps"])
    with pytest.raises(LayerError) as refused:
        exporting.export(layer, tmp_path / "lamps.geojson", "city", signed("steward1"), NOW)
    assert refused.value.code == "beyond_sharing_scope" and not (tmp_path / "lamps.geojson").exists()
    assert AuditRecord.objects.filter(act="layer_exported", outcome="refused", subject_id="lamps").count() == 1
    assert exporting.export(layer, tmp_path / "lamps.geojson", "bodies", signed("steward1"), NOW) == 7


def test_asking_for_a_layer_beyond_the_scope_is_noted(world, unit):
    world.layer("secret", world.points(3), sharing="centre")
    assert unit.get("/ogc/collections/secret/items").status_code == 404
    note = AuditRecord.objects.get(act="layer_read", subject_id="secret")
    assert note.outcome == "refused" and note.code == "beyond_sharing_scope"
    assert unit.get("/ogc/collections/there-is-none/items").json()["code"] == "NotFound"
    assert AuditRecord.objects.filter(act="layer_read").count() == 1


def test_a_narrowed_scope_takes_effect_at_once(world, unit):
    layer = world.layer("lamps", world.points(5))
    tile = "/ogc/collections/lamps/tiles/WebMercatorQuad/12/1672/3430"
    assert unit.get("/ogc/collections/lamps/items").status_code == unit.get(tile).status_code == 200
    layer.sharing = "centre"
    editing.save(layer, signed("steward1"), NOW)
    assert unit.get("/ogc/collections/lamps/items").status_code == unit.get(tile).status_code == 404
    assert AuditRecord.objects.filter(act="layer_changed", subject_id="lamps").count() == 1


def test_a_wrong_access_key_opens_nothing_and_says_so(world, stranger):
    world.layer("lamps", world.points(5))
    answer = stranger.get("/ogc/collections", headers={"Authorization": "Bearer cg_000000000000_wrong"})
    assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Basic")


def test_the_steps_of_sharing_go_outwards():
    layer = Layer(code="x", name="x", sharing="city")
    for step in ("centre", "bodies", "city"):
        sharing.allow(layer, step)
    with pytest.raises(LayerError):
        sharing.allow(layer, "public")
