"""Addresses of the phones' page."""

from django.urls import URLPattern, URLResolver, path

from citygrid.collection.syncing import device_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("collection/devices/", device_pages.devices, name="devices"),
    path("collection/devices/<int:pk>/block/", device_pages.block, name="block_device"),
    path("collection/devices/<int:pk>/unblock/", device_pages.unblock, name="unblock_device"),
]
