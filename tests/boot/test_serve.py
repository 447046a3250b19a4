"""A node as a process: how it starts, what it refuses, how it ends."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.typed import comity, environment
from support.witness import Witness

from comity.adapters.highwater import FileHighWater
from comity.boot import home as homes
from comity.kernel.fault import Fault
from comity.node.room.release import approve
from comity.surfaces.cli.context import Home, Settings
from comity.tlog import keys
from comity.tlog.keys import KeySigner

ENTRY = (
    "import signal, sys; from comity.boot import main;"
    "signal.signal(signal.SIGHUP, signal.SIG_DFL);"  # also where `nohup` runs the tests
    "sys.exit(main())"
)
PROGRAM = [sys.executable, "-c", ENTRY]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that nobody is paired with."""
    folder = tmp_path_factory.mktemp("serve") / "home"
    made = comity("init", str(folder), "--party", "fr", "--name", "en=France")
    assert made.returncode == 0, made.stderr
    return folder


@contextmanager
def serving(
    home: Path, *words: str, **more: str
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, int]]]:
    """Serve on free ports for the length of a `with`."""
    ready = home.parent / "ready"
    ready.unlink(missing_ok=True)
    started = subprocess.Popen(
        [*PROGRAM, "serve", "--home", str(home), "--port", "0", "--peer-port", "0",
         "--ready-file", str(ready), *words],
        env=environment(**more),
        stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        for _ in range(600):
            if ready.exists() or started.poll() is not None:
                break
            time.sleep(0.05)
        if started.poll() is not None:
            raise AssertionError(started.communicate()[1].decode())
        yield started, json.loads(ready.read_bytes())
    finally:
        started.kill()
        started.communicate()


def test_half_a_home_is_not_left_behind(tmp_path: Path) -> None:
    """Ctrl-C while it is made: the same words make it afterwards; what was there stays."""
    folder = tmp_path / "home"
    settings = Settings("fr", {"en": "France"})

    def interrupted(begun: Home) -> None:
        assert begun.paths.high_water.exists()
        raise KeyboardInterrupt

    made = homes.create(folder, settings, None, environment())
    with pytest.raises(KeyboardInterrupt), made as begun:
        interrupted(begun)
    assert [*tmp_path.iterdir()] == []

    words = ("init", str(folder), "--party", "fr", "--name", "en=France")
    assert comity(*words).returncode == 0
    before = sorted(tmp_path.rglob("*"))
    assert "boot.home.exists" in comity(*words).stderr
    (tmp_path / "other.highwater").touch()
    taken = comity("init", str(tmp_path / "other"), *words[2:])
    assert "highwater.file.exists" in taken.stderr
    is_file = comity("init", str(tmp_path / "other.highwater"), *words[2:])
    assert "is a file, and a home is a folder" in is_file.stderr
    assert sorted(tmp_path.rglob("*")) == [*before, tmp_path / "other.highwater"]


def test_a_node_starts_and_ends(home: Path) -> None:
    """Both listeners answer once it says so; SIGTERM ends it with 0 and frees the home."""
    with serving(home) as (process, ready):
        with socket.create_connection(("127.0.0.1", ready["port"]), 30) as page:
            page.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert page.recv(100).startswith(b"HTTP/1.1 ")
        socket.create_connection(("127.0.0.1", ready["peer_port"]), 5).close()
        second = comity("serve", "--home", str(home))
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0
    assert second.returncode == 3
    assert "adapters.home.already-served" in second.stderr
    assert str(process.pid) in second.stderr


def test_a_node_whose_listener_breaks_ends(home: Path) -> None:
    """Its supervisor starts it again: it would look alive, and no call would reach it."""
    broken = (
        "import sys, threading; from comity.boot import main; from comity.surfaces.wire import "
        "listener; listener.PeerServer.serve = lambda self: threading.Event().wait(1) or 1 / 0;"
        "sys.exit(main())"
    )
    words = ["serve", "--home", str(home), "--port", "0", "--peer-port", "0"]
    ended = subprocess.run(
        [sys.executable, "-c", broken, *words],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 70
    assert "serve.listener-ended" in ended.stderr
    assert "ZeroDivisionError" in ended.stderr


def test_who_is_woken_waits_for_nothing_else(home: Path) -> None:
    """The disk of the database is full: what wakes the officer on duty only reads."""
    told = home.parent / "told"
    full = (
        "import sys, pathlib; from comity.boot import main, escalation, serve_state;"
        "from comity.kernel.fault import Fault\n"
        "def fails(self): raise Fault(code='node.store.full', what='Full.', fix='Free it.')\n"
        f"def looks(self, *_, **__): pathlib.Path({str(told)!r}).touch()\n"
        "serve_state.Served.tell, escalation.Arrivals.look = fails, looks\n"
        "sys.exit(main())"
    )
    words = ["serve", "--home", str(home), "--port", "0", "--peer-port", "0"]
    started = subprocess.Popen(
        [sys.executable, "-c", full, *words, "--on-arrival", "true"], env=environment()
    )
    try:
        for _ in range(200):
            if told.exists() or started.poll() is not None:
                break
            time.sleep(0.05)
    finally:
        started.kill()
        started.wait()
    assert told.exists()


def test_a_link_leads_to_the_node_that_serves(tmp_path: Path) -> None:
    """Also where `serve --port` is another one than the configuration says."""
    home = tmp_path / "home"
    named = ("--party", "fr", "--name", "en=France", "--agency", "doj=en:Justice")
    comity("init", str(home), *named)
    comity("officer", "add", "ann", "--home", str(home), "--agency", "doj")
    words = ("officer", "link", "ann", "--home", str(home), "--json")
    with serving(home) as (process, ready):
        link = json.loads(comity(*words).stdout)["link"]
        process.send_signal(signal.SIGTERM)
        process.wait(60)

    assert link.startswith(f"http://localhost:{ready['port']}/")
    assert json.loads(comity(*words).stdout)["link"].startswith("http://localhost:8400/")


def test_many_signals_end_a_node_as_one_does(home: Path) -> None:
    """Ctrl-C twice, or both signals at once: whichever arrives where, the node is told to end."""
    with serving(home) as (process, _ready):
        time.sleep(0.3)
        for _ in range(200):
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)

        assert process.wait(60) == 0


def test_a_closed_terminal_ends_a_node_as_sigterm_does(home: Path) -> None:
    """SIGHUP: also what a rotation of logs may send by mistake."""
    with serving(home) as (process, _ready):
        process.send_signal(signal.SIGHUP)

        assert process.wait(60) == 0


def test_a_home_without_its_run_folder_is_served(home: Path) -> None:
    """Copies of a home often leave it out; a file in its place is told."""
    shutil.rmtree(home / "run")
    with serving(home):
        assert (home / "run").stat().st_mode & 0o777 == 0o700
    shutil.rmtree(home / "run")
    (home / "run").touch()
    try:
        refused = comity("serve", "--home", str(home), "--port", "0", "--peer-port", "0")
    finally:
        (home / "run").unlink()
    assert refused.returncode == 3
    assert "boot.home.unusable" in refused.stderr
    assert "File exists" in refused.stderr


def test_a_session_secret_that_is_empty_is_told(home: Path) -> None:
    """As a disk that was full leaves it: nobody could sign in to such a node."""
    secret = (home / "secret-key").read_bytes()
    try:
        for wrong in (b"", b"\xff" * 64, secret[:-1]):
            (home / "secret-key").write_bytes(wrong)
            refused = comity("status", "--home", str(home))
            assert refused.returncode == 3
            assert "boot.home.unusable" in refused.stderr
    finally:
        (home / "secret-key").write_bytes(secret)


def test_a_ready_file_that_cannot_be_written_ends_the_start(home: Path) -> None:
    """Whoever waits for the file would wait for ever; the fault names it."""
    ports = ["--port", "0", "--peer-port", "0"]
    refused = comity("serve", "--home", str(home), *ports, "--ready-file", "/none/ready")

    assert refused.returncode == 3
    assert "surfaces.file.unwritable" in refused.stderr
    assert "'/none/ready'" in refused.stderr


def test_a_busy_port_ends_the_start(home: Path) -> None:
    """A start that cannot listen says which port and option, and does not hang."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = comity("serve", "--home", str(home), "--port", str(port), "--peer-port", "0")

    assert refused.returncode == 3
    assert "surfaces.port.busy" in refused.stderr
    assert f"127.0.0.1:{port}" in refused.stderr


def test_status_and_doctor_speak_to_machines(home: Path) -> None:
    """Both give one JSON object; doctor says by its exit code that something is not in order."""
    shown = comity("status", "--home", str(home), "--json")
    checked = comity("doctor", "--home", str(home), "--json")

    assert json.loads(shown.stdout)["party"] == "fr"
    assert checked.returncode == 1
    told = {one["about"]: one for one in json.loads(checked.stdout)["findings"]}
    assert told["serve"]["is_good"] is False
    assert told["database"]["is_good"] is True
    assert told["permissions"]["is_good"] is True


@pytest.mark.parametrize(
    ("words", "more", "code"),
    [
        (["status", "--home", "nowhere"], {}, "boot.home.missing"),
        (["status", "--home", __file__], {}, "boot.home.missing"),
        (["status", "--home", "HOME"], {"COMITY_PORT": "x"}, "boot.config.malformed"),
        (["serve", "--home", "HOME", "--on-arrival", "'"], {}, "boot.command.malformed"),
        (["request", "list", "--home", "HOME", "--as", "ann"], {}, "boot.token.missing"),
        (["init", "HOME", "--party", "fr", "--name", "en=F"], {}, "exist"),
    ],
)
def test_bad_input_has_a_code(
    home: Path, words: list[str], more: Mapping[str, str], code: str
) -> None:
    """What is wrong is said with a code, on stderr for people and as JSON for machines."""
    spelled = [str(home) if word == "HOME" else word for word in words]
    refused = comity(*spelled, **more)

    assert refused.returncode == 3
    assert code in refused.stderr or "not-empty" in refused.stderr


def test_a_crash_comes_where_it_was_asked_for() -> None:
    """The step that tests name kills the process, at the time that was named and not before."""
    program = (
        "from comity.boot.home import crash_step\n"
        "step = crash_step('send.entries-sent:2')\n"
        "step('send.entries-sent'); step('other'); print('once', flush=True)\n"
        "step('send.entries-sent'); print('twice', flush=True)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )

    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "once\n")
    with pytest.raises(Fault):
        homes.crash_step("somewhere")


def test_the_domestic_log_is_signed_and_shown_to_its_witness(tmp_path: Path) -> None:
    """A serving node signs what officers did at home and has an auditor cosign it, by itself."""
    folder = tmp_path / "home"
    comity(
        "init", str(folder), "--party", "fr", "--name", "en=France", "--agency", "doj=en:Justice"
    )
    comity("officer", "add", "ann", "--home", str(folder), "--agency", "doj")
    with Witness.serving(tmp_path) as outside:
        shown = [keys.render(vkey) for vkey in outside.vkeys]
        with (folder / "config.toml").open("a") as config:
            config.write(f'\n[[witness]]\nname = "w"\nurl = "{outside.url}"\n')
            config.write(f"vkeys = {json.dumps(shown)}\nlogs = ['local']\n")
        with homes.opened(folder, environment()) as found:
            own = found.home.node.keys.log_signers("fr/local", "local", 1)
            outside.trust("fr/local", [one.vkey for one in own if isinstance(one, KeySigner)])
        local: dict[str, Any] = {}
        with serving(folder):
            for _ in range(100):
                (local,) = json.loads(comity("status", "--home", str(folder), "--json").stdout)[
                    "logs"
                ]
                if local["witnesses"][0]["cosigned"]:
                    break
                time.sleep(0.2)

    assert local["signed"] == local["size"] == local["witnesses"][0]["cosigned"]
    assert outside.state().keys() == {"fr/local"}


def test_doctor_says_what_the_serving_process_met(tmp_path: Path) -> None:
    """A passphrase given wrong: nothing at home is signed, which nobody but the log told."""
    folder = tmp_path / "home"
    agency = ["--agency", "doj=en:Justice"]
    comity("init", str(folder), "--party", "fr", "--name", "en=France", *agency)
    comity("officer", "add", "ann", "--agency", "doj", "--home", str(folder))
    found: list[dict[str, str]] = []
    with serving(folder, COMITY_KEY="22" * 32):
        for _ in range(30):
            told = json.loads(comity("doctor", "--home", str(folder), "--json").stdout)
            found = [one for one in told["findings"] if one["about"] == "alarm"]
            if found:
                break
            time.sleep(0.5)
    assert [one["side"] for one in found] == ["own"]
    assert "keys.secret.wrong" in found[0]["what"]
    assert "COMITY_PASSPHRASE_FILE" in found[0]["what"]


def test_a_second_sender_is_refused_before_it_listens(home: Path) -> None:
    """Whoever signs for a home holds its high-water file; another one ends at once and says so."""
    mark = FileHighWater(home.with_name("home.highwater"))
    mark.hold()
    refused = comity("serve", "--home", str(home), "--port", "0", "--peer-port", "0")
    mark.close()

    assert refused.returncode == 3
    assert "highwater.file.locked" in refused.stderr


def test_the_number_of_approvals_holds_whatever_opens_the_home(tmp_path: Path) -> None:
    """Two officers in the configuration are two for pages and commands alike, and it is noted."""
    folder = tmp_path / "home"
    comity("init", str(folder), "--party", "fr", "--name", "en=France")
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("approvals = 1", "approvals = 2"))
    sizes: list[int] = []
    for _ in range(2):
        with homes.opened(folder, environment()) as found, found.home.node.store.read() as tx:
            assert approve.own_count(tx) == 2
            sizes += [log.size for log in tx.logs()]
    assert sizes == [1, 1]
