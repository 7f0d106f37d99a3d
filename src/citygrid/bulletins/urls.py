"""Addresses of the reports; before those of the evaluation, whose last address takes every word."""

from django.urls import path

from citygrid.bulletins import pages, tables_urls, template_pages

app_name = "bulletins"

urlpatterns = [
    path("evaluation/bulletins/", pages.listed, name="reports"),
    path("evaluation/bulletins/ask/", pages.ask, name="ask"),
    path("evaluation/bulletins/templates/", template_pages.templates, name="templates"),
    path("evaluation/bulletins/templates/send/", template_pages.send, name="send_template"),
    path("evaluation/bulletins/templates/shipped/<slug:lang>/", template_pages.shipped, name="shipped_template"),
    path("evaluation/bulletins/templates/<uuid:pk>/file/", template_pages.template_file, name="template_file"),
    path("evaluation/bulletins/templates/<uuid:pk>/withdraw/", template_pages.withdraw, name="withdraw_template"),
    path("evaluation/bulletins/rules/", template_pages.rules, name="rules"),
    path("evaluation/bulletins/<uuid:pk>/", pages.report, name="report"),
    path("evaluation/bulletins/<uuid:pk>/cancel/", pages.cancel, name="cancel"),
    path("evaluation/bulletins/<uuid:pk>/again/", pages.again, name="again"),
    path("evaluation/bulletins/<uuid:pk>/<slug:form>/", pages.file, name="file"),
    *tables_urls.urlpatterns,
]
