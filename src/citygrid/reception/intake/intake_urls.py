"""Addresses of intake."""

from django.urls import path

from citygrid.reception.intake import pages, verification

urlpatterns = [
    path("intake/", pages.intake, name="intake"),
    path("intake/verification/", pages.tasks, name="verification_tasks"),
    path("intake/verification/<uuid:case_id>/", verification.of_case, name="verification"),
]
