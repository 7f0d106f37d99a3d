"""Addresses of evidence and findings; part of `collection.urls`."""

from django.urls import path

from citygrid.collection.evidence import anomaly_pages, finding_pages

urlpatterns = [
    path("collection/anomalies/", anomaly_pages.anomaly_list, name="anomalies"),
    path("collection/anomalies/<uuid:anomaly_id>/", anomaly_pages.anomaly, name="anomaly"),
    path("collection/anomalies/<uuid:anomaly_id>/explain/", anomaly_pages.explain, name="explain_anomaly"),
    path("collection/evidence/<uuid:case_id>/", anomaly_pages.panel, name="evidence_of_case"),
    path("collection/findings/", finding_pages.finding_list, name="findings"),
    path("collection/findings/new/", finding_pages.new_finding, name="new_finding"),
    path("collection/findings/proposals/", finding_pages.proposals, name="missed_proposals"),
    path("collection/findings/<uuid:finding_id>/", finding_pages.finding, name="finding"),
    path("collection/findings/<uuid:finding_id>/<slug:name>/", finding_pages.step, name="finding_step"),
    path("collection/my-findings/", finding_pages.my_findings, name="my_findings"),
]
