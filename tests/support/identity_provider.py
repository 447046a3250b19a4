"""A provider of identities for tests: allauth's own, in a process of its own.

    python identity_provider.py FOLDER PORT CALLBACK      prints `ready` when it answers

Its users are `ann` and `eve`, each with the password `their own provider knows it`; the client is
`comity`.  It is a Django project of one file: nothing of the node's settings reaches it.

Floor: tests.
"""

import sys
from pathlib import Path
from typing import Any

import django
from cheroot import wsgi
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

PASSWORD = "their own provider knows it"  # noqa: S105 -- of a provider that lives as long as a test
CLIENT = "comity"
SECRET = "a secret of tests"  # noqa: S105 -- as above


def configure(folder: Path) -> None:
    """Set Django up as a provider, over a database of its own."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    settings.configure(
        SECRET_KEY="a key that signs nothing but tests",  # noqa: S106 -- as above
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "provider.sqlite3"),
            }
        },
        SESSION_COOKIE_NAME="provider_session",
        LOGIN_URL="account_login",
        LOGIN_REDIRECT_URL="/",
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        IDP_OIDC_PRIVATE_KEY=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode("ascii"),
    )
    django.setup()


def fill(callback: str) -> None:
    """Make tables, two users and the client."""
    from allauth.idp.oidc.models import Client  # noqa: PLC0415 -- once the framework is configured
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 -- as above
    from django.contrib.auth.models import User  # noqa: PLC0415 -- as above
    from django.core.management import call_command  # noqa: PLC0415 -- as above

    call_command("migrate", verbosity=0)
    for name in ("ann", "eve"):
        User.objects.create_user(name, password=PASSWORD)
    Client.objects.create(
        id=CLIENT,
        name="comity",
        secret=make_password(SECRET),
        scopes="openid\nprofile\nemail",
        redirect_uris=callback,
        skip_consent=True,
    )


def home(_request: HttpRequest) -> HttpResponse:
    """Answer somewhere after somebody signed in."""
    return HttpResponse("signed in")


urlpatterns: list[Any] = []


def main() -> None:
    """Serve until ended."""
    folder, port, callback = sys.argv[1:]
    configure(Path(folder))
    fill(callback)
    urlpatterns.extend(
        [
            path("", include("allauth.idp.urls")),
            path("accounts/", include("allauth.account.urls")),
            path("", home),
        ]
    )
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 -- as above

    server = wsgi.Server(("127.0.0.1", int(port)), WSGIHandler(), numthreads=2)
    server.prepare()
    print("ready", flush=True)  # noqa: T201 -- whoever started it waits for the word
    server.serve()


if __name__ == "__main__":
    main()
