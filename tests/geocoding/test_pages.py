"""The search page and the field of the call form."""

from tests.geocoding.conftest import Someone


def test_the_page_finds_and_describes(stranger: Someone) -> None:
    found = stranger.client.get("/geocoding/", {"q": "福州路与四川中路交叉口"}).content.decode()
    assert 'data-geo-show data-lon="121.48' in found
    described = stranger.client.get("/geocoding/", {"lon": "121.4855", "lat": "31.2462"}).content.decode()
    assert "北苏州路20号" in described
    assert "390103001003011" in described


def test_wrong_numbers_are_told(stranger: Someone) -> None:
    for query in ({"lon": "x", "lat": "31"}, {"lon": "1e9", "lat": "31"}, {"lon": "nan", "lat": "31"}):
        assert stranger.client.get("/geocoding/", query).status_code == 422


def test_nothing_found_says_what_to_do(stranger: Someone) -> None:
    assert "cg-empty" in stranger.client.get("/geocoding/", {"q": "齉龘"}).content.decode()


def test_typed_words_are_escaped(stranger: Someone) -> None:
    assert (
        "<script>alert" not in stranger.client.get("/geocoding/", {"q": "<script>alert(1)</script>"}).content.decode()
    )
