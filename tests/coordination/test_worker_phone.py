"""The field worker's page: own work first, acts on the spot, feedback with photos (S1-49, S4-25)."""

import uuid

from citygrid.cases import reading

DESK, WORKER, OTHER = "west_sanitation_desk", "west_sanitation_worker", "east_roads_worker"


def given(world, **data):
    case = world.handling(**data)
    world.do(DESK, case, "assign_worker", person=world.person(WORKER))
    return case


def test_the_worker_sees_what_was_given_by_name_and_a_colleague_of_another_unit_does_not(world, sign):
    mine, free = given(world), world.handling(where=("111.0165000", "30.0005000"))
    page = sign(WORKER).get("/field/")
    assert page.status_code == 200
    assert f'data-job="{mine}"' in page.text and f'data-job="{free}"' not in page.text
    stranger = sign(OTHER).get("/field/")
    assert stranger.status_code == 200 and str(mine) not in stranger.text
    assert sign("calltaker1").get("/field/").status_code == 403


def test_feedback_with_photos_leads_back_to_the_list(world, sign):
    case = given(world)
    client = sign(WORKER)
    form = client.get(f"/cases/{case}/acts/feed_back/?next=/field/", headers={"HX-Request": "true"})
    assert 'name="next" value="/field/"' in form.text
    photos = [world.photo(7), world.photo(8)]
    send = {"act_id": uuid.uuid4(), "item": "", "next": "/field/", "media": photos, "culprit": "unknown"}
    for _click in range(2):
        answer = client.post(f"/cases/{case}/acts/feed_back/", send, headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == "/field/"
    found = reading.case_for(world.who(DESK).scope, case)
    assert found.state == "handled" and sum(e.type == "feed_back" for e in reading.timeline(found)) == 1
    assert str(case) not in client.get("/field/").text


def test_a_feedback_without_the_photos_of_the_class_says_so_and_keeps_the_note(world, sign):
    case = given(world)
    client = sign(WORKER)
    send = {"act_id": uuid.uuid4(), "item": "", "next": "/field/", "note": "已清运完毕", "culprit": "unknown"}
    answer = client.post(f"/cases/{case}/acts/feed_back/", send, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "已清运完毕" in answer.text and 'name="next" value="/field/"' in answer.text


def test_a_file_that_is_no_photo_is_told_at_the_photo(world, sign):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = sign(WORKER)
    answer = client.post("/media/", {"file": SimpleUploadedFile("photo.jpg", b"this is no photo at all")})
    assert answer.status_code >= 400 and answer.json()["message"]
