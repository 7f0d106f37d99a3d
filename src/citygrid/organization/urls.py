"""Addresses of signing in and choosing a post."""

from django.urls import path

from citygrid.organization import all_keys_pages, key_pages, pages, people_pages, tree_pages

app_name = "organization"

urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign_in"),
    path("sign-out/", pages.sign_out, name="sign_out"),
    path("posts/", pages.posts, name="posts"),
    path("password/", pages.password, name="password"),
    path("organization/", tree_pages.tree, name="tree"),
    path("organization/roles/", tree_pages.roles, name="roles"),
    path("people/", people_pages.people, name="people"),
    path("people/new/", people_pages.new, name="new_person"),
    path("people/<int:pk>/", people_pages.person, name="person"),
    path("people/<int:pk>/account/", people_pages.account, name="account"),
    path("people/<int:pk>/posts/", people_pages.assign, name="assign"),
    path("people/<int:pk>/posts/<int:seat>/release/", people_pages.release, name="release"),
    path("keys/", key_pages.own, name="keys"),
    path("keys/all/", all_keys_pages.listed, name="all_keys"),
    path("keys/<slug:prefix>/withdraw/", all_keys_pages.withdraw, name="withdraw_key"),
    path("keys/<slug:prefix>/limit/", all_keys_pages.limit, name="limit_key"),
    path("keys/<slug:prefix>/revoke/", key_pages.revoke, name="revoke_key"),
]
