"""Addresses of public safety."""

from django.urls import path

from citygrid.reception.safety import pages

urlpatterns = [
    path("safety/", pages.waiting, name="safety"),
    path("safety/alarm/", pages.alarm, name="alarm"),
    path("safety/alarm/mute/", pages.mute, name="mute_alarm"),
    path("safety/report/", pages.report, name="safety_report"),
]
