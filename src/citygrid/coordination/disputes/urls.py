"""Addresses of disputes, precedents and public cost."""

from django.urls import path

from citygrid.coordination.disputes import cost_pages, pages

urlpatterns = [
    path("coordination/disputes/", pages.disputes, name="disputes"),
    path("coordination/precedents/", pages.decided, name="precedents"),
    path("coordination/precedents/<str:code>/withdraw/", pages.withdraw, name="withdraw_precedent"),
    path("coordination/like/<uuid:case_id>/", pages.like, name="like"),
    path("coordination/meaning/<uuid:case_id>/", pages.meaning, name="meaning"),
    path("coordination/public-cost/", cost_pages.public, name="public_cost"),
    path("coordination/public-cost/<slug:kind>/", cost_pages.public, name="public_cost_of"),
]
