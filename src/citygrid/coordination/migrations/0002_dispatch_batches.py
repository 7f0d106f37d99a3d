"""Batches of dispatching and when results were last looked at (S4-21, S1-51)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coordination', '0001_disputes_and_commission'),
        ('organization', '0007_units'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Looked',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='organization.post')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('dispatch', 'Batch dispatch'), ('hand_over', 'Handing over')], default='dispatch', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.body')),
                ('leaving', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.body')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.post')),
            ],
        ),
        migrations.CreateModel(
            name='BatchLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.PositiveIntegerField()),
                ('case', models.UUIDField()),
                ('number', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('refused', 'refused')], default='waiting', max_length=8)),
                ('acts', models.JSONField(default=list)),
                ('act', models.CharField(blank=True, max_length=30)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('params', models.JSONField(default=dict)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='coordination.batch')),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.body')),
            ],
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['person', '-made_at'], name='batch_person'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['dispatch', 'hand_over'])), name='batch_kind'),
        ),
        migrations.AddIndex(
            model_name='batchline',
            index=models.Index(fields=['batch', 'no'], name='batch_line_no'),
        ),
        migrations.AddConstraint(
            model_name='batchline',
            constraint=models.UniqueConstraint(fields=('batch', 'case'), name='batch_case_once'),
        ),
        migrations.AddConstraint(
            model_name='batchline',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'done', 'refused'])), name='batch_line_state'),
        ),
    ]
