"""Addresses of the shift leader's room."""

from django.urls import path

from citygrid.reception.shifts import board_pages, sheet_pages

urlpatterns = [
    path("board/", board_pages.board, name="board"),
    path("seat/", board_pages.my_seat, name="my_seat"),
    path("seat/change/", board_pages.change_seat, name="change_seat"),
    path("sheets/", sheet_pages.listed, name="sheets"),
    path("sheets/now/", sheet_pages.now_on, name="sheet_now"),
    path("sheets/<uuid:pk>/", sheet_pages.sheet, name="sheet"),
    path("sheets/<uuid:pk>/write/", sheet_pages.write, name="write_sheet"),
    path("sheets/<uuid:pk>/sign/", sheet_pages.sign, name="sign_sheet"),
]
