"""Addresses of special surveys, spot checks and answers at a border."""

from django.urls import URLPattern, URLResolver, path

from citygrid.collection.surveys import border_pages, spot_pages, survey_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("collection/surveys/", survey_pages.listed, name="surveys"),
    path("collection/surveys/new/", survey_pages.new, name="survey_new"),
    path("collection/surveys/<uuid:pk>/", survey_pages.one, name="survey"),
    path("collection/surveys/<uuid:pk>/edit/", survey_pages.edit, name="survey_edit"),
    path("collection/surveys/<uuid:pk>/tasks/<int:number>/", survey_pages.task, name="survey_task"),
    path("collection/surveys/<uuid:pk>/act/<str:name>/", survey_pages.act, name="survey_act"),
    path("collection/surveys/<uuid:pk>/<str:kind>/", survey_pages.take, name="survey_file"),
    path("collection/spots/", spot_pages.listed, name="spots"),
    path("collection/spots/draws/<uuid:draw_id>/give/", spot_pages.give, name="spot_give"),
    path("collection/spots/<uuid:pk>/", spot_pages.one, name="spot"),
    path("collection/borders/", border_pages.listed, name="borders"),
    path("collection/borders/<uuid:pk>/withdraw/", border_pages.withdraw, name="border_withdraw"),
    path("collection/borders/cases/<uuid:case_id>/", border_pages.of_case, name="border_of_case"),
    path("collection/borders/cases/<uuid:case_id>/above/", border_pages.of_case, name="border_above"),
]
