"""Base maps of other services: only addresses that a browser may be sent to, and just these in the content policy."""

import pytest
from django.db import OperationalError

from citygrid.maps import editing, external, register
from citygrid.maps.models import Layer
from citygrid.maps.problems import LayerError
from tests.maps.world import NOW, signed

TIANDITU = "https://t{0-7}.tianditu.gov.cn/vec_c/wmts?tk={key}"


def layer(address, kind="xyz", **facts):
    return Layer(code="outer", name="外", kind=kind, address=address, published=True, sharing="city", **facts)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "address_missing"),
        ("ftp://maps.example.org/{z}", "address_scheme"),
        ("javascript:alert(1)", "address_scheme"),
        ("https://user:secret@maps.example.org/{z}", "address_credentials"),
        ("https://localhost/{z}", "address_private"),
        ("https://127.0.0.1/{z}", "address_private"),
        ("https://127.1/{z}", "address_private"),
        ("https://2130706433/{z}", "address_private"),
        ("https://10.1.2.3/{z}", "address_private"),
        ("https://192.168.0.9:8080/{z}", "address_private"),
        ("https://169.254.169.254/latest", "address_private"),
        ("https://[::1]/{z}", "address_private"),
        ("https://intranet/{z}", "address_private"),
        ("https://maps.city.local/{z}", "address_private"),
        ("https://maps.example.org/ {z}", "address_bad"),
        ("https://a.example.org; script-src *", "address_bad"),
        ("https://*/{z}", "address_bad"),
        ("https:///{z}", "address_bad"),
        ("https://maps.example.org:99999999/{z}", "address_bad"),
    ],
)
def test_an_address_that_no_browser_should_be_sent_to_is_refused(world, address, code):
    with pytest.raises(LayerError) as refused:
        editing.save(layer(address), signed("steward1"), NOW)
    assert refused.value.code == code and not Layer.objects.filter(code="outer").exists()


@pytest.mark.parametrize("kind", ["wms", "wmts"])
def test_a_service_without_its_layer_is_refused(world, kind):
    with pytest.raises(LayerError) as refused:
        editing.save(layer("https://maps.example.org/ows", kind), signed("steward1"), NOW)
    assert refused.value.code == "options_missing"


def test_an_inner_map_server_can_be_allowed(world, settings):
    settings.MAP_HOSTS = ("10.1.2.3",)
    editing.save(layer("http://10.1.2.3/{z}/{x}/{y}.png"), signed("steward1"), NOW)
    assert external.hosts(register.current().layers.values()) == ("http://10.1.2.3",)


def test_the_policy_admits_exactly_the_registered_hosts(world, owner):
    def policy():
        return owner.get("/ogc/", headers={"Accept": "text/html"})["Content-Security-Policy"]

    assert "tianditu" not in policy()
    one = layer(TIANDITU, "wmts", options={"layer": "vec", "matrix_set": "c"})
    editing.save(one, signed("steward1"), NOW)
    parts = dict(part.strip().split(" ", 1) for part in policy().split(";"))
    hosts = [f"https://t{n}.tianditu.gov.cn" for n in range(8)]
    for name in ("img-src", "connect-src"):
        assert [host for host in parts[name].split() if "tianditu" in host] == hosts
    assert parts["script-src"] == "'self'" and "tianditu" not in parts["default-src"]
    one.published = False
    editing.save(one, signed("steward1"), NOW)
    assert "tianditu" not in policy()


def test_a_key_comes_from_the_server_and_is_in_no_table(world, owner, stranger, monkeypatch, settings, tmp_path):
    settings.DATA = tmp_path
    one = layer(TIANDITU, "wmts", options={"layer": "vec", "matrix_set": "c"})
    editing.save(one, signed("steward1"), NOW)

    def address(client):
        found = {row["code"]: row for row in client.get("/maps/layers.json").json()["layers"]}
        return found["outer"]["address"] if "outer" in found else None

    assert address(owner).endswith("tk=")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "map_outer").write_text("from-file\n")
    assert address(owner).endswith("tk=from-file")
    monkeypatch.setenv("CITYGRID_MAP_KEY_OUTER", "from-environment")
    assert address(owner).endswith("tk=from-environment")
    assert address(stranger) is None
    assert Layer.objects.get(code="outer").address == TIANDITU
    assert owner.get("/ogc/collections/outer").status_code == 404  # nothing of theirs passes through this server


def test_ranges_of_hosts_are_written_out_and_held_small():
    assert external.expanded("https://{a-c}.x.org") == [f"https://{s}.x.org" for s in "abc"]
    with pytest.raises(LayerError):
        external.expanded("https://{0-z}.x.org")


def test_the_policy_asks_the_database_seldom_and_lives_without_it(world, owner, monkeypatch):
    editing.save(layer("https://maps.example.org/{z}/{x}/{y}.png"), signed("steward1"), NOW)
    first = register.recent()
    asked = []

    def away():
        asked.append(1)
        raise OperationalError("away")

    monkeypatch.setattr(register, "current", away)
    assert register.recent() is first and not asked  # looked a moment ago
    monkeypatch.setattr(register._Held, "looked", float("-inf"))
    assert register.recent() is first and register.recent() is first and len(asked) == 1
    monkeypatch.setattr(register._Held, "looked", float("-inf"))
    assert "maps.example.org" not in owner.get("/health/")["Content-Security-Policy"] and len(asked) == 1
