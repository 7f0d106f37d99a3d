"""Where a photo was evidence already is asked with each filing, and who may see a photo with each picture: by index."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0016_whose_once")]

    operations = [
        migrations.AddIndex(
            model_name="standingreport", index=GinIndex(fields=["photos"], name="standing_report_photos")
        ),
    ]
