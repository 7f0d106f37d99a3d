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
from citygrid.cases.lists import bulk_pages, export_pages, mine_pages, saving_pages
from citygrid.cases.lists import pages as list_pages

app_name = "cases"

urlpatterns = [
    path("", list_pages.desk, name="desk"),
    path("cases/", list_pages.cases, name="list"),
    path("lists/bulk/", bulk_pages.ask, name="bulk_ask"),
    path("lists/bulk/run/", bulk_pages.run, name="bulk_run"),
    path("lists/saved/<int:number>/forget/", saving_pages.forget, name="forget_list"),
    path("lists/done/", mine_pages.did, name="done"),
    path("lists/watched/", mine_pages.watched, name="watched"),
    path("lists/<slug:which>/save/", saving_pages.save, name="save_list"),
    path("lists/<slug:which>/columns/", saving_pages.choose, name="choose_columns"),
    path("lists/<slug:which>/export/", export_pages.ask, name="export"),
    path("lists/<slug:which>/export/<slug:kind>/", export_pages.take, name="export_file"),
    path("cases/new/", act_pages.new, name="new"),
    path("cases/new/<slug:name>/", act_pages.new, name="new_by"),
    path("cases/why/", why_pages.ask, name="why_ask"),
    path("cases/<uuid:case_id>/", pages.case, name="case"),
    path("cases/<uuid:case_id>/watch/", mine_pages.watch, name="watch"),
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
