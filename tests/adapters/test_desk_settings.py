"""What follows from how officers reach the pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from comity.adapters.desk_settings import DeskSettings
from comity.adapters.settings import for_node
from comity.node.base.rows import Provider

SECRET = "0123456789abcdef" * 4
CHECK = """
import sys
from pathlib import Path
from comity.adapters.desk_settings import DeskSettings
from comity.adapters.store import connect

connect.configure(Path(sys.argv[1]), None, sys.argv[2], desk=DeskSettings(sys.argv[3], 1))
from django.core.management import call_command

call_command("check", deploy=True, fail_level="WARNING")
"""


FOR_BROWSERS = "DJANGO_ALLOW_ASYNC_UNSAFE"
"""What tests in a browser set, and no node."""


def test_behind_tls_nothing_is_left_to_say(tmp_path: Path) -> None:
    """Django's own check for deployment finds nothing to warn of, and nothing is silenced."""
    words = [str(tmp_path), SECRET, "https://desk.example"]
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *words],
        capture_output=True,
        check=False,
        text=True,
        env={name: text for name, text in os.environ.items() if name != FOR_BROWSERS},
    )
    assert done.returncode == 0, done.stderr
    assert "0 silenced" in done.stdout


def test_behind_tls_cookies_and_names_are_of_one_address(tmp_path: Path) -> None:
    """Cookies promise one host over TLS alone; that host is answered and holds the passkeys."""
    given = for_node(tmp_path, None, SECRET, desk=DeskSettings("https://desk.example:8443", 1))
    assert given["SESSION_COOKIE_NAME"].startswith("__Host-comity_session_")
    assert given["LANGUAGE_COOKIE_NAME"] == "__Host-comity_language"
    assert given["SESSION_COOKIE_SECURE"] is given["CSRF_COOKIE_SECURE"] is True
    assert given["COMITY_PASSKEY_HOST"] == "desk.example"
    assert given["CSRF_TRUSTED_ORIGINS"] == ["https://desk.example:8443"]
    assert "desk.example" in given["ALLOWED_HOSTS"]


@pytest.mark.parametrize("name", ["SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "COMITY_ORIGIN"])
def test_on_this_machine_nothing_asks_for_tls(tmp_path: Path, name: str) -> None:
    """A desk on loopback works over HTTP, as a browser lets it."""
    assert name not in for_node(tmp_path, None, SECRET)


def test_forms_lead_to_the_providers_of_the_configuration_alone(tmp_path: Path) -> None:
    """The content policy names each provider's origin, and no other."""
    provider = Provider("ministry", "Ministry", "https://id.example/realms/a", "comity")
    given = for_node(tmp_path, None, SECRET, desk=DeskSettings(oidc=(provider,)))
    assert given["SECURE_CSP"]["form-action"] == ["'self'", "https://id.example"]
    apps = given["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert apps[0]["settings"]["oauth_pkce_enabled"] is True
