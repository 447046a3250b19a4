"""Addresses of the settings.

    /settings/                          what is configured, and what is mine
    /settings/tokens/                   tokens of programs; POST makes one
    /settings/tokens/<id>/end/          POST
    /settings/webhooks/                 webhooks; POST adds one
    /settings/webhooks/<id>/            tries of one
    /settings/webhooks/<id>/test|end/   POST
    /settings/mail/                     notices by mail; POST asks for or ends them

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.setting import hooks, tokens, views

app_name = "setting"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<slug:token>/end/", tokens.end, name="end-token"),
    path("webhooks/", hooks.webhooks, name="webhooks"),
    path("webhooks/<slug:hook>/", hooks.webhook, name="webhook"),
    path("webhooks/<slug:hook>/test/", hooks.test, name="test-webhook"),
    path("webhooks/<slug:hook>/end/", hooks.end, name="end-webhook"),
    path("mail/", hooks.mail, name="mail"),
]
