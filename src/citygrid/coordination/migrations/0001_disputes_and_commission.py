"""Tables of disputes and of the commission (S0-36, S0-48, S0-49)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('media', '0002_scan'),
        ('organization', '0007_units'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('held_at', models.DateTimeField()),
                ('place', models.CharField(blank=True, max_length=200)),
                ('title', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.body')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('minutes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='media.file')),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('office', models.CharField(blank=True, max_length=100)),
                ('part', models.CharField(max_length=8)),
                ('present', models.BooleanField(default=False)),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.member')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendants', to='coordination.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('order', models.PositiveIntegerField()),
                ('case_id', models.UUIDField(null=True)),
                ('ground', models.CharField(blank=True, max_length=64)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('decision', models.CharField(blank=True, max_length=4000)),
                ('decided_at', models.DateTimeField(null=True)),
                ('due', models.DateField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_note', models.CharField(blank=True, max_length=1000)),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.body')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='coordination.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Precedent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_id', models.UUIDField()),
                ('seq', models.IntegerField()),
                ('number', models.TextField()),
                ('class_id', models.TextField()),
                ('lon', models.TextField(blank=True)),
                ('lat', models.TextField(blank=True)),
                ('grid', models.BigIntegerField(null=True)),
                ('community', models.BigIntegerField(null=True)),
                ('street', models.BigIntegerField(null=True)),
                ('district', models.BigIntegerField(null=True)),
                ('body', models.BigIntegerField()),
                ('bodies', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('ground', models.UUIDField(null=True)),
                ('charge', models.CharField(blank=True, max_length=10)),
                ('follows', models.CharField(blank=True, max_length=64)),
                ('disputed_since', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.BigIntegerField(null=True)),
                ('decided_body', models.BigIntegerField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=1000)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LibraryReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('rows', models.JSONField()),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.body')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='media.file')),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='library_newest')],
                'constraints': [models.UniqueConstraint(fields=('body', 'month', 'number'), name='library_report_once')],
            },
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['-held_at', '-id'], name='meeting_newest'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('meeting', 'member'), name='attendance_once'),
        ),
        migrations.AddIndex(
            model_name='agendaitem',
            index=models.Index(fields=['case_id'], name='agenda_case'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'case_id'), name='agenda_case_once'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(('case_id__isnull', False), models.Q(('title', ''), _negated=True), _connector='OR'), name='agenda_is_something'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('done_at__gte', models.F('decided_at')), _connector='OR'), name='agenda_done'),
        ),
        migrations.AddIndex(
            model_name='precedent',
            index=models.Index(fields=['class_id', 'district'], name='precedent_like'),
        ),
        migrations.AddIndex(
            model_name='precedent',
            index=models.Index(fields=['-decided_at', '-id'], name='precedent_newest'),
        ),
        migrations.AddConstraint(
            model_name='precedent',
            constraint=models.UniqueConstraint(fields=('case_id', 'seq'), name='precedent_once'),
        ),
        migrations.AddConstraint(
            model_name='precedent',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='precedent_withdrawn_why'),
        ),
    ]
