"""Addresses of the hotline desk and the knowledge base."""

from django.urls import path

from citygrid.reception.hotline import log_pages, pages, reply_pages, softphone_pages
from citygrid.reception.knowledge import pages as knowledge

urlpatterns = [
    path("hotline/", pages.page, name="hotline"),
    path("hotline/waiting/", pages.calls, name="hotline_calls"),
    path("hotline/look/", pages.look, name="hotline_look"),
    path("hotline/ask/", pages.ask, name="hotline_ask"),
    path("hotline/save/", pages.save, name="hotline_save"),
    path("hotline/calls/", log_pages.log, name="hotline_log"),
    path("hotline/calls/<uuid:call_id>/", log_pages.call, name="hotline_call"),
    path("hotline/calls/<uuid:call_id>/recording/", log_pages.recording, name="hotline_recording"),
    path("hotline/calls/<uuid:call_id>/called-back/", reply_pages.called_back, name="hotline_called_back"),
    path("hotline/of-case/<uuid:case_id>/", log_pages.of_case, name="calls_of_case"),
    path("hotline/transfers/", log_pages.transfers, name="hotline_transfers"),
    path("hotline/replies/", reply_pages.promised, name="hotline_replies"),
    path("hotline/replies/<uuid:case_id>/", reply_pages.reply, name="hotline_reply"),
    path("hotline/softphone/", softphone_pages.page, name="softphone"),
    path("knowledge/", knowledge.listed, name="knowledge"),
    path("knowledge/new/", knowledge.edit, name="new_article"),
    path("knowledge/<slug:code>/", knowledge.one, name="article"),
    path("knowledge/<slug:code>/edit/", knowledge.edit, name="edit_article"),
]
