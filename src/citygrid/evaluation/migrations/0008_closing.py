"""Closing of periods: appeals, frozen versions with the rows behind them, corrections. What is frozen is only added."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evaluation', '0007_recurrences'),
        ('trust', '0001_initial'),
        ('media', '0002_scan'),
        ('organization', '0007_units'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PeriodClose',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('scheme', models.CharField(max_length=60)),
                ('period', models.CharField(max_length=20)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('state', models.CharField(choices=[('preview', 'preview'), ('appeals', 'appeals'), ('frozen', 'frozen'), ('published', 'published')], default='preview', max_length=10)),
                ('rules', models.JSONField(default=dict)),
                ('public', models.BooleanField(default=False)),
                ('window_ends', models.DateTimeField(null=True)),
                ('window_told', models.BooleanField(default=False)),
                ('opened_at', models.DateTimeField()),
                ('appeals_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('appeals_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FrozenVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('hash', models.CharField(max_length=64)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('close', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='evaluation.periodclose')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('base', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('rows', models.JSONField()),
                ('reason', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('proposed', 'waits for approval'), ('approved', 'approved'), ('refused', 'refused')], default='proposed', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision', models.CharField(blank=True, max_length=500)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('close', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='evaluation.periodclose')),
            ],
        ),
        migrations.CreateModel(
            name='ScoreAppeal',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=120)),
                ('code', models.CharField(max_length=120)),
                ('term', models.CharField(blank=True, max_length=80)),
                ('case', models.UUIDField(null=True)),
                ('request', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('filed', 'waits for the first review'), ('proposed', 'waits for the second review'), ('refused', 'refused'), ('granted', 'granted')], default='filed', max_length=10)),
                ('filed_at', models.DateTimeField()),
                ('first_at', models.DateTimeField(null=True)),
                ('first_words', models.CharField(blank=True, max_length=500)),
                ('second_at', models.DateTimeField(null=True)),
                ('second_words', models.CharField(blank=True, max_length=500)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.body')),
                ('close', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='evaluation.periodclose')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.entry')),
                ('evidence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='media.file')),
                ('filed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['filed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FrozenRows',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=120)),
                ('key', models.CharField(max_length=80)),
                ('cases', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='evaluation.frozenversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'subject', 'key'), name='frozen_rows_of')],
            },
        ),
        migrations.AddConstraint(
            model_name='periodclose',
            constraint=models.UniqueConstraint(fields=('scheme', 'first', 'last'), name='close_once'),
        ),
        migrations.AddConstraint(
            model_name='periodclose',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'preview'), ('window_ends__isnull', False), _connector='OR'), name='close_window'),
        ),
        migrations.AddConstraint(
            model_name='frozenversion',
            constraint=models.UniqueConstraint(fields=('close', 'number'), name='frozen_number'),
        ),
        migrations.AddConstraint(
            model_name='frozenversion',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('second__isnull', False), models.Q(('second', models.F('made_by')), _negated=True)), _connector='OR'), name='frozen_second_person'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('close',), name='correction_one_open'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', models.F('made_by')), _negated=True), name='correction_second_person'),
        ),
        migrations.AddConstraint(
            model_name='scoreappeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('term', '')), models.Q(('case__isnull', True), models.Q(('term', ''), _negated=True)), _connector='OR'), name='appeal_about_one'),
        ),
        migrations.AddConstraint(
            model_name='scoreappeal',
            constraint=models.CheckConstraint(condition=models.Q(('second_by', models.F('first_by')), _negated=True), name='appeal_second_person'),
        ),
        migrations.AddConstraint(
            model_name='scoreappeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_by', models.F('filed_by')), _negated=True), models.Q(('second_by', models.F('filed_by')), _negated=True)), name='appeal_not_own'),
        ),
        migrations.AddConstraint(
            model_name='scoreappeal',
            constraint=models.UniqueConstraint(condition=models.Q(('case__isnull', False)), fields=('close', 'case', 'subject'), name='appeal_once_a_case'),
        ),
        migrations.RunSQL(
            """
            create trigger append_only before update or delete on evaluation_frozenversion
                for each row execute function trust_append_only();
            create trigger append_only before update or delete on evaluation_frozenrows
                for each row execute function trust_append_only();
            """,
            """
            drop trigger append_only on evaluation_frozenrows;
            drop trigger append_only on evaluation_frozenversion;
            """,
        ),
    ]
