"""A real home, backed up while it is used, and made again elsewhere."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from support import postgres
from support.typed import comity

from comity.adapters.entropy import SystemEntropy
from comity.boot import backup
from comity.boot import home as homes
from comity.clocks import instants
from comity.kernel.fault import Fault
from comity.node.operate import backup as sealed
from comity.node.operate.backup import Member
from comity.node.room import local_log
from comity.surfaces.cli import age_files


def done(*words: str | Path, **more: str) -> str:
    """Run a command that must succeed; return what it printed."""
    ran = comity(*words, **more)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an officer and a large body."""
    folder = tmp_path_factory.mktemp("backup") / "home"
    done("init", folder, "--party", "fr", "--name", "en=France", "--agency", "doj=en:Justice")
    done("officer", "add", "--home", folder, "ann", "--agency", "doj")
    return folder


def test_a_home_comes_back(home: Path, tmp_path: Path) -> None:
    """Sealed to what opens its keys: officers, keys, logs and mark as they were."""
    file = tmp_path / "home.backup"
    assert "files of" in done("backup", "--home", home, "-o", file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert not list(home.glob(".backup-*"))
    again = tmp_path / "again"
    told = done("restore", file, again)
    assert "is a home again" in told
    assert f"{again}.highwater, which is not there" in told
    assert "do not open" not in told
    with (
        homes.opened(again, {"COMITY_KEY": "11" * 32}) as found,
        found.home.node.store.read() as tx,
    ):
        size = local_log.local_log(tx, found.home.node).size
        (facts,) = local_log.facts_of(tx, "fr/local", size - 1, size).values()
    assert facts["backup"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert instants.parse(facts["made"]) is not None
    assert done("officer", "list", "--home", again) == done("officer", "list", "--home", home)
    checked = json.loads(comity("fsck", "--home", again, "--json").stdout)
    assert checked["counts"]["opened"] == 2  # an officer was added, and the home restored
    # Its high-water file stayed with the old home: so it says, and compares before it signs.
    assert [problem["code"] for problem in checked["problems"]] == ["node.fsck.high-water"]
    for name in ("config.toml", "secret-key"):
        assert (again / name).read_bytes() == (home / name).read_bytes()
    assert not (again / ".restoring").exists()
    assert again.stat().st_mode & 0o777 == 0o700
    refused = comity("restore", file, again)
    assert refused.returncode == 3
    assert "boot.home.exists" in refused.stderr


KILLED = """
import os, signal, sys
from pathlib import Path
from comity.adapters.entropy import SystemEntropy
from comity.boot import backup
from comity.boot import home as homes
from comity.boot import home as homes
with homes.opened(Path(sys.argv[1]), os.environ) as found, backup.taken(found.home):
    print("copied", flush=True)
    sys.stdin.readline()
"""


def test_a_backup_that_was_killed_leaves_no_copy_for_long(home: Path, tmp_path: Path) -> None:
    """It would hold what is destroyed later; that of a backup under way is left alone."""
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "COMITY_KEY": "11" * 32},
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "copied\n"
    (copy,) = home.glob(".backup-*")
    done("backup", "--home", home, "-o", tmp_path / "beside")
    assert [*home.glob(".backup-*")] == [copy]
    killed.terminate()
    killed.communicate(timeout=30)
    assert (copy / "database" / "store.sqlite3").exists()
    done("backup", "--home", home, "-o", tmp_path / "after")
    assert not [*home.glob(".backup-*")]


def test_a_backup_does_not_take_the_room_of_the_node(home: Path) -> None:
    """The copy of a large database would fill the disk, and what partners send be refused."""
    environment = {"COMITY_KEY": "11" * 32}
    with homes.opened(home, environment) as found:
        asked: list[tuple[int, bool]] = []
        node = replace(found.home.node, require_room=lambda *given: asked.append(given))
        with backup.taken(replace(found.home, node=node)) as members:
            (copy,) = (one for one in members if one.name.startswith("database/"))
    ((size, is_hotline),) = asked
    assert size >= copy.size_bytes
    assert not is_hotline


def test_it_opens_for_its_recipients_alone(home: Path, tmp_path: Path) -> None:
    """A backup for a recipient opens with that key, and with no other, not even the home's."""
    file, key, other = (tmp_path / name for name in ("b", "key", "other"))
    for name in (key, other):
        done("age", "keygen", "-o", name)
    recipient = done("age", "keygen", "-y", key).strip()
    done("backup", "--home", home, "-o", file, "-r", recipient)
    for words in ((), ("-i", str(other))):
        refused = comity("restore", file, tmp_path / "new", *words)
        assert refused.returncode == 3
        assert "on the day when it was made" in refused.stderr
        assert not (tmp_path / "new").exists()
    told = done("restore", file, tmp_path / "new", "-i", key, COMITY_KEY="22" * 32)
    assert "private keys do not open with what is given here" in told


def test_what_is_cut_or_short_of_keys_is_refused(home: Path, tmp_path: Path) -> None:
    """Nothing is left behind of a restore that failed, and no backup of half a home is made."""
    file = tmp_path / "b"
    done("backup", "--home", home, "-o", file)
    file.write_bytes(file.read_bytes()[:-100])
    refused = comity("restore", file, tmp_path / "new")
    assert refused.returncode == 3
    assert "seal.payload.damaged" in refused.stderr
    assert not (tmp_path / "new").exists()
    again = comity("backup", "--home", home, "-o", file)
    assert "surfaces.file.exists" in again.stderr
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    shutil.copy(f"{home}.highwater", f"{copy}.highwater")
    assert comity("backup", "--home", copy, "-o", tmp_path / "c", COMITY_KEY="").returncode == 3


def test_a_passphrase_given_wrong_makes_no_backup(home: Path, tmp_path: Path) -> None:
    """The file would open for it alone, and the keys in it for the right one alone."""
    refused = comity("backup", "--home", home, "-o", tmp_path / "b", COMITY_KEY="22" * 32)
    assert refused.returncode == 3
    assert "keys.secret.wrong" in refused.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["rebuild", "fsck"])
@pytest.mark.parametrize(("key", "code"), [("22" * 32, "wrong"), ("", "missing")])
def test_a_passphrase_given_wrong_drops_nothing(
    home: Path, command: str, key: str, code: str
) -> None:
    """What was computed could not be made anew without it, and every command would be refused."""
    refused = comity(command, "--home", home, "--json", COMITY_KEY=key)
    assert refused.returncode == 3
    assert json.loads(refused.stdout)["error"]["code"] == f"keys.secret.{code}"
    assert "ann" in done("officer", "list", "--home", home)


def test_a_restore_that_fails_leaves_the_folder_as_it_was(home: Path, tmp_path: Path) -> None:
    """An operator's own empty folder, with its owner and mode, takes the next try."""
    file, folder = tmp_path / "b", tmp_path / "new"
    done("backup", "--home", home, "-o", file)
    folder.mkdir()
    refused = comity("restore", file, folder, COMITY_DATABASE="postgresql://127.0.0.1:1/x")
    assert refused.returncode == 3
    assert not list(folder.iterdir())
    done("restore", file, folder)


def changed(home: Path, folder: Path, name: str, data: bytes) -> Path:
    """Return a backup in which one member is another, sealed as good ones are."""
    members: dict[str, BytesIO] = {}
    file = folder / "b"
    done("backup", "--home", home, "-o", file)
    recipient, identity = backup.own_keys({"COMITY_KEY": "11" * 32})
    with file.open("rb") as source:
        sealed.read(source, [identity], lambda name: members.setdefault(name, BytesIO()))
    members[name] = BytesIO(data)
    file.unlink()
    with file.open("wb") as target:
        every = [
            Member(n, len(m.getvalue()), partial(BytesIO, m.getvalue())) for n, m in members.items()
        ]
        sealed.write(every, target, [recipient], SystemEntropy())
    return file


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("database/store.sqlite3", b"", "node.profile.missing"),
        ("database/store.sqlite3", b"x" * 9_000, "node.store.damaged"),
        ("config.toml", b'party = "sn"\n', "boot.home.other-party"),
        ("config.toml", b'party = "fr"\nlater = 1\n', "boot.backup.other-version"),
        ("config.toml", b"\xff\0", "boot.backup.other-version"),
        ("format.json", b'{"format":"comity/backup/2"}', "boot.backup.other-version"),
        ("format.json", b"{", "kernel.json.malformed"),
        ("secret-key", b"zz", "boot.home.unusable"),
    ],
)
def test_parts_that_are_of_no_home_make_none(
    home: Path, tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    """Of another home, of a later version, or of none: it is said, and the folder stays free."""
    file, folder = changed(home, tmp_path, name, data), tmp_path / "new"
    refused = comity("restore", file, folder)
    assert refused.returncode == 3
    assert code in refused.stderr
    assert ".restoring" not in refused.stderr, "which is gone by then"
    assert not folder.exists()


def test_a_home_of_another_party_is_opened_by_nothing(home: Path, tmp_path: Path) -> None:
    """A configuration that was put into the wrong home would begin logs in another's name."""
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    shutil.copy(f"{home}.highwater", f"{copy}.highwater")
    config = copy / "config.toml"
    config.write_text(config.read_text().replace('party = "fr"', 'party = "sn"'))
    for words in (["serve", "--port", "0", "--peer-port", "0"], ["status"], ["fsck"]):
        refused = comity(*words, "--home", copy)
        assert refused.returncode == 3
        assert "boot.home.other-party" in refused.stderr


def test_half_a_restored_home_is_no_home(home: Path, tmp_path: Path) -> None:
    """One that was killed on the way does not know that it must compare before it signs."""
    file, folder = tmp_path / "b", tmp_path / "new"
    done("backup", "--home", home, "-o", file)
    done("restore", file, folder)
    (folder / ".restoring").mkdir()
    for words in (["serve", "--port", "0", "--peer-port", "0"], ["status"]):
        refused = comity(*words, "--home", folder)
        assert refused.returncode == 3
        assert "boot.home.unusable" in refused.stderr


def test_what_a_killed_backup_left_goes_with_the_next(home: Path, tmp_path: Path) -> None:
    """It holds the whole database; that of one that is still at work stays."""
    left, at_work = home / ".backup-left", home / ".backup-at-work"
    for folder in (left, at_work):
        folder.mkdir()
        (folder / "store.sqlite3").write_bytes(b"x")
    lock = os.open(at_work, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        done("backup", "--home", home, "-o", tmp_path / "b")
        assert list(home.glob(".backup-*")) == [at_work]
    finally:
        os.close(lock)
        shutil.rmtree(at_work)


@pytest.mark.parametrize("name", ["local (copy).age", "lost+found/"])
def test_what_is_no_key_is_named(home: Path, tmp_path: Path, name: str) -> None:
    """A file that a backup cannot hold is not left out in silence: it might be a key."""
    path = home / "keys" / name
    if name.endswith("/"):
        path.mkdir()
    else:
        path.touch()
    try:
        refused = comity("backup", "--home", home, "-o", tmp_path / "b")
    finally:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    assert refused.returncode == 3
    assert "boot.home.unusable" in refused.stderr
    assert path.name in refused.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_takes_back_what_it_began(
    home: Path, tmp_path: Path, name: signal.Signals
) -> None:
    """SIGTERM as `timeout` and systemd send it, SIGHUP as a terminal that is closed."""
    slow = (
        "import signal, sys, time; from comity.adapters.store import dump;"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL);"  # also where `nohup` runs the tests
        "dump.migration = lambda: (print(1, flush=True), time.sleep(60));"
        "from comity.boot import main; sys.exit(main())"
    )
    clean = {key: v for key, v in os.environ.items() if not key.startswith("COMITY_")}
    with subprocess.Popen(
        [sys.executable, "-c", slow, "backup", "--home", home, "-o", tmp_path / "b"],
        env={**clean, "COMITY_KEY": "11" * 32},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert list(home.glob(".backup-*"))
        process.send_signal(name)
        assert process.wait(30) == 130
    assert not list(home.glob(".backup-*"))
    assert not list(tmp_path.iterdir())


def test_a_backup_goes_where_there_are_no_links(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On exFAT and on many network shares: a new file appears, and what is there stays."""

    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    file = tmp_path / "b"
    with age_files.writing(str(file), mode=0o600, random=os.urandom, is_new=True) as target:
        target.write(b"first")
    with (
        pytest.raises(Fault) as refused,
        age_files.writing(str(file), mode=0o600, random=os.urandom, is_new=True) as target,
    ):
        target.write(b"second")
    assert refused.value.code == "surfaces.file.exists"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.postgres
def test_a_home_moves_to_postgresql_and_back(home: Path, tmp_path: Path, postgres_dsn: str) -> None:
    """Each names where its database is: served without the variable, it goes on there."""
    large, small, file = (tmp_path / name for name in ("large", "small", "b"))
    with postgres.several(postgres_dsn, "moved", ("fr",)) as dsns:
        done("backup", "--home", home, "-o", file)
        done("restore", file, large, COMITY_DATABASE=dsns["fr"])
        assert f'database = "{dsns["fr"]}"' in (large / "config.toml").read_text()
        assert not (large / "store.sqlite3").exists()
        file.unlink()
        done("backup", "--home", large, "-o", file)
        done("restore", file, small, "--sqlite")
    assert 'database = ""' in (small / "config.toml").read_text()
    assert done("officer", "list", "--home", small) == done("officer", "list", "--home", home)


def test_where_a_copy_of_postgresql_goes_is_said(tmp_path: Path) -> None:
    """A home of SQLite beside a variable that names a database would be served from that one."""
    (tmp_path / "database").mkdir()
    (tmp_path / "keys").mkdir()
    for name in ("secret-key", "database/store.sqlite3"):
        (tmp_path / name).touch()
    (tmp_path / "config.toml").write_text('party = "fr"')
    (tmp_path / "format.json").write_text('{"format":"comity/backup/1","from":"postgresql"}')
    for is_sqlite, variable in ((False, ""), (True, "postgresql://nowhere/x")):
        with pytest.raises(Fault) as refused:
            backup._become_home(
                tmp_path / "new", tmp_path, {"COMITY_DATABASE": variable}, "", is_sqlite=is_sqlite
            )
        assert refused.value.code == "boot.backup.other-database"
