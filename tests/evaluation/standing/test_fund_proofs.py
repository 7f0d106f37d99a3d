"""`citygrid verify` proves the confirmed checks of the maintenance fund as it proves frozen scores (S0-62, S2-13)."""

from decimal import Decimal
from uuid import UUID, uuid4

from citygrid.evaluation.standing_models import FundCheck
from citygrid.evaluation.upkeep import fund_proofs, funds
from citygrid.trust import audit, checked
from citygrid.trust.models import AuditRecord
from tests.evaluation.standing.conftest import who
from tests.evaluation.standing.test_funds import NOW, drafted, register, unit

__all__ = ["register"]
State = FundCheck.State


def confirmed() -> FundCheck:
    made = drafted()
    assert isinstance(made, FundCheck)
    done = funds.confirm(made.pk, who("leader1"), NOW)
    assert isinstance(done, FundCheck)
    return done


def below(pk: UUID, **values: object) -> None:
    """What somebody does who owns the database."""
    FundCheck.objects.filter(pk=pk).update(**values)


def found() -> list[str]:
    return [line.split(": ")[1] for line in fund_proofs.faults()]


def test_a_draft_and_a_confirmed_check_are_whole_and_verify_looks_at_them() -> None:
    one = confirmed()
    assert isinstance(drafted(2, reason="a survey came late"), FundCheck)
    assert not list(checked.faults())
    noted = AuditRecord.objects.get(act="confirm_fund")
    assert (noted.params["digest"], noted.params["amount"]) == (one.digest, "10.50")
    below(one.pk, amount=Decimal("99.00"))
    assert {room for room, _ in checked.faults()} == {"funds"}
    assert found() == ["check_altered", "not_as_noted"]


def test_a_check_that_was_written_anew_with_its_digest_is_seen() -> None:
    one = confirmed()
    one.content["lines"][0][3] = 300
    below(one.pk, content=one.content, digest=funds.digest(one))
    assert funds.genuine(FundCheck.objects.get(pk=one.pk)), "it fits itself"
    assert found() == ["not_as_noted"]


def test_what_was_taken_away_made_up_or_given_up_again_is_seen() -> None:
    one = confirmed()
    below(one.pk, state=State.PROPOSED)
    assert found() == ["not_confirmed"]
    FundCheck.objects.filter(pk=one.pk).delete()
    assert found() == ["check_missing"]
    made_up = FundCheck(
        id=uuid4(), unit=unit(), first=one.first, last=one.last, day=one.day, version=1, currency="CNY",
        amount=Decimal("5.00"), content={}, by_id=who("evaluator1").person.pk, at=NOW, state=State.CONFIRMED,
        confirmed_by_id=who("leader1").person.pk, confirmed_at=NOW,
    )  # fmt: skip
    made_up.digest = funds.digest(made_up)
    made_up.save()
    assert found() == ["not_as_noted", "check_missing"]


def test_who_confirmed_it_is_proven_too_and_older_notes_without_a_digest_hold() -> None:
    one = confirmed()
    one.confirmed_by_id = who("office1").person.pk
    below(one.pk, confirmed_by_id=one.confirmed_by_id, digest=funds.digest(one))
    assert found() == ["not_as_noted"]
    FundCheck.objects.all().delete()
    second = drafted(2)
    assert isinstance(second, FundCheck)
    second.state, second.confirmed_by_id, second.confirmed_at = State.CONFIRMED, who("leader1").person.pk, NOW
    second.digest = funds.digest(second)
    second.save()
    audit.record(NOW, "confirm_fund", subject=("fund", str(second.pk)), params={"version": 1, "amount": "10.50"},
                 person=who("leader1").person.pk)  # fmt: skip
    assert found() == ["check_missing"], "of the first only"
