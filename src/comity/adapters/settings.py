"""Django settings of a node.

What does not depend on a node stands here as constants, so that tools which read them need
no environment; `for_node` gives the rest, and `comity.adapters.store.connect.configure`
puts both into Django.

Floor: adapters.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from comity.adapters.desk_settings import DeskSettings
from comity.adapters.store import databases
from comity.node.base.rows import Provider

_SOURCE: Final = Path(__file__).resolve().parent.parent
_WEB: Final = _SOURCE / "surfaces" / "web"
_MARK_CHARS: Final = 8

SECRET_KEY = "type-checking"  # noqa: S105 -- replaced by `for_node`; it signs nothing
DEBUG = False
INSTALLED_APPS: list[str] = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "comity.adapters.store",
]
AUTH_USER_MODEL = "store.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {"default": databases.sqlite(":memory:")}
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "store_cached",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}
"""Counts of tries to sign in, and what came of many lines at once: in the database of the node
that is asked, so that neither a restart nor a second process begins anew, and so many that nobody
pushes them out. What is alike on many pages (the entries of a role) is rendered once a process."""
DATABASE_ROUTERS = ["comity.surfaces.web.account.database.Router"]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [
    str(_WEB / "locale"),
    *(str(path) for path in sorted((_WEB / "locale").iterdir()) if path.name != "zh_Hans"),
]
"""One catalogue for what every page says, and one a room."""

# The officers' surface: what `comity.surfaces.web` needs stands from here on.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
MIDDLEWARE: list[str] = [
    "comity.surfaces.web.middleware.Addresses",
    "comity.surfaces.web.middleware.Quiet",
    "comity.surfaces.web.account.database.Here",
    "comity.surfaces.web.account.strangers.Strangers",
    "comity.surfaces.web.idempotency.Twice",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "comity.surfaces.web.account.refusals.Refusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "comity.surfaces.web.account.gate.Gate",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "comity.surfaces.web.return_address.Onward",
    "comity.surfaces.web.exercise.marking.Marked",
    "comity.surfaces.web.middleware.Snapshot",
]
ROOT_URLCONF = "comity.boot.page_urls"
COMITY_PROGRAMS_URLCONF = "comity.boot.urls"
"""Where a program calls: what answers those takes as much memory as all pages."""
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(_WEB / "templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.cache",
                "django.templatetags.i18n",
                "comity.surfaces.web.templatetags.account",
                "comity.surfaces.web.templatetags.desk",
                "comity.surfaces.web.templatetags.drafts",
                "comity.surfaces.web.templatetags.punctuation",
            ],
            "libraries": {
                "agency": "comity.surfaces.web.templatetags.agency",
                "duty": "comity.surfaces.web.templatetags.duty",
                "guideline": "comity.surfaces.web.templatetags.guideline",
                "request": "comity.surfaces.web.templatetags.request",
                "commitment": "comity.surfaces.web.templatetags.commitment",
                "dialogue": "comity.surfaces.web.templatetags.dialogue",
                "hotline": "comity.surfaces.web.templatetags.hotline",
                "share": "comity.surfaces.web.templatetags.share",
                "proposal": "comity.surfaces.web.templatetags.proposal",
                "wording": "comity.surfaces.web.templatetags.wording",
                "request_list": "comity.surfaces.web.templatetags.request_list",
                "review": "comity.surfaces.web.templatetags.review",
            },
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "comity.surfaces.web.context.every_page",
            ],
        },
    }
]
FORM_RENDERER = "comity.surfaces.web.forms.Renderer"
STATIC_URL = "static/"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    **{f"{kind}-src": ["'self'"] for kind in ("script", "style", "img", "font", "connect")},
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
SECURE_REFERRER_POLICY = "same-origin"
"""Nothing to others; `no-referrer` would take the Origin from our own forms too (CSRF)."""
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 << 20
"""Of one call of a program: attachments of 8 MiB in base64, and the act."""
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
"""Of one form: a request names many identifiers, each with its period."""
FILE_UPLOAD_HANDLERS = ["comity.surfaces.web.upload.size_limit.Bounded"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "first"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "comity.surfaces.web.account.passwords.Guessable"},
]
ACCOUNT_ADAPTER = "comity.surfaces.web.account.adapter.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
"""For as long as `SESSION_COOKIE_AGE`, whatever becomes of the browser's window."""
ACCOUNT_RATE_LIMITS = {"login_failed": "5/300s/key"}
"""Wrong passwords, by whose they are counted as: see `surfaces.web.account.guesses`."""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_FORMS = {
    name: f"comity.surfaces.web.account.forms.{form}"
    for name, form in {
        "login": "SignIn",
        "reauthenticate": "ShowPassword",
        "change_password": "ChangePassword",
        "set_password": "SetPassword",
    }.items()
}
MFA_ADAPTER = "comity.surfaces.web.account.adapter.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODE_DIGITS = 12
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
"""A code of half a minute ago counts too: clocks of telephones and nodes differ."""
MFA_FORMS = {
    name: f"comity.surfaces.web.account.forms.{form}"
    for name, form in {
        "add_webauthn": "AddPasskey",
        "authenticate": "Code",
        "reauthenticate": "CodeAgain",
        "activate_totp": "BeginCodes",
        "edit_webauthn": "NamePasskey",
    }.items()
}
SOCIALACCOUNT_ADAPTER = "comity.surfaces.web.account.oidc.Providers"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
COMITY_ORIGIN = ""
"""Where officers reach the pages; the address that is asked by, if ""."""
COMITY_PASSKEY_HOST = ""
"""The name that passkeys are bound to; the one that is asked by, if ""."""
SESSION_COOKIE_NAME = "comity_session"
SESSION_COOKIE_AGE = 12 * 3_600
"""A long shift, from when they signed in: pages that renew themselves do not prolong it."""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
"""A link in a mail opens for who is signed in; forms have their token."""
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_NAME = "comity_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "comity.surfaces.web.views.stale_form"
LANGUAGE_COOKIE_NAME = "comity_language"
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Strict"
# Here it ends.


def _behind_tls(desk: DeskSettings) -> dict[str, Any]:
    """Return what follows from the one address by which officers reach the pages."""
    if not desk.origin:
        return {}
    host = urlsplit(desk.origin).hostname or ""
    return {
        "COMITY_ORIGIN": desk.origin,
        "COMITY_PASSKEY_HOST": host,
        "ALLOWED_HOSTS": [*ALLOWED_HOSTS, host],
        "CSRF_TRUSTED_ORIGINS": [desk.origin],
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_SSL_REDIRECT": True,
        "SECURE_SSL_HOST": urlsplit(desk.origin).netloc,
        "SECURE_REDIRECT_EXEMPT": [r"^health$", r"^api/"],
        "ALLAUTH_TRUSTED_PROXY_COUNT": desk.proxies,
    }


def _providers(oidc: Sequence[Provider]) -> dict[str, Any]:
    """Return who else says who an officer is; a form may lead to them and to nobody else."""
    if not oidc:
        return {}
    apps = [
        {
            "provider_id": one.id,
            "name": one.name,
            "client_id": one.client_id,
            "secret": one.client_secret,
            "settings": {
                "server_url": one.issuer,
                "officer_claim": one.officer_claim,
                "oauth_pkce_enabled": True,
            },
        }
        for one in oidc
    ]
    origins = ["{0.scheme}://{0.netloc}".format(urlsplit(one.issuer)) for one in oidc]
    return {
        # It loads a second HTTP client, a quarter of what a command takes to start.
        "INSTALLED_APPS": [*INSTALLED_APPS, "allauth.socialaccount.providers.openid_connect"],
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}},
        "SECURE_CSP": {**SECURE_CSP, "form-action": [*SECURE_CSP["form-action"], *origins]},
    }


def for_node(
    home: Path,
    database_url: str | None,
    secret_key: str,
    *,
    desk: DeskSettings | None = None,
    debug: bool = False,
) -> dict[str, Any]:
    """Return the settings that depend on a node.

    Args:
        home: its folder; the SQLite file stands in it.
        database_url: `postgresql://…`, or None for SQLite.
        secret_key: signs sessions; made once for each home.
        desk: how officers reach its pages, and who says who they are.
        debug: show tracebacks in pages; never on a node that serves.
    """
    # Cookies know no ports: two nodes on one machine must not take each other's.
    mark = hashlib.sha256(secret_key.encode()).hexdigest()[:_MARK_CHARS]
    around = desk or DeskSettings()
    # A browser takes this beginning as a promise: of this host alone, over TLS alone.
    prefix = "__Host-" if around.origin else ""
    return {
        "SECRET_KEY": secret_key,
        "SESSION_COOKIE_NAME": f"{prefix}{SESSION_COOKIE_NAME}_{mark}",
        "CSRF_COOKIE_NAME": f"{prefix}{CSRF_COOKIE_NAME}_{mark}",
        "LANGUAGE_COOKIE_NAME": f"{prefix}{LANGUAGE_COOKIE_NAME}",
        **_behind_tls(around),
        **_providers(around.oidc),
        "DEBUG": debug,
        "DATABASES": {"default": databases.of(database_url or home / databases.FILE_NAME)},
    }
