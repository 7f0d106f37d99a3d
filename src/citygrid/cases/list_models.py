"""What a person keeps of their work lists: saved filters, columns, cases they follow."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedList(models.Model):
    """A filter with a name. `list`: `desk` or `cases`. `query`: the filters as the address has them, without words of
    a search (they may be somebody's data). `post`, `body`: with whom it is shared; neither: the person's own."""

    person = models.ForeignKey("organization.Person", models.CASCADE, related_name="+")
    list = models.CharField(max_length=12)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=400, blank=True)
    post = models.ForeignKey("organization.Post", models.CASCADE, null=True, related_name="+")
    body = models.ForeignKey("organization.Body", models.CASCADE, null=True, related_name="+")
    place = models.SmallIntegerField(default=100)
    """Order among the tabs."""
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list", "name"], name="saved_list_once")]

    def __str__(self) -> str:
        return self.name


class ListColumns(models.Model):
    """Which columns a person wants in a list, in their order."""

    person = models.ForeignKey("organization.Person", models.CASCADE, related_name="+")
    list = models.CharField(max_length=12)
    columns = ArrayField(models.CharField(max_length=20))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list"], name="list_columns_once")]


class Watch(models.Model):
    """关注: a person follows a case. `seen`: the version of the case that they looked at last."""

    person = models.ForeignKey("organization.Person", models.CASCADE, related_name="+")
    case_id = models.UUIDField()
    since = models.DateTimeField()
    seen = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "case_id"], name="watch_once")]
        indexes = [models.Index(fields=["case_id"], name="watch_case")]
