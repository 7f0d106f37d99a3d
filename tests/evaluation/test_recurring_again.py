"""回潮 keeps itself right: a case that is moved, reclassified, merged or taken back after it was linked is looked at
again, at once and no more than it must; what people undid stays undone (issue 7)."""

from uuid import UUID

from citygrid.cases.database import plain
from citygrid.evaluation import facts, recurring_links
from tests.cases import world as worlds
from tests.cases.kept_city import fresh
from tests.cases.world import WEST
from tests.evaluation.towns import recurring, refresh

__all__ = ["fresh"]
CORNER = ("111.0155900", "30.0005000")
"""Some nine metres to the east of WEST."""
WHY = "the caller meant the other gate"


def closed_and_back(world: worlds.World) -> None:
    """One case was closed at the western place, one at the eastern; a third came back at the western and is filed."""
    world.west = world.closed()
    world.east = world.closed(where=("111.0165000", "30.0005000"))
    world.again = world.filed()


town = recurring(closed_and_back)


def links() -> dict[UUID, UUID]:
    """New case -> closed one, of what counts; facts say the same as the links, and so does a rebuild."""
    refresh()
    with plain() as connection:
        kept = dict(connection.execute("select case_id, earlier from evaluation_recurrence").fetchall())
        told = "select case_id from evaluation_act where act = 'recur'"
        counted = {row[0] for row in connection.execute(told).fetchall()}
        undone = {row[0] for row in connection.execute(
            "select case_id from evaluation_recurrence where undone_at is not null").fetchall()}  # fmt: skip
        facts.rebuild(connection)
        rebuilt = dict(connection.execute("select case_id, earlier from evaluation_recurrence").fetchall())
    assert counted == set(kept) - undone
    assert rebuilt == kept
    return {case: earlier for case, earlier in kept.items() if case not in undone}


def moved(town: worlds.World, case: UUID, where: tuple[str, str]) -> None:
    town.do("calltaker1", case, "relocate", lon=where[0], lat=where[1], reason=WHY)


def test_it_was_linked_when_it_was_filed(town: worlds.World) -> None:
    assert links() == {town.again: town.west}


def test_moved_away_it_is_none_and_moved_back_it_is_one(town: worlds.World) -> None:
    moved(town, town.again, ("111.0125000", "30.0005000"))
    assert links() == {}
    moved(town, town.again, WEST)
    assert links() == {town.again: town.west}


def test_moved_to_another_closed_case_it_comes_of_that_one(town: worlds.World) -> None:
    moved(town, town.again, ("111.0165000", "30.0005000"))
    assert links() == {town.again: town.east}


def test_moved_a_few_metres_the_distance_is_the_new_one(town: worlds.World) -> None:
    moved(town, town.again, CORNER)
    assert links() == {town.again: town.west}
    with plain() as connection:
        (link,) = recurring_links.links_of(connection, town.again)
    assert 8 < link.metres < 9.5


def test_what_was_no_recurrence_becomes_one_when_it_is_moved(town: worlds.World) -> None:
    other = town.filed(where=("111.0135000", "30.0005000"))
    assert other not in links()
    moved(town, other, WEST)
    assert links()[other] == town.west


def test_merged_it_counts_no_more_and_out_of_the_merger_it_does(town: worlds.World) -> None:
    main = town.filed(where=("111.0135000", "30.0005000"))
    town.do("calltaker1", town.again, "merge", into=str(main), reason=WHY)
    assert links() == {}
    town.do("calltaker1", town.again, "unmerge", reason=WHY)
    assert links() == {town.again: town.west}


def test_taken_out_of_the_file_it_is_none_and_filed_anew_it_is_one(town: worlds.World) -> None:
    town.do("dispatcher1", town.again, "unfile", reason=WHY)
    assert links() == {}
    town.do("shiftleader1", town.again, "file_case", condition="1")
    assert links() == {town.again: town.west}


def test_what_somebody_undid_stays_undone_wherever_it_is_moved(town: worlds.World) -> None:
    with plain() as connection:
        assert recurring_links.undo(connection, town.again, town.person("shiftleader1"), "the other gate", town.now)
    assert links() == {}
    moved(town, town.again, ("111.0165000", "30.0005000"))
    moved(town, town.again, WEST)
    assert links() == {}
    with plain() as connection:
        (link,) = recurring_links.links_of(connection, town.again)
    assert link.reason == "the other gate" and not link.counts


def test_the_closed_case_was_put_elsewhere_by_an_import(town: worlds.World) -> None:
    """No act moves a closed case; an import that is made anew may. The new case's facts follow, though it did not
    change itself."""
    with plain() as connection:
        connection.execute("update cases_case set point = point + point(300, 0) where id = %s", [town.west])
        connection.execute("insert into evaluation_changed values (%s)", [town.west])
    assert links() == {}


def test_another_act_looks_nothing_up_again(town: worlds.World) -> None:
    """The rule of the moment stays: narrower now, what is linked stays linked when its case goes on."""
    moved(town, town.again, CORNER)
    assert links() == {town.again: town.west}
    with plain() as connection:
        recurring_links.keep_rule(connection, 1, 30)
    town.do("dispatcher1", town.again, "dispatch", body=town.body("west_sanitation"))
    assert links() == {town.again: town.west}


def test_it_counts_against_who_handled_and_who_checked_once_each(town: worlds.World) -> None:
    refresh()
    with plain() as connection:
        rows = connection.execute("select unit, person from evaluation_act where act = 'recur'").fetchall()
    assert rows == [(town.body("west_sanitation"), town.person("collector4"))]
