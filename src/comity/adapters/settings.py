"""Django settings of a node; `comity.boot` fills in what depends on its home.

Floor: adapters.
"""

SECRET_KEY = "type-checking"  # noqa: S105 -- replaced by boot; a node refuses to serve with this one
INSTALLED_APPS: list[str] = ["django.contrib.contenttypes", "django.contrib.auth"]
USE_TZ = True
