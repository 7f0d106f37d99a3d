"""Addresses of signing in and choosing a post."""

from django.urls import path

from citygrid.organization import key_pages, pages

app_name = "organization"

urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign_in"),
    path("sign-out/", pages.sign_out, name="sign_out"),
    path("posts/", pages.posts, name="posts"),
    path("password/", pages.password, name="password"),
    path("keys/", key_pages.own, name="keys"),
    path("keys/<slug:prefix>/revoke/", key_pages.revoke, name="revoke_key"),
]
