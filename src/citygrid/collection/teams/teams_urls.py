"""Addresses of teams."""

from django.urls import path

from citygrid.collection.teams import roll_pages, sample_pages, statement_pages, team_pages

urlpatterns = [
    path("collection/team/", team_pages.team, name="team"),
    path("collection/team/workload/", team_pages.loads, name="team_workload"),
    path("collection/team/workload/<slug:measure>/", team_pages.behind, name="team_behind"),
    path("collection/team/workload.<slug:kind>", team_pages.load_file, name="team_workload_file"),
    path("collection/quotas/", team_pages.quota_list, name="quotas"),
    path("collection/quotas/new/", team_pages.add_quota, name="add_quota"),
    path("collection/roll-calls/", roll_pages.listed, name="roll_calls"),
    path("collection/roll-calls/<uuid:call_id>/", roll_pages.one, name="roll_call"),
    path("collection/samples/", sample_pages.listed, name="samples"),
    path("collection/samples/<uuid:sample_id>/", sample_pages.one, name="sample"),
    path("collection/samples/<uuid:sample_id>/items/<int:item_id>/", sample_pages.judge, name="judge_sampled"),
    path("collection/statements/", statement_pages.listed, name="statements"),
    path("collection/statements/<uuid:statement_id>/", statement_pages.one, name="statement"),
    path("collection/statements/<uuid:statement_id>/<slug:name>/", statement_pages.act, name="statement_act"),
    path("collection/statements/<uuid:statement_id>/lines/<int:line_id>/", statement_pages.line, name="statement_line"),
    path("collection/statements/<uuid:statement_id>/file.<slug:kind>", statement_pages.file, name="statement_file"),
]
