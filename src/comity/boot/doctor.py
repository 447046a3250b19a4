"""What `doctor` asks of the machine: it says "unknown" where it cannot know.

Floor: boot.
"""

import glob
import os
import shlex
import socket
import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from comity.adapters import reseal, tls, vault, wake
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.store import connect
from comity.boot import database_doctor, outside_doctor, stored_doctor
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.finding import OWN, PEER, Finding
from comity.node.base.sentence import coded, say
from comity.node.exchange import contacts
from comity.surfaces.cli.context import Home

_FULL_SYNC: Final = 2
_BLOCKS: Final = Path("/sys/dev/block")
_CRYPT: Final = "CRYPT-"
_DEPTH_MAX: Final = 8
_FILES_MIN: Final = 1_000
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 -- where one is heard who listens everywhere


def look(home: Home) -> list[Finding]:
    """Return what the machine says of a home."""
    return [
        _permissions(home.paths.home),
        _encryption(home.paths.home),
        _secret(home),
        *_root_keys(home.paths.home),
        _room(home),
        _high_water_apart(home),
        database_doctor.look(),
        *stored_doctor.look(home.node),
        _served(home),
        _port(home),
        *outside_doctor.look(home.settings, home.node.clock.now_ms()),
        *_peer_certificates(home.node),
        _clock(home.node.clock.now_ms(), _newest_signed_ms(home)),
    ]


def _good(about: str, what: str) -> Finding:
    return Finding(about, is_good=True, side="", what=what)


def _bad(about: str, what: str, fix: str) -> Finding:
    return Finding(about, is_good=False, side=OWN, what=what, fix=fix)


def _unknown(about: str, what: str) -> Finding:
    return Finding(about, is_good=None, side="", what=what)


def _permissions(home: Path) -> Finding:
    about = say("permissions")
    private = (".", "keys", "bodies", "run", "config.toml", "secret-key", "store.sqlite3")
    open_ = [
        name
        for name in private
        if (home / name).exists() and stat.S_IMODE((home / name).stat().st_mode) & 0o077
    ]
    # Inside a closed folder nothing can be reached; an open folder exposes what is open in it.
    if "." not in open_:
        return _good(about, say("The home is closed to other users of this machine."))
    return _bad(
        about,
        say("Other users of this machine reach {names} of the home.", names=", ".join(open_)),
        say("Run `chmod -R go= {home}`.", home=shlex.quote(str(home))),
    )


def _secret(home: Home) -> Finding:
    """Look at what opens the private keys, if it does: its length, what a try costs, who reads it.

    What is given wrong stops backups, and the next start; that none is given here says nothing.
    """
    about = say("passphrase of the keys")
    if not isinstance(home.keymaker, KeyFiles):
        return _unknown(about, say("It is unknown how the private keys are kept."))
    used = home.keymaker.vault
    again = say(
        "Run `comity key passphrase --home {home}`.", home=shlex.quote(str(home.paths.home))
    )
    try:
        _require_open_if_given(home.keymaker)
        work = reseal.cost(home.paths.keys)
    except Fault as fault:
        return _bad(about, coded(fault.code, fault.what), fault.fix)
    if used.file is not None and _is_read_by_others(used.file):
        return _bad(
            about,
            say("Other users of this machine read {file}, which opens the keys.", file=used.file),
            say("Run `chmod go= {file}`.", file=shlex.quote(str(used.file))),
        )
    if work is None:
        return _good(about, say("A key opens the private keys, and no passphrase."))
    return _passphrase(about, work, reseal.chars_of(used), again)


def _require_open_if_given(keys: KeyFiles) -> None:
    try:
        keys.require_open()
    except Fault as fault:
        if fault.code != "keys.secret.missing":
            raise


def _root_keys(home: Path) -> list[Finding]:
    """Say which root keys are still where pairing wrote them, if no other place was named."""
    found = sorted(path.name for path in home.parent.glob(f"{glob.escape(home.name)}.*.root"))
    if not found:
        return []
    return [
        Finding(
            say("place of the root keys"),
            is_good=None,
            side="",
            what=say(
                "Warning: {names} lies beside the home. Whoever takes this machine, and what opens "
                "it, makes cards of this State that every partner believes.",
                names=", ".join(found),
            ),
            fix=say("Move it to a medium that is kept offline, and give it by --root FILE."),
        )
    ]


def _passphrase(about: str, work: int, chars: int | None, again: str) -> Finding:
    if work < vault.WORK_FACTOR:
        words = say(
            "A try of the passphrase costs 2^{work} steps; today it is 2^{today}.",
            work=work,
            today=vault.WORK_FACTOR,
        )
        return _bad(about, words, again)
    if chars is None:
        return _unknown(about, say("Nothing gives it here, so that its length is unknown."))
    if chars < vault.PASSPHRASE_CHARS_MIN:
        words = say(
            "It has {chars} characters: whoever copies the files tries all such.", chars=chars
        )
        return _bad(about, words, again)
    return _good(about, say("It is long, and a try of it costs what it should."))


def _is_read_by_others(file: Path) -> bool:
    """Return whether any user reads a file, and can come to it through its folder."""
    try:
        return bool(file.stat().st_mode & 0o004 and file.parent.stat().st_mode & 0o001)
    except OSError:
        return False


def _encryption(home: Path) -> Finding:
    """Follow the block devices under the home down to one that dm-crypt made."""
    about = say("encryption of the disk")
    device = home.stat().st_dev
    start = _BLOCKS / f"{os.major(device)}:{os.minor(device)}"
    if not start.exists():
        return _unknown(
            about,
            say(
                "It is unknown whether the disk is encrypted: its device cannot be seen from here."
            ),
        )
    if _is_encrypted(start.resolve(), _DEPTH_MAX):
        return _good(about, say("The disk under the home is encrypted by dm-crypt."))
    return _unknown(
        about,
        say(
            "No dm-crypt is under the home; whether the disk encrypts itself cannot be seen "
            "from here."
        ),
    )


def _is_encrypted(device: Path, depth: int) -> bool:
    uuid = device / "dm" / "uuid"
    try:
        if uuid.read_text(encoding="ascii").startswith(_CRYPT):
            return True
    except OSError:
        pass  # not a device-mapper device
    slaves = device / "slaves"
    if depth == 0 or not slaves.is_dir():
        return False
    return any(_is_encrypted(one.resolve(), depth - 1) for one in slaves.iterdir())


def _room(home: Home) -> Finding:
    about = say("room on the disk")
    files = connect.free_files(home.paths.home)
    if files is not None and files < _FILES_MIN:
        return _bad(
            about,
            say(
                "The file system has room for {files} more files, whatever their size.", files=files
            ),
            say("Remove small files on that file system, or make it anew with more inodes."),
        )
    free = connect.free_bytes(home.paths.home)
    reserve = home.settings.reserve_bytes
    words = say(
        "{free} MiB are free; {reserve} MiB of them are the reserve.",
        free=free >> 20,
        reserve=reserve >> 20,
    )
    if free > 2 * reserve:
        return _good(about, words)
    fix = say("Free disk space: below the reserve only the hotline goes on.")
    return _bad(about, words, fix)


def _high_water_apart(home: Home) -> Finding:
    about = say("place of the high-water file")
    if home.paths.high_water.is_relative_to(home.paths.home):
        return _bad(
            about,
            say("It lies in the home: a backup that is restored would take it back too."),
            say("Set high_water in config.toml to a path outside the home."),
        )
    if not home.paths.high_water.exists():
        return _bad(
            about, say("It is not there."), say("Restore it, or run `comity recover fetch`.")
        )
    if home.paths.high_water.stat().st_dev == home.paths.home.stat().st_dev:
        return Finding(
            about,
            is_good=None,
            side="",
            what=say(
                "Warning: it is on the same file system as the home. An image of that disk, "
                "restored, takes both back, and nothing here shows it."
            ),
            fix=say(
                "Set high_water in config.toml to a path on another disk and move the file there "
                "while nothing serves. After restoring an image, delete the file before the start."
            ),
        )
    return _good(about, say("It is on another disk than the home."))


def _served(home: Home) -> Finding:
    process = wake.serving_process(home.paths.run)
    about = say("serve")
    if process is None:
        return _bad(about, say("No process serves this home."), say("Start `comity serve`."))
    return _good(about, say("Process {process} serves this home.", process=process))


def _port(home: Home) -> Finding:
    about = say("peers' port")
    port = home.settings.peer_port
    if port == 0:
        return _unknown(about, say("The system chooses it at each start; peers need a fixed one."))
    host = _ANY.get(home.settings.peer_host, home.settings.peer_host)
    try:
        with socket.create_connection((host, port), 2):
            is_open = True
    except OSError:
        is_open = False
    if is_open:
        return _good(about, say("Something listens on port {port}, as peers need it.", port=port))
    return _bad(
        about,
        say("Nothing listens on port {port}.", port=port),
        say("Start `comity serve`, or set peer_port."),
    )


def _peer_certificates(node: Node) -> list[Finding]:
    """Say whose card has a certificate that the TLS library of this machine cannot read.

    Such a card counts, and what reads it elsewhere may read it; here it lets nobody in.
    """
    about = say("certificates of partners")
    with node.store.read() as tx:
        held = list(contacts.cards_of_peers(tx, node.party, node.clock.now_ms()))
    bad = [
        Finding(
            about,
            is_good=False,
            side=PEER,
            what=say(
                "{library} cannot read the TLS certificate on card {card} of {party} "
                "(arrangement {arrangement}): who shows it is turned away, so that {party} cannot "
                "call this node by it.",
                library=ssl.OPENSSL_VERSION,
                card=card.number,
                party=card.party,
                arrangement=arrangement,
            ),
            fix=say(
                "Have the operator of {party} make a card with another certificate: `comity key "
                "rotate --new-tls`. It comes with what waits as a file: `comity carry export` "
                "there, `comity carry import` here.",
                party=card.party,
            ),
        )
        for arrangement, card in held
        if not tls.is_readable(card.tls)
    ]
    if bad or not held:
        return bad
    return [_good(about, say("The TLS library of this machine reads that on each card in force."))]


def _clock(now_ms: int, signed_ms: int) -> Finding:
    about = say("clock of the machine")
    if signed_ms > now_ms + limits.SKEW_MS_MAX:
        return _bad(
            about,
            say(
                "It says {now}, and this node signed at {signed}: it is behind, or was ahead then.",
                now=_utc(now_ms),
                signed=_utc(signed_ms),
            ),
            say(
                "Compare it with another clock and set it: `timedatectl`. While it is behind, "
                "cards and certificates of now count as not yet in force."
            ),
        )
    if Path("/run/systemd/timesync/synchronized").exists():
        return _good(about, say("The system says that its clock is synchronised."))
    return _unknown(
        about, say("It is unknown whether the clock is synchronised; peers' skew is shown.")
    )


def _newest_signed_ms(home: Home) -> int:
    """Return the time of the newest head that this node signed, or 0."""
    with home.node.store.read() as tx:
        heads = [tx.newest_head(log.origin) for log in tx.logs() if log.own]
    return max((head.time_s * 1_000 for head in heads if head), default=0)


def _utc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1_000, UTC).isoformat(sep=" ")
