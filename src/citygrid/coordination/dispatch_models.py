"""What is kept of dispatching: batches, with the answer of every case, and when a desk last looked at its results."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Batch(models.Model):
    """Several cases dispatched, or handed over, in one go. `id` is the client's: sent twice, it is the same batch.

    `body`: one unit for all of them (None: each to the unit that is suggested for it). `leaving`: the unit whose cases
    are handed over."""

    class Kind(models.TextChoices):
        DISPATCH = "dispatch", _("Batch dispatch")
        HAND_OVER = "hand_over", _("Handing over")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DISPATCH)
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    leaving = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["dispatch", "hand_over"]), name="batch_kind")]
        indexes = [models.Index(fields=["person", "-made_at"], name="batch_person")]


class BatchLine(models.Model):
    """One case of a batch and what became of it. `acts`: the acts that were taken; `code`, `params`: why not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="lines")
    no = models.PositiveIntegerField()
    case = models.UUIDField()
    number = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    acts = models.JSONField(default=list)
    act = models.CharField(max_length=30, blank=True)
    code = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=300, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "case"], name="batch_case_once"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "done", "refused"]), name="batch_line_state"),
        ]
        indexes = [models.Index(fields=["batch", "no"], name="batch_line_no")]


class Looked(models.Model):
    """Up to which moment a post has seen the results that are told to it (S1-51)."""

    post = models.OneToOneField("organization.Post", models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()
