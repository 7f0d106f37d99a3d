"""What the virus scanner said of a file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("media", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="file",
            name="scan",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
    ]
