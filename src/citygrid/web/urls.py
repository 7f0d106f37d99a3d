"""Addresses that every page needs: the language switch, the words of the map, the icon that browsers ask for."""

from django.urls import path
from django.views.i18n import set_language

from citygrid.web import icon, map_words

urlpatterns = [
    path("language/", set_language, name="language"),
    path("map/words.json", map_words.page, name="map_words"),
    path("favicon.ico", icon.favicon, name="favicon"),
]
