"""The Django app of this package."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "citygrid.evaluation"
    label = "evaluation"
