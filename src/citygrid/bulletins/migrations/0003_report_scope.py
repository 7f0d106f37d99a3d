"""How far a report reaches is kept with it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("bulletins", "0002_open_data")]

    operations = [
        migrations.AddField(model_name="report", name="within", field=models.TextField(blank=True, default="")),
    ]
