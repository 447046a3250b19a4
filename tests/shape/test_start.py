"""What a command loads before it does anything: who asks for help waits for no room and no node."""

import subprocess
import sys
from pathlib import Path

import pytest

FRAME = ("comity.acts", "comity.boot", "comity.demo", "comity.kernel", "comity.surfaces")
"""What the frame of the command line is made of."""

HEAVY = (
    "comity.boot.rooms", "comity.demo.demo", "comity.rooms.request", "comity.surfaces.web",
    "comity_lab.bench", "comity_lab.sim", "comity_lab.years", "httpx", "typst",
)  # fmt: skip

OF_PAGES = (
    "allauth", "django.contrib", "django.db.migrations.executor", "fido2", "ninja", "pydantic",
    "qrcode", "requests",
)  # fmt: skip
"""What accounts, pages, calls and the making of tables need."""

_LOADED = """
import sys
from comity.boot import main
sys.argv = ["comity", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print("LOADED", *sys.modules)
"""


def loaded(*words: str) -> set[str]:
    """Return the modules that a command line has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *words], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split("LOADED ")[1].split())


def within(modules: set[str], packages: tuple[str, ...]) -> list[str]:
    """Return the modules that are of one of these packages."""
    return sorted(one for one in modules if any(f"{one}.".startswith(f"{p}.") for p in packages))


@pytest.mark.parametrize("word", ["--help", "-h", "--version"])
def test_help_loads_the_frame_alone(word: str) -> None:
    """No node, no database, no cryptography, and the module of no command but completion."""
    found = loaded(word)
    ours = {one for one in found if one.startswith("comity.")}
    assert ours - set(within(ours, FRAME)) == set()
    assert within(found, ("comity.node", "django", "cryptography", "yaml", *HEAVY)) == []
    commands = {f"comity.surfaces.cli.{name}" for name in ("request", "serve", "status", "pair")}
    assert found.isdisjoint(commands)


def test_status_loads_no_room_and_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It folds nothing and serves nothing; of Django it has the line to the database alone."""
    monkeypatch.setenv("COMITY_KEY", "11" * 32)
    home = str(tmp_path / "home")
    named = ("--name", "en=Freedonia", "--agency", "moj=en:Ministry of Justice")
    loaded("init", home, "--party", "fr", *named, "--endpoint", "https://127.0.0.1:7443")
    found = loaded("status", "--home", home)
    assert "comity.adapters.store.table_version" in found
    assert within(found, (*HEAVY, *OF_PAGES)) == []
