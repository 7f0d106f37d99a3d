"""The window for appeals ends by itself: from its end on no appeal is taken; who closes hears what is left."""

from datetime import datetime

from django.db import transaction

from citygrid.evaluation import closing_appeals, closing_telling
from citygrid.evaluation.closing_models import PeriodClose
from citygrid.trust import audit


def end_windows(now: datetime) -> int:
    """Tells of each window that is over, once; how many there were."""
    over = PeriodClose.objects.filter(state=PeriodClose.State.APPEALS, window_ends__lte=now, window_told=False)
    told = 0
    for pk in over.order_by("window_ends", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = over.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is None:
                continue
            PeriodClose.objects.filter(pk=pk).update(window_told=True)
            audit.record(now, "end_appeals", subject=("close", str(pk)), params={"period": row.period})
            closing_telling.ended(row, len(closing_appeals.undecided(row)), now)
            told += 1
    return told
