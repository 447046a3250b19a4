"""Addresses of accounts.

    /account/sign-in         how to sign in; ?next= leads back
    /account/sign-out        POST: end this session
    /account/link/<token>    sign in once

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.account import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("link/<slug:token>", views.link, name="link"),
]
