"""What every adapter of `Bodies` promises, and what is true of the folder alone."""

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import s3

from comity.adapters import blob_files
from comity.adapters.blobs import FolderBodies
from comity.adapters.memory_blobs import MemoryBodies
from comity.adapters.s3_blobs import S3Bodies
from comity.kernel.fault import Fault
from comity.node.base.ports import Bodies

type Make = Callable[[], Bodies]


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """Where an S3 store answers."""
    with s3.server() as endpoint:
        yield endpoint


@pytest.fixture(params=["memory", "folder", "s3"])
def make(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Each adapter in turn, over what the same test has put there before."""
    if request.param == "memory":
        return MemoryBodies
    if request.param == "folder":
        return lambda: FolderBodies(tmp_path / "bodies")
    environment = s3.point_at(monkeypatch, request.getfixturevalue("s3_endpoint"))
    url = f"s3://{s3.BUCKET}/{name_of(str(tmp_path).encode())}"
    return lambda: S3Bodies(url, tmp_path / "staged", environment=environment)


def name_of(data: bytes) -> str:
    """Return the name of a body."""
    return hashlib.sha256(data).hexdigest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # each starts with a drop
@given(st.binary(min_size=1, max_size=200), st.lists(st.integers(0, 200), max_size=4))
def test_a_body_comes_in_pieces(make: Make, data: bytes, cuts: list[int]) -> None:
    """However a body is cut, staging its pieces in order and committing keeps all of it."""
    bodies, name = make(), name_of(data)
    bodies.drop(name)
    points = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    for start, end in itertools.pairwise(points):
        bodies.stage(name, start, data[start:end])
        assert bodies.staged_bytes(name) == end

    assert bodies.size_bytes(name) is None
    assert bodies.commit(name)
    assert bodies.read(name, 0, len(data)) == data
    assert bodies.size_bytes(name) == len(data)
    assert name in bodies.all()


def test_what_two_parties_send_lies_apart(make: Make) -> None:
    """A wrong byte of one spoils nothing of the other, and what is kept is shown anew."""
    bodies, data = make(), b"0123456789"
    name = name_of(data)
    bodies.stage(name, 0, data[:6], "bb")
    bodies.stage(name, 0, b"!", "cc")
    bodies.stage(name, 6, data[6:], "bb")
    assert bodies.staged_bytes(name, "cc") == 1
    assert bodies.commit(name, "bb")
    assert not bodies.commit(name, "cc")
    assert not bodies.commit(name, "dd")
    bodies.stage(name, 0, data, "cc")
    assert bodies.staged_bytes(name, "cc") == len(data)
    assert bodies.commit(name, "cc")
    bodies.stage(name, 0, data, "dd")
    bodies.unstage(name, "dd")
    assert bodies.staged_bytes(name, "dd") == 0
    assert bodies.read(name, 0, len(data)) == data


def test_a_piece_that_comes_twice_changes_nothing(make: Make) -> None:
    """A retry after a lost answer writes the same bytes over themselves."""
    bodies, data = make(), b"0123456789"
    bodies.stage(name_of(data), 0, data[:6])
    bodies.stage(name_of(data), 0, data[:6])
    bodies.stage(name_of(data), 4, data[4:])

    assert bodies.commit(name_of(data))
    assert bodies.commit(name_of(data))
    assert bodies.read(name_of(data), 3, 7) == data[3:7]


def test_a_gap_is_refused(make: Make) -> None:
    """Bytes after a hole are refused, and the answer says from where to send."""
    bodies, name = make(), name_of(b"0123456789")
    bodies.stage(name, 0, b"012")

    with pytest.raises(Fault) as caught:
        bodies.stage(name, 5, b"56789")

    assert caught.value.code == "adapters.body.gap"
    assert "byte 3" in caught.value.fix
    assert bodies.staged_bytes(name) == 3


def test_a_wrong_hash_is_dropped(make: Make) -> None:
    """What does not hash to its name is not kept, and the next transfer starts anew."""
    bodies, name = make(), name_of(b"what was promised")
    bodies.stage(name, 0, b"what came instead")

    assert not bodies.commit(name)
    assert bodies.size_bytes(name) is None
    assert bodies.staged_bytes(name) == 0
    bodies.stage(name, 0, b"what was promised")
    assert bodies.commit(name)


def test_a_piece_of_a_kept_body_is_ignored(make: Make) -> None:
    """A kept body is never written again."""
    bodies, data = make(), b"kept"
    bodies.stage(name_of(data), 0, data)
    bodies.commit(name_of(data))
    bodies.stage(name_of(data), 0, b"evil")

    assert bodies.read(name_of(data), 0, 10) == data


def test_a_destroyed_body_is_gone(make: Make) -> None:
    """After `drop` nothing is left, kept or staged; dropping again is no error."""
    bodies, data = make(), b"to be destroyed"
    bodies.stage(name_of(data), 0, data)
    bodies.commit(name_of(data))
    bodies.drop(name_of(data))
    bodies.drop(name_of(data))

    assert bodies.size_bytes(name_of(data)) is None
    assert bodies.all() == []
    with pytest.raises(Fault) as caught:
        bodies.read(name_of(data), 0, 1)
    assert caught.value.code == "adapters.body.missing"


@pytest.mark.parametrize("name", ["", "no hash", "é\0", "..", "../../etc/passwd", "A" * 64])
def test_a_name_that_is_no_hash_names_no_body(make: Make, name: str) -> None:
    """A peer may write any words where a hash is meant; none leads out of the folder."""
    bodies = make()
    assert bodies.size_bytes(name) is None
    with pytest.raises(Fault, match=r"adapters\.body\.(missing|name)"):
        bodies.read(name, 0, 1)
    with pytest.raises(Fault, match=r"adapters\.body\.name"):
        bodies.stage(name, 0, b"x")


def test_nothing_staged_is_nothing_kept(make: Make) -> None:
    """Committing what never came keeps nothing."""
    assert not make().commit(name_of(b"never came"))


@given(st.lists(st.binary(max_size=50_000), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_what_is_sealed_here_is_kept_under_its_hash(make: Make, parts: list[bytes]) -> None:
    """A body whose hash is known at its end alone is kept whole, under that hash."""
    bodies, data = make(), b"".join(parts)
    sink = bodies.begin()
    for part in parts:
        sink.write(part)

    assert sink.keep() == (name_of(data), len(data))
    assert bodies.read(name_of(data), 0, len(data)) == data


def test_what_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    """Sealing that is given up, or whose process died, leaves no bytes behind."""
    bodies = FolderBodies(tmp_path)
    given_up, living = bodies.begin(), bodies.begin()
    given_up.write(b"secret")
    living.write(b"other")
    given_up.discard()
    (tmp_path / "staged" / ".new-dead").write_bytes(b"of a process that died")

    FolderBodies(tmp_path)  # another process begins

    assert len(list((tmp_path / "staged").iterdir())) == 1
    assert living.keep() == (name_of(b"other"), 5)


def test_a_transfer_goes_on_after_a_restart(tmp_path: Path) -> None:
    """What was written before the process died is there afterwards."""
    data = b"a" * 70_000 + b"b" * 70_000
    before = FolderBodies(tmp_path)
    before.stage(name_of(data), 0, data[:70_000])
    assert before.staged_bytes(name_of(data)) == 70_000  # it is written when this is answered
    after = FolderBodies(tmp_path)

    assert after.staged_bytes(name_of(data)) == 70_000
    after.stage(name_of(data), 70_000, data[70_000:])
    assert after.commit(name_of(data))


def test_what_was_being_kept_as_its_process_died_is_not_sent_again(tmp_path: Path) -> None:
    """All of it had come: a large body need not cross the line a second time."""
    data, other = b"a" * 70_000, b"b" * 70_000
    before = FolderBodies(tmp_path)
    staged = tmp_path / "staged"
    (staged / f".new-{name_of(data)}.bb").write_bytes(data)
    (staged / f".new-{name_of(other)}.bb").write_bytes(other)
    before.stage(name_of(other), 0, other[:10], "bb")  # its party has begun anew
    assert before.staged_bytes(name_of(other), "bb") == 10
    after = FolderBodies(tmp_path)

    assert after.staged_bytes(name_of(data), "bb") == len(data)
    assert after.commit(name_of(data), "bb")
    assert after.staged_bytes(name_of(other), "bb") == 10
    assert {path.name for path in staged.iterdir()} == {f"{name_of(other)}.bb"}


def test_a_torn_piece_is_found_by_its_hash(tmp_path: Path) -> None:
    """A file that lost bytes with the power is not taken for the body; it comes again."""
    data = b"a" * 5_000
    before = FolderBodies(tmp_path)
    before.stage(name_of(data), 0, data)
    assert before.staged_bytes(name_of(data)) == len(data)  # written, and then torn
    (tmp_path / "staged" / name_of(data)).write_bytes(data[:4_000] + bytes(1_000))
    bodies = FolderBodies(tmp_path)

    assert not bodies.commit(name_of(data))
    bodies.stage(name_of(data), 0, data)
    assert bodies.commit(name_of(data))


def test_bodies_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Folders and files give nothing to other users of the machine."""
    bodies = FolderBodies(tmp_path / "bodies")
    bodies.stage(name_of(b"x"), 0, b"x")
    bodies.commit(name_of(b"x"))

    for path in [*(tmp_path / "bodies").iterdir(), tmp_path / "bodies/kept" / name_of(b"x")]:
        assert path.stat().st_mode & 0o077 == 0


def test_two_lines_that_bring_a_body_at_once_do_not_spoil_it(tmp_path: Path) -> None:
    """An old line and the new one write the same parts; what is kept is the body, or nothing."""
    data = b"".join(bytes([n]) * 50_000 for n in range(40))
    name = name_of(data)
    for _ in range(5):
        bodies = FolderBodies(tmp_path)

        def bring(bodies: FolderBodies = bodies) -> None:
            for at in range(0, len(data), 50_000):
                bodies.stage(name, at, data[at : at + 50_000])

        lines = [threading.Thread(target=bring) for _ in range(3)]
        for line in lines:
            line.start()
        for line in lines:
            line.join()

        assert bodies.staged_bytes(name) == len(data)
        assert bodies.commit(name)
        assert bodies.read(name, 0, len(data)) == data
        bodies.drop(name)


def test_a_part_that_was_not_written_is_not_counted(tmp_path: Path) -> None:
    """A staged file that somebody took away: the transfer learns it and begins anew."""
    bodies, data = FolderBodies(tmp_path), b"0123456789" * 1_000
    bodies.stage(name_of(data), 0, data[:5_000])
    assert bodies.staged_bytes(name_of(data)) == 5_000
    (tmp_path / "staged" / name_of(data)).unlink()
    bodies.stage(name_of(data), 5_000, data[5_000:])
    with pytest.raises(Fault) as caught:
        bodies.staged_bytes(name_of(data))

    assert caught.value.code == "adapters.disk.failed"
    assert bodies.staged_bytes(name_of(data)) == 0
    bodies.stage(name_of(data), 0, data)
    assert bodies.commit(name_of(data))


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Return what is done, once, between the hash of a body and its keeping."""
    waiting: list[Callable[[], object]] = []

    def sync(path: Path) -> None:
        while waiting:
            waiting.pop()()
        blob_files.sync(path)

    monkeypatch.setattr("comity.adapters.blobs.sync", sync)
    return waiting


def test_what_else_lies_in_the_folder_is_no_body(tmp_path: Path) -> None:
    """A disk of its own has a folder there, and whoever copies files may leave some."""
    bodies = FolderBodies(tmp_path)
    name = hashlib.sha256(b"body").hexdigest()
    for other in ("lost+found", f"{name}~", name.upper(), name):
        (tmp_path / "kept" / other).write_bytes(b"body")
    assert bodies.all() == [name]


def test_what_was_hashed_is_what_is_kept(
    tmp_path: Path, overtaken: list[Callable[[], object]]
) -> None:
    """Its sender goes on in another thread, with other bytes or from its middle."""
    bodies, data = FolderBodies(tmp_path), b"0123456789" * 1_000
    name, found = name_of(data), []

    def goes_on() -> None:
        with pytest.raises(Fault, match="for offset 5000; 0 bytes are held"):
            bodies.stage(name, 5_000, b"!" * 5_000, "bb")
        bodies.stage(name, 0, b"!" * 5_000, "bb")
        found.append(bodies.staged_bytes(name, "bb"))

    bodies.stage(name, 0, data, "bb")
    overtaken.append(goes_on)
    assert bodies.commit(name, "bb")
    assert found == [5_000]
    assert bodies.read(name, 0, len(data)) == data
    assert not bodies.commit(name, "bb")


def test_two_lines_that_end_a_body_at_once_have_both_brought_it(
    tmp_path: Path, overtaken: list[Callable[[], object]]
) -> None:
    """A party sends a body, and it is fetched from it: neither is told that its hash is wrong."""
    bodies, data = FolderBodies(tmp_path), b"0123456789" * 1_000
    name, told = name_of(data), list[bool]()
    other = threading.Thread(target=lambda: told.append(bodies.commit(name, "bb")))

    def ends_too() -> None:
        other.start()
        other.join(0.1)

    bodies.stage(name, 0, data, "bb")
    overtaken.append(ends_too)
    assert bodies.commit(name, "bb")
    other.join()
    assert told == [True]


def test_a_body_that_cannot_be_kept_is_still_staged(
    tmp_path: Path, overtaken: list[Callable[[], object]]
) -> None:
    """The disk failed, or a store far away: nothing that came is lost, and it ends when it can."""
    bodies, data = FolderBodies(tmp_path), b"0123456789" * 1_000

    def fails() -> NoReturn:
        raise OSError

    bodies.stage(name_of(data), 0, data, "bb")
    overtaken.append(fails)
    with pytest.raises(Fault, match="disk"):
        bodies.commit(name_of(data), "bb")
    assert bodies.staged_bytes(name_of(data), "bb") == len(data)
    FolderBodies(tmp_path)
    assert bodies.commit(name_of(data), "bb")
    assert bodies.read(name_of(data), 0, len(data)) == data


def test_what_is_ended_in_one_process_is_not_swept_by_another(
    tmp_path: Path, overtaken: list[Callable[[], object]]
) -> None:
    """A command opens the home while the node that serves keeps a body."""
    bodies, data = FolderBodies(tmp_path), b"0123456789" * 1_000
    bodies.stage(name_of(data), 0, data, "bb")
    overtaken.append(lambda: FolderBodies(tmp_path))
    assert bodies.commit(name_of(data), "bb")
