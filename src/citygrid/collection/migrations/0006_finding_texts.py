"""What was said with a step of a finding is a redactable row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collection", "0005_special_surveys")]

    operations = [
        migrations.RemoveField(model_name="findingstep", name="words"),
        migrations.AddField(model_name="findingstep", name="text", field=models.UUIDField(null=True)),
    ]
