"""Examples of what crosses the wire as it is: tiles, bundles, requests, subtree proofs."""  # noqa: INP001 -- a folder of programs, and no package

import json

from comity.tlog import note, tiles, tree, wire
from comity.tlog.note import Note
from tools.vectors._tlog_made import (
    BODY,
    HEAD,
    LEAVES,
    LINE_1,
    ORIGIN,
    Vector,
    b64,
    bad,
    good,
    read,
)


def tile_paths() -> list[Vector]:
    """Return examples of tile paths."""
    paths: list[tuple[str, int | None, int, int]] = [
        ("tile/0/000", 0, 0, 256),
        ("tile/0/x001/x234/067", 0, 1234067, 256),
        ("tile/63/999.p/255", 63, 999, 255),
        ("tile/entries/x001/000.p/1", None, 1000, 1),
    ]
    refused = ["tile/0/0", "tile/0/x000/001", "tile/00/000", "tile/64/000", "tile/0/000.p/256"]
    refused += ["tile/0/000.p/0", "tile/0/001/002", "/tile/0/000", "tile/0/../000", ""]
    return [
        *(
            good(path, path.encode(), {"level": level, "index": index, "width": width})
            for path, level, index, width in paths
        ),
        *(bad(f"not {path!r}", path.encode(), "tlog.tile.bad-path") for path in refused),
    ]


def bundles() -> list[Vector]:
    """Return examples of entry bundles."""
    entries = (b"", b"one", b"\xff" * 3)
    code = "tlog.tile.malformed"
    return [
        good("three entries", tiles.render_bundle(entries), [b64(entry) for entry in entries]),
        bad("no entry", b"", code),
        bad("half a length", b"\x00", code),
        bad("an entry cut off", b"\x00\x02a", code),
        bad("257 entries", bytes(2 * 257), code),
    ]


def add_checkpoints() -> list[Vector]:
    """Return examples of the body of add-checkpoint."""
    head = note.render(Note(BODY, (LINE_1,)))
    proof = tree.prove_consistency(13, len(LEAVES), read)
    lines = b"".join(b64(item).encode() + b"\n" for item in proof)
    code = "tlog.wire.add-checkpoint"
    return [
        good(
            "from 13 to 21",
            b"old 13\n" + lines + b"\n" + head,
            {
                "old_size": 13,
                "proof": [b64(item) for item in proof],
                "checkpoint_note": b64(head),
            },
        ),
        good(
            "the first head",
            b"old 0\n\n" + head,
            {"old_size": 0, "proof": [], "checkpoint_note": b64(head)},
        ),
        bad("a zero before the size", b"old 013\n\n" + head, code),
        bad("no size", b"old \n\n" + head, code),
        bad("another word", b"new 13\n\n" + head, code),
        bad("a short hash", b"old 13\nAAAA\n\n" + head, code),
        bad("64 hashes", b"old 13\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + head, code),
        bad("no note", b"old 13\n" + lines, code),
    ]


def add_entries() -> list[Vector]:
    """Return examples of the body of add-entries; `cut_short` says that one package broke."""
    header = wire.AddEntriesHeader(ORIGIN, 254, 258, b"ticket")
    packages = [
        wire.EntryPackage(bounds, (b"one", b"two"), (b"h" * 32,))
        for bounds in wire.package_bounds(header.start, header.end)
    ]
    parts = [wire.render_header(header), *map(wire.render_package, packages)]
    data = b"".join(parts)
    package = {"entries": [b64(b"one"), b64(b"two")], "proof": [b64(b"h" * 32)]}
    want = {"origin": ORIGIN, "start": 254, "end": 258, "ticket": b64(b"ticket")}
    backwards = parts[0].replace((254).to_bytes(8), (259).to_bytes(8))
    code = "tlog.wire.add-entries"
    return [
        good("two packages", data, want | {"packages": [package] * 2, "cut_short": False}),
        good(
            "the first of two packages",
            parts[0] + parts[1],
            want | {"packages": [package], "cut_short": False},
        ),
        good(
            "cut in the second package",
            data[:-1],
            want | {"packages": [package], "cut_short": True},
        ),
        good("no package", parts[0], want | {"packages": [], "cut_short": False}),
        bad("cut in the header", parts[0][:-1], code),
        bad("an end before the start", backwards, code),
        bad("an origin with a space", parts[0].replace(b"aa/", b"aa "), code),
        bad("a byte too many", data + b"\x00", "tlog.wire.trailing"),
        bad(
            "a proof of 64 hashes",
            parts[0] + b"\x00\x00" * 2 + b"\x40" + bytes(64 * 32),
            "tlog.wire.package",
        ),
    ]


def sizes() -> list[Vector]:
    """Return examples of text/x.tlog.size."""
    refused = [b"", b"17", b"\n", b"017\n", b"-1\n", b"17\n\n", b"17\r\n"]
    return [
        good("seventeen", b"17\n", 17),
        good("nothing", b"0\n", 0),
        *(bad(f"not {data!r}", data, "tlog.wire.size") for data in refused),
    ]


def mirror_infos() -> list[Vector]:
    """Return examples of text/x.tlog.mirror-info."""
    refused = [b"17\n5\n", b"17\n5\n\n\n", b"017\n5\n\n", b"17\n5\nb25l", b"17\n5\nb25lAB==\n"]
    return [
        good("a ticket", b"17\n5\nb25l\n", {"size": 17, "next_entry": 5, "ticket": b64(b"one")}),
        good("no ticket", b"17\n5\n\n", {"size": 17, "next_entry": 5, "ticket": ""}),
        *(bad(f"not {data!r}", data, "tlog.wire.mirror-info") for data in refused),
    ]


def subtree_proofs() -> list[Vector]:
    """Return examples of subtree consistency proofs in a tree of 21; inputs are JSON."""
    result = []
    for start, end in ((0, 21), (0, 13), (4, 8), (16, 21), (16, 19), (8, 13), (17, 18), (20, 21)):
        claim: Vector = {
            "start": start,
            "end": end,
            "size": len(LEAVES),
            "node": b64(tree.root(LEAVES[start:end])),
            "root": b64(HEAD.root),
            "proof": [b64(item) for item in tree.prove_subtree(start, end, len(LEAVES), read)],
        }
        result.append(good(f"[{start}, {end}) of 21", json.dumps(claim).encode(), want=True))
        for desc, change in (
            ("with one hash more", {"proof": [*claim["proof"], claim["node"]]}),
            ("in a tree of 64", {"size": 64}),
            ("with another root", {"root": b64(tree.EMPTY_ROOT)}),
        ):
            spoilt = json.dumps(claim | change).encode()
            result.append(bad(f"[{start}, {end}) {desc}", spoilt, "tlog.tree.bad-subtree"))
    claim = {"start": 3, "end": 5, "size": 21, "node": "", "root": b64(HEAD.root), "proof": []}
    result.append(bad("no subtree", json.dumps(claim).encode(), "tlog.tree.bad-subtree"))
    return result
