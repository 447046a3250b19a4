"""Django settings of a node.

What does not depend on a node stands here as constants, so that tools which read them need
no environment; `for_node` gives the rest, and `comity.adapters.store.connect.configure`
puts both into Django.

Floor: adapters.
"""

import hashlib
from pathlib import Path
from typing import Any, Final

from comity.adapters.store import databases

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
    "comity.adapters.store",
]
AUTH_USER_MODEL = "store.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {"default": databases.sqlite(":memory:")}
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
    "comity.surfaces.web.middleware.Quiet",
    "comity.surfaces.web.account.database.Here",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "comity.surfaces.web.account.gate.Gate",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "comity.boot.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(_WEB / "templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "comity.surfaces.web.templatetags.desk",
            ],
            "libraries": {"guideline": "comity.surfaces.web.templatetags.guideline"},
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
LOGIN_URL = "sign-in"
SESSION_COOKIE_NAME = "comity_session"
SESSION_COOKIE_AGE = 12 * 3_600
"""A long shift, from when he signed in: pages that renew themselves do not prolong it."""
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


def for_node(
    home: Path, database_url: str | None, secret_key: str, *, debug: bool = False
) -> dict[str, Any]:
    """Return the settings that depend on a node.

    Args:
        home: its folder; the SQLite file stands in it.
        database_url: `postgresql://…`, or None for SQLite.
        secret_key: signs sessions; made once for each home.
        debug: show tracebacks in pages; never on a node that serves.
    """
    # Cookies know no ports: two nodes on one machine must not take each other's.
    mark = hashlib.sha256(secret_key.encode()).hexdigest()[:_MARK_CHARS]
    return {
        "SECRET_KEY": secret_key,
        "SESSION_COOKIE_NAME": f"{SESSION_COOKIE_NAME}_{mark}",
        "CSRF_COOKIE_NAME": f"{CSRF_COOKIE_NAME}_{mark}",
        "DEBUG": debug,
        "DATABASES": {"default": databases.of(database_url or home / databases.FILE_NAME)},
    }
