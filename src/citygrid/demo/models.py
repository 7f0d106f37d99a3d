"""How far the demo's story has been told: one row."""

from django.db import models


class DemoProgress(models.Model):
    """The story (seed, end, days, how many problems), fixed at its beginning, and how much of it is in the database."""

    seed = models.BigIntegerField()
    until = models.DateTimeField()
    days = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    edition = models.CharField(max_length=16)
    """Settings and way of telling that it was begun with: another edition would tell another story."""
    done = models.PositiveIntegerField(default=0)
    """Problems of which everything is stored, counted from the newest."""
    cases = models.PositiveIntegerField(default=0)
    acts = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"
