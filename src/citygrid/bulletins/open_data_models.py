"""What open data keep: the city's rules by the time they came, and which releases there were."""

from django.db import models


class OpenDataRules(models.Model):
    """The city's own `open_data.toml` as it was given; each change is a row, the newest holds."""

    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="open_rules_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class OpenRelease(models.Model):
    """A release: its files lie under their `digest` (SHA-256 of their list). `files`: name -> SHA-256 and bytes;
    `withheld`: cases that were too rare to be told at all; `rules`: the bounds by which it was made."""

    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    withheld = models.PositiveIntegerField()
    results = models.PositiveIntegerField()
    files = models.JSONField()
    rules = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="open_release_newest")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"
