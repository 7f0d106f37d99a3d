"""Tables of closing: dossiers in the archive, inspectors' draws and what was drawn."""

import uuid

from django.db import models


class Dossier(models.Model):
    """归档: the kept paper of a case that is over. The hash stands in the timeline too (act `archive`).

    `version`: the last entry that it shows. `digest`: hexadecimal, by `algorithm`. `by`: the person, None for the
    system's own night job."""

    case_id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=60)
    class_id = models.CharField(max_length=80, null=True)
    outcome = models.CharField(max_length=20)
    closed_at = models.DateTimeField()
    file = models.ForeignKey("media.File", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=10)
    version = models.IntegerField()
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-closed_at", "-case_id"], name="dossier_closed"),
            models.Index(fields=["number"], name="dossier_number"),
        ]

    def __str__(self) -> str:
        return self.number


class Draw(models.Model):
    """A lottery among closed cases. `seed` with the ids of the population gives the same cases again (`pool`: their
    hash): nobody can say that somebody chose.

    `due`: until when what was drawn is to be looked at (None: no limit); `role` and `body` are those of who drew, and
    so owes it. Evaluation counts 应督查、按时督查 by these."""

    class Strata(models.TextChoices):
        NONE = ""
        UNIT = "unit"
        AREA = "area"
        CLASS = "class"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    seed = models.CharField(max_length=64)
    since = models.DateField()
    until = models.DateField()
    strata = models.CharField(max_length=10, choices=Strata.choices, blank=True)
    wanted = models.PositiveIntegerField()
    population = models.PositiveIntegerField()
    pool = models.CharField(max_length=64)
    due = models.DateTimeField(null=True)
    role = models.CharField(max_length=40, blank=True)
    body = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="draw_at")]

    def __str__(self) -> str:
        return f"{self.since} – {self.until}"


class DrawnCase(models.Model):
    """A case that was drawn, and what the inspector found (act `inspect`)."""

    draw = models.ForeignKey("cases.Draw", models.CASCADE, related_name="cases")
    place = models.PositiveIntegerField()
    case_id = models.UUIDField()
    stratum = models.CharField(max_length=100, blank=True)
    result = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(null=True)
    by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "case_id"], name="drawn_once")]
        indexes = [models.Index(fields=["case_id"], name="drawn_case")]


class CallTry(models.Model):
    """A follow-up call that reached nobody and will be tried again; the last try is the act `follow_up` itself."""

    case_id = models.UUIDField()
    at = models.DateTimeField()
    by = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["case_id", "at"], name="call_try_case")]
