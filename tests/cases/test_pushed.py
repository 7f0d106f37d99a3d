"""Live push tells of a case only those who may see it (DESIGN 7)."""

import uuid

from citygrid.cases.pushed import may_hear
from citygrid.organization.models import Person


def test_a_post_that_sees_the_case_hears_of_it_and_a_stranger_does_not(world):
    case = world.report()
    stranger = Person.objects.create_user("nobody-here")
    assert may_hear(world.person("shiftleader1"), case)
    assert not may_hear(stranger.pk, case)


def test_a_case_that_is_not_there_and_a_person_who_is_not_there_are_no(world):
    assert not may_hear(world.person("shiftleader1"), uuid.uuid4())
    assert not may_hear(0, world.report())
