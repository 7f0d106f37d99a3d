"""A report may be about one area, whoever asks for it; a release of open data keeps the bounds by which it was made."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("bulletins", "0003_report_scope")]

    operations = [
        migrations.AddField(
            model_name="report", name="area", field=models.CharField(max_length=32, blank=True, default="")
        ),
        migrations.AddField(model_name="openrelease", name="rules", field=models.JSONField(default=dict)),
    ]
