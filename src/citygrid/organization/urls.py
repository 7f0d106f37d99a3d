"""Addresses of signing in and choosing a post."""

from django.urls import path

from citygrid.organization import all_keys_pages, body_urls, key_pages, pages, people_pages, tree_pages
from citygrid.organization.notifying import notice_urls
from citygrid.organization.rosters import roster_urls
from citygrid.organization.signing import account_pages, care_pages, second_factor_pages, single_sign_on_pages

app_name = "organization"

urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign_in"),
    path("sign-in/code/", second_factor_pages.step, name="second_step"),
    path("sign-in/with/<slug:code>/", single_sign_on_pages.go, name="oidc"),
    path("sign-in/with/<slug:code>/back/", single_sign_on_pages.back, name="oidc_back"),
    path("sign-out/", pages.sign_out, name="sign_out"),
    path("posts/", pages.posts, name="posts"),
    path("password/", pages.password, name="password"),
    path("confirm/", account_pages.confirm, name="confirm"),
    path("account/", account_pages.mine, name="my_account"),
    path("account/sessions/<int:pk>/end/", account_pages.end_session, name="end_session"),
    path("account/sessions/end-others/", account_pages.end_others, name="end_other_sessions"),
    path("account/second-factor/", second_factor_pages.set_up, name="set_up_factor"),
    path("account/second-factor/off/", second_factor_pages.off, name="factor_off"),
    path("account/second-factor/codes/", second_factor_pages.codes, name="recovery_codes"),
    path("devices/", care_pages.bound, name="devices"),
    path("devices/<int:pk>/release/", care_pages.release, name="release_device"),
    path("organization/", tree_pages.tree, name="tree"),
    path("organization/roles/", tree_pages.roles, name="roles"),
    path("people/", people_pages.people, name="people"),
    path("people/new/", people_pages.new, name="new_person"),
    path("people/<int:pk>/", people_pages.person, name="person"),
    path("people/<int:pk>/sign-in/", care_pages.care, name="care"),
    path("people/<int:pk>/account/", people_pages.account, name="account"),
    path("people/<int:pk>/posts/", people_pages.assign, name="assign"),
    path("people/<int:pk>/posts/<int:seat>/release/", people_pages.release, name="release"),
    path("keys/", key_pages.own, name="keys"),
    path("keys/all/", all_keys_pages.listed, name="all_keys"),
    path("keys/<slug:prefix>/withdraw/", all_keys_pages.withdraw, name="withdraw_key"),
    path("keys/<slug:prefix>/limit/", all_keys_pages.limit, name="limit_key"),
    path("keys/<slug:prefix>/revoke/", key_pages.revoke, name="revoke_key"),
    *notice_urls.urlpatterns,
    *roster_urls.urlpatterns,
]
urlpatterns += body_urls.patterns  # last: their first part is a code
