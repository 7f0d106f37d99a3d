"""The base map's layers are features of map layers now (`citygrid.maps`); a city's folder is imported again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]

    operations = [migrations.DeleteModel(name="BaseLayer")]
