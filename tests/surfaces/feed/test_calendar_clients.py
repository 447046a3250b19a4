"""Calendars and address books of others: what they read of ours, and what we read of theirs.

The clients are programs in processes of their own: vdirsyncer fetches a feed over HTTP and takes
it to a Radicale server by CalDAV, khal shows it and writes into it, khard reads contact points.
"""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import override
from wsgiref.simple_server import WSGIRequestHandler, make_server

from node.desk.test_planning import Desk
from support.desks import Desks
from surfaces.cli.test_contact import POINTS, TRIED

from comity.domestic.duty import plan
from comity.domestic.duty.plan import LineSet, Overridden, Part
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk.duty import plan_ics, planning
from comity.node.room import api_tokens
from comity.surfaces.feed import wsgi

HERE = "127.0.0.1"
HOUR = 3_600_000
EVENING = int(datetime(2027, 10, 29, 18, tzinfo=UTC).timestamp() * 1_000)
"""Two nights before clocks go back in Europe."""
NIGHTS = LineSet(
    "night", "", "Europe/Paris", ("wei", "li"), (480, 1_200), EVENING // plan.DAY_MS - 2, plan.ALL,
    "", 0,
)  # fmt: skip
READY_S = 20.0


def run(*words: str | Path, home: Path) -> str:
    """Run a client with a home of its own; return what it printed."""
    program = Path(sys.executable).with_name(str(words[0]))
    done = subprocess.run(
        [program, *map(str, words[1:])],
        env={
            "HOME": str(home),
            "PATH": str(program.parent),
            "TZ": "UTC",
            "LANG": "C.UTF-8",
            "VDIRSYNCER_CONFIG": str(home / "vdirsyncer"),
        },
        input="y\n" * 9,  # to what it asks before it makes a folder
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


class _Quiet(WSGIRequestHandler):
    @override
    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def served(application: wsgi.Application) -> Iterator[str]:
    """Serve an application on loopback; give its address."""
    with make_server(HERE, 0, application, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://{HERE}:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def radicale(folder: Path) -> Iterator[str]:
    """Run a Radicale server of one officer; give its address."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "radicale", "--server-hosts", f"{HERE}:{port}"]
    words += ["--storage-filesystem-folder", str(folder), "--auth-type", "none"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        end = time.monotonic() + READY_S
        while True:
            assert server.poll() is None
            with socket.socket() as probe:
                if probe.connect_ex((HERE, port)) == 0:
                    break
            assert time.monotonic() < end
            time.sleep(0.02)
        yield f"http://{HERE}:{port}/"
        server.terminate()


def held(folder: Path, ending: str) -> list[Path]:
    """Return what a Radicale server keeps, without its caches."""
    found = folder.rglob(f"*.{ending}")
    return [one for one in found if ".Radicale.cache" not in one.parts]


def sync(home: Path, ours: str, ending: str, server: str) -> Path:
    """Let vdirsyncer take a file of ours to a folder, and the folder to a server and back."""
    kind = "caldav" if ending == "ics" else "carddav"
    (home / "vdirsyncer").write_text(
        f"""[general]
status_path = "{home}/status"
[pair fetched]
a = "ours"
b = "folder"
collections = null
conflict_resolution = "a wins"
[storage ours]
type = "http"
url = "{ours}"
[storage folder]
type = "filesystem"
path = "{home}/{ending}/duty"
fileext = ".{ending}"
[pair kept]
a = "folders"
b = "server"
collections = ["duty"]
[storage folders]
type = "filesystem"
path = "{home}/{ending}"
fileext = ".{ending}"
[storage server]
type = "{kind}"
url = "{server}"
username = "wei"
password = "none"
"""
    )
    folder = home / ending / "duty"
    folder.mkdir(parents=True, exist_ok=True)
    run("vdirsyncer", "discover", home=home)
    for pair in ("fetched", "kept"):
        run("vdirsyncer", "sync", pair, home=home)
    return folder


def khal_of(home: Path, folder: Path) -> tuple[str | Path, ...]:
    """Return khal as an officer in Shanghai has it, over a folder."""
    (home / "khal").write_text(
        f"""[calendars]
[[duty]]
path = {folder}
[locale]
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
timeformat = %H:%M
dateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
longdateformat = %Y-%m-%d
[sqlite]
path = {home}/khal.db
"""
    )
    return "khal", "-c", home / "khal"


def listed(home: Path, khal: tuple[str | Path, ...], first: str, days: str) -> set[str]:
    """Return the shifts that khal shows: beginning, end, and what they are called."""
    form = "{start-long-full}|{end-long-full}|{title}"
    shown = run(*khal, "list", "-df", "", "-f", form, first, days, home=home)
    return {*shown.split("\n")} - {""}


def test_shifts_reach_an_officers_calendar_and_what_it_writes_comes_back(tmp_path: Path) -> None:
    """Over the night when clocks go back, by feed, vdirsyncer and Radicale, into khal.

    An officer writes a shift that repeats into khal: its file is a roster that the plan takes.
    """
    desk = Desk(tmp_path / "node")
    desk.at(EVENING)
    assert isinstance(planning.set_line(desk.node, desk.ann, NIGHTS), LineSet)
    token, _ = api_tokens.add(desk.node, desk.wei, "phone", ["feed"])
    home = tmp_path / "officer"
    home.mkdir()
    with (
        served(wsgi.with_feed(desk.node, lambda _environ, _start: [])) as ours,
        radicale(tmp_path / "radicale") as server,
    ):
        folder = sync(home, f"{ours}/feed/{token}/duty.ics", "ics", server)
        kept = held(tmp_path / "radicale", "ics")
    ahead = planning.span(desk.node, EVENING, EVENING + 90 * plan.DAY_MS)
    mine = [one for one in ahead if one.officer == "wei"]
    assert len(kept) == len([*folder.iterdir()]) == len(mine) == 90
    khal = khal_of(home, folder)
    wanted = [shift(one) for one in mine if "2027-10-30" <= local(one.from_ms) < "2027-11-02"]
    assert listed(home, khal, "2027-10-30", "3d") >= {*wanted}
    assert len(wanted) == 3
    times = ("2027-11-20", "09:00", "2027-11-20", "21:00")
    run(
        *khal, "new", "-a", "duty", *times, "night: li", "-r", "daily", "-u", "2027-11-23",
        home=home,
    )  # fmt: skip
    (written,) = (one for one in folder.iterdir() if b"night: li" in one.read_bytes())
    read = plan_ics.read(written.read_bytes(), "night", EVENING)
    theirs = {one for one in listed(home, khal, "2027-11-19", "6d") if one.endswith(": li")}
    assert {shift(one) for one in read} == theirs
    assert len(theirs) == len(read) == 3
    assert not isinstance(planning.override_all(desk.node, desk.ann, read), Inadmissible)
    desk.at(read[0].from_ms + HOUR)
    assert desk.now() == "li"


def shift(one: Part | Overridden) -> str:
    """Return a shift as khal shows it."""
    return f"{local(one.from_ms)}|{local(one.until_ms)}|night: {one.officer}"


def local(at_ms: int) -> str:
    """Return an instant as khal shows it to an officer in Shanghai."""
    return datetime.fromtimestamp(at_ms / 1_000 + 8 * 3_600, UTC).strftime("%Y-%m-%d %H:%M")


def test_an_address_book_shows_contact_points_after_a_server_had_them(tmp_path: Path) -> None:
    """Through Radicale by CardDAV, khard shows numbers, mail, and which nobody proved."""
    desks = Desks(tmp_path / "node")
    points = tmp_path / "points.yaml"
    points.write_text(POINTS, "utf-8")
    desks.do("cn", "contact", "publish", points)
    desks.do("us", "contact", "prove", "cn", "--entry", "desk", *TRIED)
    home = tmp_path / "officer"
    home.mkdir()
    desks.do("us", "contact", "vcard", "cn", "-o", home / "cn.vcf", "--lang", "zh")
    data = (home / "cn.vcf").read_bytes()

    def cards(_environ: object, start: wsgi.StartResponse) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/vcard; charset=utf-8")])
        return [data]

    with served(cards) as ours, radicale(tmp_path / "radicale") as server:
        folder = sync(home, f"{ours}/cn.vcf", "vcf", server)
        kept = held(tmp_path / "radicale", "vcf")
    assert any("值班室 (cn)" in one.read_text("utf-8") for one in kept)
    (home / "khard.conf").write_text(f"[addressbooks]\n[[cn]]\npath = {folder}\n")
    khard = ("khard", "-c", home / "khard.conf")
    numbers = run(*khard, "phone", "--parsable", home=home)
    assert {line.split("\t")[0] for line in numbers.splitlines()} == {
        "+861065204334",
        "+861065204335;ext=12",
    }
    shown = run(*khard, "show", "值班室", home=home)
    assert "duty@example.org" in shown
    assert "核实日期：2026-11-24。" in shown  # noqa: RUF001 -- Chinese punctuation
    assert "近三个月未经核实。" in run(*khard, "show", "联络处", home=home)
