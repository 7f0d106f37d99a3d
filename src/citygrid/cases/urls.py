"""Addresses of cases."""

from django.urls import path

from citygrid.cases import (
    act_pages,
    caller_pages,
    component_cases,
    component_picks,
    delegation_pages,
    pages,
    picks,
    why_pages,
)
from citygrid.cases.closing import urls as closing

app_name = "cases"

urlpatterns = [
    path("", pages.desk, name="desk"),
    path("cases/", pages.cases, name="list"),
    path("cases/new/", act_pages.new, name="new"),
    path("cases/new/<slug:name>/", act_pages.new, name="new_by"),
    path("cases/why/", why_pages.ask, name="why_ask"),
    path("cases/<uuid:case_id>/", pages.case, name="case"),
    path("cases/<uuid:case_id>/why/", why_pages.why, name="why"),
    path("cases/<uuid:case_id>/acts/<slug:name>/", act_pages.act, name="act"),
    path("cases/<uuid:case_id>/caller/", caller_pages.caller, name="caller"),
    path("cases/by-caller/", caller_pages.by_caller, name="by_caller"),
    path("cases/of-component/<str:code>/", component_cases.of_component, name="of_component"),
    path("delegations/", delegation_pages.listed, name="delegations"),
    path("delegations/new/", delegation_pages.new, name="new_delegation"),
    path("delegations/<str:code>/", delegation_pages.one, name="delegation"),
    path("delegations/<str:code>/withdraw/", delegation_pages.withdraw, name="withdraw_delegation"),
    path("pick/class/", picks.pick_class, name="pick_class"),
    path("pick/component/", component_picks.pick_component, name="pick_component"),
    path("pick/case/", picks.pick_case, name="pick_case"),
    path("pick/conditions/", picks.conditions, name="pick_conditions"),
    *closing.urlpatterns,
]
