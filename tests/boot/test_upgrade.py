"""A home that an older version of the program left, and one that it still serves."""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from comity.boot import application, log, pages, program, upgrade
from comity.boot import home as homes
from comity.kernel.fault import Fault
from comity.node.base import profile, rules_version
from comity.node.base.profile import Profile
from comity.node.operate import rebuild
from comity.surfaces.cli.context import Settings
from comity.surfaces.web.wsgi import Application, StartResponse

ENVIRONMENT = {"COMITY_KEY": "ab" * 32}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new home."""
    made = tmp_path / "home"
    with homes.create(made, Settings("aa", {"en": "AA"}), None, ENVIRONMENT) as home:
        profile.found(home.node, home.keymaker, Profile({"en": "AA"}))
    return made


def _leave(folder: Path, number: int | None) -> None:
    """Let another version of the program have computed what a home shows."""
    with homes.opened(folder, ENVIRONMENT) as found, found.home.node.store.write() as tx:
        if number is None:
            tx.drop_record("computed", "now")
        else:
            tx.save_record("computed", "now", number)


def _code(folder: Path) -> str:
    """Return why commands do not open a home, or ""."""
    commands = program.make(ENVIRONMENT, form="")
    with commands.open_to_mend(folder):
        pass  # whoever looks, copies or computes it may
    try:
        with commands.open_home(folder):
            return ""
    except Fault as fault:
        return fault.code


def _serve(folder: Path, each_second: Callable[[], object] = lambda: None) -> bool:
    """Do what `serve` does of it; return whether it came to its end."""
    asked, ask = os.pipe()
    try:
        with homes.opened(folder, ENVIRONMENT, woken=lambda _: None) as found:
            anew = upgrade.Upgrade(found, folder, ENVIRONMENT)
            return not anew.is_due or anew.run(asked, each_second)
    finally:
        os.close(asked)
        os.close(ask)


def test_serve_computes_what_an_older_version_did(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then commands are refused with the next step; a home of ours costs nothing."""
    said: list[str] = []

    def tell(event: str, _fields: Mapping[str, Any]) -> None:
        said.append(event)

    monkeypatch.setattr(log, "tell", tell)
    assert _code(folder) == ""
    _serve(folder)
    assert said == []
    _leave(folder, None)
    assert _code(folder) == "node.computed.older"

    assert _serve(folder)

    assert said == ["serve.computing", "serve.computed"]
    assert _code(folder) == ""


def _asked(app: Application, path: str, method: str = "GET") -> tuple[str, str]:
    told: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        named = {name.lower(): value for name, value in headers}
        assert named.get("retry-after", "10") == "10"
        told.append(status)

    body = b"".join(app({"PATH_INFO": path, "REQUEST_METHOD": method}, start))
    return told[0], body.decode()


def test_officers_are_told_while_all_is_computed_anew(folder: Path) -> None:
    """In both languages and to programs; nothing of an older version is shown meanwhile."""

    def page(_environ: dict[str, Any], start: StartResponse) -> list[bytes]:
        start("200 OK", [])
        return [b"a page"]

    _leave(folder, None)
    with homes.opened(folder, ENVIRONMENT, woken=lambda _: None) as found:
        anew = upgrade.Upgrade(found, folder, ENVIRONMENT)
        app = anew.guarded(page)
        refused = "503 Service Unavailable"
        assert _asked(app, "/health") == (refused, '{"percent":0,"state":"upgrading"}\n')
        for path in ("/api/v1/requests", "/feed/"):
            status, body = _asked(app, path)
            assert (status, json.loads(body)["code"]) == (refused, "node.computed.older")
        status, body = _asked(app, "/requests/")
        assert status == refused
        assert "being upgraded" in body
        assert "正在升级" in body
        assert "。\n旧" not in body
        assert 'http-equiv="refresh"' in body
        assert "not taken" in _asked(app, "/requests/", "POST")[1]

        anew.open()
        assert _asked(app, "/requests/") == ("200 OK", "a page")


def test_computing_anew_ends_when_it_is_told_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within seconds, and the next start goes on; each second meanwhile is used."""
    seconds: list[None] = []

    def endless(_node: object, advance: Callable[[int], None], *_: object) -> int:
        while True:
            time.sleep(0.01)
            advance(1)

    _leave(folder, None)
    asked, ask = os.pipe()
    with homes.opened(folder, ENVIRONMENT, woken=lambda _: None) as found:
        anew = upgrade.Upgrade(found, folder, ENVIRONMENT)
        monkeypatch.setattr(rebuild, "bring_up", endless)

        def second() -> None:
            seconds.append(None)
            os.write(ask, b"x")

        assert not anew.run(asked, second)
    assert seconds
    monkeypatch.undo()
    assert _serve(folder)
    assert _code(folder) == ""


def test_what_stops_the_computing_ends_the_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: whoever runs the node is told, and its supervisor tries again."""

    def full(*_: object) -> int:
        raise Fault(code="node.store.full", what="The disk is full.", fix="Free space.")

    _leave(folder, None)
    monkeypatch.setattr(rebuild, "bring_up", full)
    with pytest.raises(Fault) as refused:
        _serve(folder)
    assert refused.value.code == "node.store.full"


def test_a_home_that_a_newer_version_computed_is_left_alone(folder: Path) -> None:
    """Neither commands nor `serve` touch it."""
    _leave(folder, rules_version.RULES + 1)
    assert _code(folder) == "node.computed.newer"
    with pytest.raises(Fault) as refused:
        _serve(folder)
    assert refused.value.code == "node.computed.newer"


def test_a_page_process_of_a_newer_version_shows_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files were replaced under the process that serves, which started it later."""

    def loaded() -> None:
        raise AssertionError

    monkeypatch.setattr(application, "load", loaded)
    monkeypatch.setattr(os, "environ", ENVIRONMENT)
    _leave(folder, None)
    with pytest.raises(Fault) as refused:
        pages._serve(None, folder, ("127.0.0.1", 0))  # type: ignore[arg-type]  # it never gets there
    assert refused.value.code == "node.computed.older"


def test_tables_are_not_changed_under_an_older_version_that_serves(folder: Path) -> None:
    """A command of a newer one is refused before it touches the database."""
    with homes.opened(folder, ENVIRONMENT), connection.cursor() as cursor:
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'store'")
        (newest,) = cursor.fetchone()
        cursor.execute("DELETE FROM django_migrations WHERE name = %s", (newest,))
    with homes.held(folder):
        assert _mend(folder) == "boot.home.served-by-older"
    with program.make(ENVIRONMENT, form="").open_to_mend(folder), connection.cursor() as cursor:
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'store'")
        assert cursor.fetchone() == (newest,)  # not served, it is brought up


def test_tables_that_cannot_all_be_made_are_left_as_they_were(folder: Path) -> None:
    """The first is made and the second is not: the older version still opens its home."""

    def applied() -> list[str]:
        with closing(sqlite3.connect(folder / "store.sqlite3")) as raw:
            found = raw.execute("SELECT name FROM django_migrations WHERE app = 'store'")
            return [name for (name,) in found]

    with homes.opened(folder, ENVIRONMENT), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'store' AND name > '0008'")
    before = applied()
    assert before[-1].startswith("0007")
    assert _mend(folder) == "adapters.store.migration-failed"
    assert applied() == before


def _mend(folder: Path) -> str:
    with (
        pytest.raises(Fault) as refused,
        program.make(ENVIRONMENT, form="").open_to_mend(folder),
    ):
        pass
    return refused.value.code


def test_nothing_is_rebuilt_while_it_is_served(folder: Path) -> None:
    """What is dropped would be missed by whoever serves, and half of it written again."""
    commands = program.make(ENVIRONMENT, form="")
    with homes.held(folder), pytest.raises(Fault) as refused, commands.hands(folder, 0, 1):
        pass
    assert refused.value.code == "adapters.home.already-served"
    with commands.hands(folder, 0, 1) as alone:
        assert alone is None
