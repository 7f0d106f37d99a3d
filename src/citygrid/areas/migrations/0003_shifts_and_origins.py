"""Duty grids may belong to a shift; a grid knows which grids it came from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("areas", "0002_base_map_moves")]

    operations = [
        migrations.AddField("area", "shift", models.CharField(blank=True, default="", max_length=20), preserve_default=False),
        migrations.CreateModel(
            name="GridOrigin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="origins", to="areas.area"
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="successors", to="areas.area"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("grid", "origin"), name="grid_origin_once")]},
        ),
    ]
