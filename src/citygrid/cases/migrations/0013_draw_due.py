"""Until when the cases of a draw are to be looked at, and on which post whoever drew them was: 应督查、按时督查."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_list_filters")]

    operations = [
        migrations.AddField("draw", "due", models.DateTimeField(null=True)),
        migrations.AddField("draw", "role", models.CharField(max_length=40, blank=True, default=""), False),
        migrations.AddField("draw", "body", models.BigIntegerField(null=True)),
    ]
