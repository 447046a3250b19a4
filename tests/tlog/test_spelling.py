"""One spelling: for every text of this floor, a changed byte changes the meaning or is refused."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from comity.kernel.fault import Fault
from comity.tlog import checkpoint, cosignature, keys, note, proof, tiles, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.tiles import Tile
from comity.tlog.wire import AddCheckpoint, AddEntriesHeader, Body, EntryPackage, MirrorInfo

BODY = checkpoint.render_body(Checkpoint("aa/x2k/live/1", 1234, b"r" * 32))
SIGNER = keys.signer("aa/x2k/live/1", keys.ED25519_COSIGNATURE, b"s" * 32)
NOTE = note.sign(BODY, [SIGNER, SIGNER], at_s=1_700_000_000)
HASHES = (b"a" * 32, b"b" * 32)


@dataclass(frozen=True)
class Text:
    """A text that is parsed and rendered."""

    parse: Callable[[bytes], Any]
    render: Callable[[Any], bytes]
    example: bytes


def _parse_request(data: bytes) -> tuple[AddEntriesHeader, list[EntryPackage]]:
    body = Body(io.BytesIO(data).read)
    header = wire.read_header(body)
    packages = list(wire.iter_packages(body, header))
    if not all(isinstance(item, EntryPackage) for item in packages):
        raise Fault(code="cut", what="cut", fix="cut")
    return header, [item for item in packages if isinstance(item, EntryPackage)]


def _render_request(request: tuple[AddEntriesHeader, list[EntryPackage]]) -> bytes:
    header, packages = request
    return wire.render_header(header) + b"".join(map(wire.render_package, packages))


def _request() -> bytes:
    header = AddEntriesHeader("aa/x2k/live/1", 254, 258, b"t")
    bounds = wire.package_bounds(header.start, header.end)
    packages = [EntryPackage(item, (b"one", b"two"), HASHES) for item in bounds]
    return _render_request((header, packages))


TEXTS = {
    "note": Text(note.parse, note.render, note.render(NOTE)),
    "signatures": Text(
        note.parse_signatures, note.render_signatures, note.render_signatures(NOTE.signatures)
    ),
    "vkey": Text(
        lambda data: keys.parse(data.decode("latin-1")),
        lambda vkey: keys.render(vkey).encode(),
        keys.render(SIGNER.vkey).encode(),
    ),
    "checkpoint": Text(checkpoint.parse_body, checkpoint.render_body, BODY),
    "payload": Text(cosignature.parse, cosignature.render, NOTE.signatures[0].payload),
    "path": Text(
        lambda data: tiles.parse_path(data.decode("latin-1")),
        lambda tile: tiles.render_path(tile).encode(),
        tiles.render_path(Tile(1, 1234067, 17)).encode(),
    ),
    "bundle": Text(
        tiles.parse_bundle, tiles.render_bundle, tiles.render_bundle((b"", b"a", b"bc"))
    ),
    "proof": Text(
        proof.parse,
        proof.render,
        proof.render(proof.Proof(7, HASHES, note.render(NOTE), b"extra")),
    ),
    "add-checkpoint": Text(
        wire.parse_add_checkpoint,
        wire.render_add_checkpoint,
        wire.render_add_checkpoint(AddCheckpoint(12, HASHES, note.render(NOTE))),
    ),
    "add-entries": Text(_parse_request, _render_request, _request()),
    "size": Text(wire.parse_size, wire.render_size, wire.render_size(20852163)),
    "mirror-info": Text(
        wire.parse_mirror_info,
        wire.render_mirror_info,
        wire.render_mirror_info(MirrorInfo(20852163, 20852014, b"ticket")),
    ),
}


def _changes(data: bytes) -> Iterator[bytes]:
    """The text with one byte changed, taken out, doubled or put in."""
    for place in range(len(data)):
        byte = data[place]
        before, after = data[:place], data[place + 1 :]
        yield before + after
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, *b"\x00\n\r +=A0"} - {byte}:
            yield before + bytes((other,)) + after
        for more in b"\n 0=A\x00":
            yield before + bytes((more,)) + data[place:]
    for more in b"\n 0=A\x00":
        yield data + bytes((more,))


@pytest.mark.parametrize("name", TEXTS)
def test_a_changed_byte_changes_the_meaning_or_is_refused(name: str) -> None:
    """Equal meaning is equal bytes: so a signature over the bytes is one over the meaning."""
    text = TEXTS[name]
    meaning = text.parse(text.example)
    assert text.render(meaning) == text.example

    for changed in _changes(text.example):
        try:
            other = text.parse(changed)
        except Fault:
            continue
        assert text.render(other) == changed
        assert other != meaning or changed == text.example
