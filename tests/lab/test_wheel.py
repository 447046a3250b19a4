"""What is installed from the wheel alone, in an empty environment and another folder."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from comity.domestic.officer import role
from tools import bundle

UNTIL_S = 600
ROLES = {*role.ROLES} - {role.ANALYST, role.CONTROLLER}


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment that has the wheel and what the lock names, and no clone in sight."""

    programs: Path
    folder: Path

    def words(self, *words: str) -> list[str]:
        return [str(self.programs / "comity"), *words]

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMITY_", "PYTHON"))}
        return {**kept, "PATH": f"{self.programs}:/usr/bin:/bin"}

    def told(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.words(*words), cwd=self.folder, env=self.environment(), capture_output=True,
            text=True, check=False, timeout=UNTIL_S,
        )  # fmt: skip


def _uv(*words: str, **more: str) -> bool:
    done = subprocess.run(
        [bundle.INSTALLER / "uv", *words], cwd=bundle.ROOT, env={**os.environ, **more}, check=False
    )
    return done.returncode == 0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What `uv build` and an installation from the lock give; the cache of uv has it all."""
    if not (bundle.INSTALLER / "uv").exists():
        pytest.skip("./comity has not been started in this folder")
    folder = tmp_path_factory.mktemp("elsewhere")
    wheel, place = bundle.build(folder), {"UV_PROJECT_ENVIRONMENT": str(folder / "environment")}
    sync = ("sync", "--quiet", "--frozen", "--no-dev", "--no-install-project")
    assert _uv(*sync, "--offline", **place) or _uv(*sync, **place)
    programs = folder / "environment" / "bin"
    one = ("pip", "install", "--quiet", "--offline", "--no-deps", "--python")
    assert _uv(*one, str(programs / "python"), str(wheel))
    return Installed(programs, folder)


def test_the_wheel_says_what_it_can_and_has_no_program_of_developers(installed: Installed) -> None:
    """`--help` names the demo; the bench is told of with where it is."""
    shown = installed.told("--help")
    assert shown.returncode == 0, shown.stderr
    assert "demo" in shown.stdout
    assert "[demo.developers.absent]" in installed.told("bench", "desk").stderr


@pytest.fixture
def demo(installed: Installed, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The demo as it runs while somebody looks."""
    words = installed.words("demo", "--json", "--keep", str(tmp_path / "kept"))
    with subprocess.Popen(
        words, cwd=installed.folder, env=installed.environment(), stdout=subprocess.PIPE
    ) as running:
        yield running
        running.kill()


@pytest.mark.slow
def test_the_demo_of_the_wheel_invites_every_role_and_ends_whole(
    demo: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """Each link is somebody's who looks, two have an app of codes; no node is left behind."""
    assert demo.stdout is not None
    told = json.loads(demo.stdout.readline())
    for party in ("fr", "sy"):
        theirs = [one for one in told["links"] if one["party"] == party]
        assert {one for link in theirs for one in link["roles"]} == ROLES
        assert [one["roles"] for one in theirs if "secret" in one] == [["releasing"]]
        for link in theirs:
            with urlopen(link["link"]) as page:  # noqa: S310 -- a page of the demo
                assert link["name"] in page.read().decode()
    ready = [tmp_path / "kept" / home / "run" / "ready.json" for home in ("a", "b")]
    ports = [port for file in ready for port in json.loads(file.read_bytes()).values()]

    demo.terminate()
    assert demo.wait(UNTIL_S) == 130
    assert len(ports) == 4
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.long
def test_a_bundle_installs_without_a_network_and_plays_the_main_job(tmp_path: Path) -> None:
    """Wheels of the lock, each with its hash, and a demo that holds."""
    folder, place = tmp_path / "bundle", tmp_path / "environment"
    folder.mkdir()
    listed = bundle.gather(folder)
    python = place / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    pip = (python, "-m", "pip", "install", "--quiet", "--no-index", "--require-hashes")
    subprocess.run([*pip, "--find-links", folder, "-r", listed], check=True)
    done = Installed(place / "bin", tmp_path).told("demo", "--once", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["held"] is True
