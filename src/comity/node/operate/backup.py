"""Backups: a home as one sealed file, in flat memory both ways.

    age( tar: format.json  config.toml  secret-key  keys/…  database/…  bodies/…  manifest.json )

The manifest comes last and has the SHA-256 and size of every member: what is cut short or
changed is refused as a whole.  A backup without a seal identity would be one whose entries
nobody can open, so it is refused (protocol rule 5).  The high-water file stays outside: it
must not travel back in time with the home.

Source: architecture section 5; protocol rules 5, 9 and 21; POSIX ustar.
Floor: node.
"""

import hashlib
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base import channel_records, local_keys, register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL
from comity.node.exchange import excuse, seal
from comity.seal import age
from comity.seal.age import Entropy, Identity, Recipient
from comity.seal.stream import LineSource, Source, Target

FORMAT: Final = "comity/backup/1"
FORMAT_NAME: Final = "format.json"
MANIFEST_NAME: Final = "manifest.json"

_BLOCK: Final = 512
_READ_BYTES: Final = 1 << 20
_NAME: Final = re.compile(
    r"format\.json|manifest\.json|config\.toml|secret-key"
    r"|keys/[A-Za-z0-9._-]{1,200}|database/[a-z0-9_.-]{1,60}|bodies/[0-9a-f]{64}"
)
_MODE: Final = 0o600

type Open = Callable[[], BinaryIO]
type Place = Callable[[str], Target]
"""Gives where a member's bytes go; what was given before is complete by then."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup.

    Attributes:
        name: within the backup, `keys/master.age`.
        size_bytes: exactly.
        open: gives its bytes.
    """

    name: str
    size_bytes: int
    open: Open


@dataclass(frozen=True, slots=True)
class Written:
    """What went into a backup, or came out of it.

    Attributes:
        members: how many files.
        size_bytes: of all of them.
        damaged: bodies, by hash, whose bytes are not those that they are named by.
    """

    members: int
    size_bytes: int
    damaged: tuple[str, ...] = ()


KEYS_MISSING: Final = "node.backup.keys-missing"


def can_hold(name: str) -> bool:
    """Return whether a member of a backup may be called so."""
    return _NAME.fullmatch(name) is not None


def require_keys(node: Node) -> list[str]:
    """Return if the keys of this home open, and every seal identity of a card is here.

    A backup that is sealed to a passphrase given wrong opens for nobody who has the right one.

    Returns:
        Channels that acts opened and whose keys are not here.  No next card can take their place,
        and a home without them is better backed up than not.

    Raises:
        Fault: `keys.secret.wrong`, `keys.secret.missing`, `keys.file.*`,
            `node.backup.keys-missing`.
    """
    with node.store.read() as tx:
        logs = [log for log in tx.logs() if log.own]
        signing = {log.origin: local_keys.held(tx, log.origin)[-1].number for log in logs}
        needed = own_cards(tx, node.party)
    for log in logs:
        if log.channel == LOCAL_CHANNEL:
            node.keys.log_signers(log.origin, LOCAL_CHANNEL, signing[log.origin])
    lacking: list[str] = []
    for path, number in needed:
        try:
            node.keys.identity(path, number)
        except Fault as fault:
            if fault.code == seal.KEY_MISSING and not channel_records.has_cards(path):
                lacking.append(path)
                continue
            raise Fault(
                code=KEYS_MISSING,
                what=f"The seal key of card {number} for {path} cannot be used: {fault.what}",
                fix="Bring that key file back first; where it is gone for good, run `comity key "
                "rotate --lost` with the root key.",
            ) from fault
    return lacking


def own_cards(tx: Tx, party: str) -> list[tuple[str, int]]:
    """Return each own channel with the number of each card whose private keys it needs.

    Keys that are known to be gone for good are not needed: nobody can bring them.
    """
    needed: set[tuple[str, int]] = set()
    for path in (log.channel for log in tx.logs() if log.own and log.channel != LOCAL_CHANNEL):
        arrangement = register_records.split_channel(path)[0]
        if channel_records.has_cards(path):
            gone = register_records.lost_cards(tx, arrangement)
            held = [*register_records.cards(tx, arrangement, party)]
            needed |= {(path, number) for number in held if number not in gone}
        else:
            needed |= {(path, number) for number in trust.load(tx, path).opened.get(party, ())}
    return sorted(needed)


def mark_restored(node: Node, *, note: Callable[[Tx], None] = lambda _tx: None) -> None:
    """Note that this home came from a backup: it compares with every peer before it signs.

    `note` is called in the same transaction.
    """
    with node.store.write() as tx:
        excuse.forget_all(tx)
        for log in tx.logs():
            if log.own and log.channel != LOCAL_CHANNEL:
                tx.save_record(excuse.RESTORED, log.origin, node.clock.now_ms())
        note(tx)


def write(
    members: Iterable[Member],
    target: Target,
    recipients: Sequence[Recipient],
    entropy: Entropy,
    advance: Callable[[int], None] = lambda _: None,
) -> Written:
    """Write a sealed backup.

    Args:
        members: in the order in which they are restored.
        target: the file.
        recipients: to whom it is sealed.
        entropy: chance.
        advance: called with the bytes done.

    Raises:
        Fault: `seal.recipient.*`, before anything is written; `node.backup.changed`.
    """
    tar = _Tar(members, advance)
    age.seal_stream(tar, target, recipients, entropy)
    return Written(tar.members, tar.size_bytes, tuple(tar.damaged))


def read(source: LineSource, identities: Sequence[Identity], place: Place) -> Written:
    """Read a backup, each member to its place; whatever was placed counts only on return.

    Raises:
        Fault: `seal.*` if it does not open; `node.backup.malformed`.
    """
    untar = _Untar(place)
    age.unseal_stream(source, untar, identities)
    return untar.finish()


class Digested:
    """A source whose bytes are hashed as they are read."""

    def __init__(self, source: LineSource) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes; none only at the end."""
        return self._hashed(self._source.read(size_bytes))

    def readline(self, size_bytes: int, /) -> bytes:
        """Return the next line with its newline, or its first `size_bytes` bytes."""
        return self._hashed(self._source.readline(size_bytes))

    def sha256(self) -> str:
        """Return the SHA-256 of all that was read, in hexadecimal."""
        return self._digest.hexdigest()

    def _hashed(self, data: bytes) -> bytes:
        self._digest.update(data)
        return data


class _Tar:
    """A tar archive that is read, made as it is read."""

    def __init__(self, members: Iterable[Member], advance: Callable[[int], None]) -> None:
        self._advance = advance
        self.members = 0
        self.size_bytes = 0
        self.damaged: list[str] = []
        self._manifest: dict[str, Json] = {}
        self._chunks = self._all(members)
        self._rest = b""

    def read(self, size_bytes: int, /) -> bytes:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = chunk
        part, self._rest = self._rest[:size_bytes], self._rest[size_bytes:]
        return part

    def _all(self, members: Iterable[Member]) -> Iterator[bytes]:
        for member in members:
            with member.open() as file:
                yield from self._one(member.name, member.size_bytes, file)
            self.members += 1
        text = ijson.render(self._manifest)
        yield _header(MANIFEST_NAME, len(text)) + _filled(text)
        yield bytes(2 * _BLOCK)

    def _one(self, name: str, size_bytes: int, file: Source) -> Iterator[bytes]:
        assert can_hold(name), name
        yield _header(name, size_bytes)
        digest, left = hashlib.sha256(), size_bytes
        while left and (data := file.read(min(left, _READ_BYTES))):
            digest.update(data)
            left -= len(data)
            self._advance(len(data))
            yield data
        if left or file.read(1):
            raise Fault(
                code="node.backup.changed",
                what=f"The file {quoted(name)} changed while it was copied.",
                fix="Make the backup again.",
            )
        yield bytes(-size_bytes % _BLOCK)
        self.size_bytes += size_bytes
        self.damaged += _damaged(name, digest.hexdigest())
        self._manifest[name] = {"sha256": digest.hexdigest(), "size": size_bytes}


class _Untar:
    """A tar archive that is written, its members placed as they come."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._buffer = bytearray()
        self._target: Target | None = None
        self._name = ""
        self._left = 0
        self._filling = 0
        self._digest = hashlib.sha256()
        self._found: dict[str, Json] = {}
        self._size = 0
        self._damaged: list[str] = []
        self._manifest: bytearray | None = None
        self._is_ended = False

    def write(self, data: bytes | bytearray, /) -> int:
        self._buffer += data
        while self._step():
            pass
        return len(data)

    def finish(self) -> Written:
        """Return what was placed, if all of it was."""
        if not self._is_ended or self._manifest is None or self._name:
            raise _malformed("it ends before its manifest")
        if self._manifest != ijson.render(self._found):  # read, it could be longer than any JSON
            raise _malformed("its members are not those that its manifest lists")
        size_bytes = sum(_size_of(one) for one in self._found.values())
        return Written(len(self._found), size_bytes, tuple(self._damaged))

    def _step(self) -> bool:
        if self._name:
            return self._take()
        if self._filling:
            cut = min(self._filling, len(self._buffer))
            del self._buffer[:cut]
            self._filling -= cut
            return cut > 0
        if len(self._buffer) < _BLOCK:
            return False
        block = bytes(self._buffer[:_BLOCK])
        del self._buffer[:_BLOCK]
        if not any(block):
            self._is_ended = True
        else:
            self._begin(block)
        return True

    def _begin(self, block: bytes) -> None:
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.TarError, ValueError) as error:
            raise _malformed("a member has no sound header") from error
        is_one = can_hold(info.name) and info.isreg() and info.size >= 0
        if not is_one or info.name in self._found:
            raise _malformed(f"{quoted(info.name)} is no member of a backup")
        if self._is_ended or self._manifest is not None:
            raise _malformed("a member follows its end")
        if info.name == MANIFEST_NAME:
            if info.size != len(ijson.render(self._found)):  # before it is taken into memory
                raise _malformed("its members are not those that its manifest lists")
            self._manifest = bytearray()
            self._target = None
        else:
            self._target = self._place(info.name)
        self._name, self._size, self._left = info.name, info.size, info.size
        self._digest = hashlib.sha256()
        if not info.size:
            self._end()

    def _take(self) -> bool:
        part = bytes(self._buffer[: self._left])
        if not part:
            return False
        del self._buffer[: len(part)]
        self._left -= len(part)
        if self._target is None:
            assert self._manifest is not None
            self._manifest += part
        else:
            self._digest.update(part)
            self._target.write(part)
        if not self._left:
            self._end()
        return True

    def _end(self) -> None:
        if self._name != MANIFEST_NAME:
            sha256 = self._digest.hexdigest()
            self._found[self._name] = {"sha256": sha256, "size": self._size}
            self._damaged += _damaged(self._name, sha256)
        self._name = ""
        self._filling = -self._size % _BLOCK


def _header(name: str, size_bytes: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size_bytes
    info.mode = _MODE
    return info.tobuf(tarfile.GNU_FORMAT)


def _damaged(name: str, sha256: str) -> list[str]:
    """Return the body of that name, if its bytes are others."""
    folder, _, named = name.rpartition("/")
    return [named] if folder == "bodies" and named != sha256 else []


def _filled(data: bytes) -> bytes:
    return data + bytes(-len(data) % _BLOCK)


def _size_of(one: Json) -> int:
    assert isinstance(one, dict)
    return int(str(one["size"]))


def _malformed(why: str) -> Fault:
    return Fault(
        code="node.backup.malformed",
        what=f"This is not a whole backup: {why}.",
        fix="Fetch the file again; restore from an older backup if it stays so.",
    )
