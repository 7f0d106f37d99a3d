"""The demo city's registers have entries, and a second run adds none (S1-10)."""

from datetime import UTC, date, datetime

import pytest

from citygrid.basedata import registers
from citygrid.console.city import import_city
from citygrid.demo import registries
from citygrid.demo.folder import FOLDER
from citygrid.organization.models import Person

AT = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_numbers_of_other_departments_are_found_as_of_a_day(settings, tmp_path):
    settings.DATA = tmp_path
    assert import_city(FOLDER).ok
    people = [Person.objects.get(login=login) for login in ("surveyor1", "steward1")]
    count = registries.bring(*people, AT)
    assert count == registries.bring(*people, AT) == 13
    before, after = (registers.find("lamp_pole", "A-1234", day) for day in (date(2025, 6, 1), date(2026, 6, 1)))
    assert (before.data["height"], after.data["height"]) == (8, 9)
    assert registers.find("shop", "SH-20020", date(2026, 7, 1)) is None
