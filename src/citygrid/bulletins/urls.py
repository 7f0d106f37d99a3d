"""Addresses of the reports; before those of the evaluation, whose last address takes every word."""

from django.urls import path

from citygrid.bulletins import pages, tables_urls, template_pages

app_name = "bulletins"

urlpatterns = [
    path("evaluation/reports/", pages.listed, name="reports"),
    path("evaluation/reports/ask/", pages.ask, name="ask"),
    path("evaluation/reports/templates/", template_pages.templates, name="templates"),
    path("evaluation/reports/templates/send/", template_pages.send, name="send_template"),
    path("evaluation/reports/templates/shipped/<slug:lang>/", template_pages.shipped, name="shipped_template"),
    path("evaluation/reports/templates/<uuid:pk>/file/", template_pages.template_file, name="template_file"),
    path("evaluation/reports/templates/<uuid:pk>/withdraw/", template_pages.withdraw, name="withdraw_template"),
    path("evaluation/reports/rules/", template_pages.rules, name="rules"),
    path("evaluation/reports/<uuid:pk>/", pages.report, name="report"),
    path("evaluation/reports/<uuid:pk>/cancel/", pages.cancel, name="cancel"),
    path("evaluation/reports/<uuid:pk>/<slug:form>/", pages.file, name="file"),
    *tables_urls.urlpatterns,
]
