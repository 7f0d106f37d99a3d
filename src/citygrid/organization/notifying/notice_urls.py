"""Addresses of notices and of what one wants to hear; part of the organization's (`urls.py`)."""

from django.urls import path

from citygrid.organization.notifying import notice_pages, wish_pages

urlpatterns = [
    path("notices/", notice_pages.listed, name="notices"),
    path("notices/bell/", notice_pages.bell, name="bell"),
    path("notices/read/", notice_pages.all_read, name="all_notices_read"),
    path("notices/<int:pk>/open/", notice_pages.opened, name="open_notice"),
    path("account/notices/", wish_pages.wishes, name="notice_wishes"),
    path("account/notices/try/", wish_pages.try_out, name="try_notice"),
    path("account/notices/browsers/", wish_pages.subscribe, name="subscribe"),
    path("account/notices/browsers/<int:pk>/off/", wish_pages.unsubscribe, name="unsubscribe"),
    path("notices-worker.js", wish_pages.worker, name="notices_worker"),
]
