"""Addresses of upkeep."""

from django.urls import path

from citygrid.console import message_pages, notice_rule_pages, pages

app_name = "console"

urlpatterns = [
    path("audit/", pages.lines, name="audit"),
    path("audit.csv", pages.file, name="audit_file"),
    path("messages/", message_pages.listed, name="messages"),
    path("messages/alarm/", message_pages.alarm, name="messages_alarm"),
    path("messages/again/", message_pages.again, name="messages_again"),
    path("messages/rules/", notice_rule_pages.listed, name="notice_rules"),
    path("messages/<int:pk>/", message_pages.one, name="message"),
    path("messages/<int:pk>/give-up/", message_pages.give_up, name="message_give_up"),
    path("messages/<int:pk>/to/", message_pages.send_to, name="message_to"),
    path("messages/events/<int:pk>/again/", message_pages.event_again, name="event_again"),
]
