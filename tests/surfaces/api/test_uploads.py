"""Evidence over HTTP: uploaded in ranges, attached, taken out, destroyed."""

import hashlib
import io
from collections.abc import Callable
from typing import override

import pytest
import pyzipper
from support.pair import World, make_world
from surfaces.api.stage import Calls, request_of, token

from comity.kernel.fault import Fault
from comity.node.base.rows import Officer
from comity.node.desk import uploads
from comity.node.desk.upload import KEPT_MS
from comity.node.exchange import destroyed_blobs

DISK = bytes(range(256)) * 2_000
SHA256 = hashlib.sha256(DISK).hexdigest()


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States."""
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def ours(world: World) -> Calls:
    """A program of an officer."""
    return Calls(world.node("aa"), token(world.node("aa")))


def begun(calls: Calls, data: bytes = DISK, sha256: str = SHA256) -> str:
    """Begin an upload; return its path."""
    made = calls.post("/uploads", {"sha256": sha256, "size_bytes": len(data)})
    assert made.status == 201, made.data
    return f"/uploads/{made.value['upload']}"


def with_upload(world: World, path: str, media_type: str = "application/octet-stream") -> object:
    """Return a request whose attachment is an upload."""
    asked = request_of(world)
    request = dict(asked["request"])  # type: ignore[call-overload] # an object of a test
    line = {"path": "disk.img", "media_type": media_type, "mark": "TLP:AMBER"}
    request["attachments"] = [line]
    return {
        "to": ["bb"],
        "request": request,
        "uploads": {"disk.img": path.rsplit("/", maxsplit=1)[-1]},
    }


def test_an_upload_goes_on_where_it_was_cut(world: World, ours: Calls) -> None:
    """What is held is not sent again, and the other side reads it as it was."""
    path = begun(ours)
    assert ours.put(f"{path}/ranges/0", DISK[:100_000]).value["held_bytes"] == 100_000
    wrong = ours.put(f"{path}/ranges/0", DISK[:100_000])
    assert (wrong.status, wrong.value["code"]) == (409, "node.upload.offset")
    early = ours.post("/requests", with_upload(world, path))
    assert early.value["problems"][0]["pointer"] == "/uploads/disk.img"
    assert ours.get(path).value["held_bytes"] == 100_000
    assert ours.put(f"{path}/ranges/100000", DISK[100_000:]).value["whole"] is True
    sent = ours.post("/requests", with_upload(world, path), Idempotency_Key="k")
    assert sent.status == 201, sent.data
    again = ours.post("/requests", with_upload(world, path), Idempotency_Key="k")
    assert again.value["act"] == sent.value["act"]
    world.pump()
    theirs = Calls(world.node("bb"), token(world.node("bb")))
    matter = sent.value["matter"]
    (item,) = theirs.get(f"/requests/{matter}/evidence").value["items"]
    assert item["sha256"] == SHA256
    taken = theirs.get(f"/requests/{matter}/evidence/{item['blob']}?purpose=trial")
    assert taken.data == DISK
    handed = {"to": "the court", "purpose": "trial"}
    over = theirs.post(f"/evidence/{matter}/hand-over", {**handed, "item": item["blob"]})
    assert over.status == 200
    (chain,) = theirs.get(f"/requests/{matter}/custody").value["items"]
    assert [step["kind"] for step in chain["chain"]] == ["copied", "handed-over"]


def test_a_file_with_another_hash_is_not_attached(world: World, ours: Calls) -> None:
    """The hash that was told is compared with what came, and nothing is sent."""
    path = begun(ours, sha256="0" * 64)
    ours.put(f"{path}/ranges/0", DISK)
    refused = ours.post("/requests", with_upload(world, path))
    assert (refused.status, refused.value["code"]) == (409, "node.upload.other-hash")
    assert world.matters("aa") == []


def test_uploads_are_read_page_by_page(ours: Calls) -> None:
    """Each once, the newest first."""
    begun_here = [begun(ours)[9:] for _ in range(3)]
    seen, after = [], ""
    for _ in begun_here:
        page = ours.get(f"/uploads?count=1&after={after}").value
        seen += [one["upload"] for one in page["uploads"]]
        after = page["next"]
    assert (sorted(seen), after) == (sorted(begun_here), "")


def test_an_upload_is_gone_when_it_is_dropped_or_its_day_is_over(world: World, ours: Calls) -> None:
    """With its bytes and keys; nobody else ever sees it."""
    first, second = begun(ours), begun(ours)
    for path in (first, second):
        ours.put(f"{path}/ranges/0", DISK)
    node = world.node("aa")
    assert Calls(node, token(node, "ben")).get(first).status == 404
    assert ours.delete(first).status == 200
    assert [one["upload"] for one in ours.get("/uploads").value["uploads"]] == [second[9:]]
    assert len(node.bodies.all()) == 1
    world.advance(KEPT_MS)
    assert uploads.sweep(node) == 1
    assert node.bodies.all() == []
    assert ours.get(second).status == 404


def test_a_range_that_does_not_fit_is_told(ours: Calls) -> None:
    """Beyond the end, or without a length."""
    path = begun(ours)
    found = ours.put(f"{path}/ranges/0", DISK + b"x")
    assert (found.status, found.value["code"]) == (409, "node.upload.range")
    empty = ours.put(f"{path}/ranges/0", b"")
    assert (empty.status, empty.value["code"]) == (400, "surfaces.call.length-required")


def test_a_sample_leaves_in_quarantine_alone(world: World, ours: Calls) -> None:
    """As a zip under `infected`; the plain bytes are not given to anybody."""
    path = begun(ours)
    ours.put(f"{path}/ranges/0", DISK)
    kind = "application/x-dosexec"
    matter = ours.post("/requests", with_upload(world, path, kind)).value["matter"]
    (item,) = ours.get(f"/requests/{matter}/evidence").value["items"]
    assert item["sample"] is True
    plain = ours.get(f"/requests/{matter}/bodies/{item['blob']}")
    assert plain.status == 409
    taken = ours.get(f"/requests/{matter}/evidence/{item['blob']}?purpose=analysis")
    with pyzipper.AESZipFile(io.BytesIO(taken.data)) as opened:
        opened.setpassword(b"infected")
        assert opened.read(opened.namelist()[0]) == DISK


def test_what_a_request_carries_is_destroyed_and_attested(world: World, ours: Calls) -> None:
    """Over HTTP as by command: it is gone here, and the other side is told."""
    matter = ours.post("/requests", request_of(world)).value["matter"]
    world.pump()
    (item,) = ours.get(f"/requests/{matter}/evidence").value["items"]
    assert ours.get("/evidence-due").value == {"due": [], "next": ""}
    early = {"items": [item["blob"]], "reason": "retention-ended"}
    assert ours.post(f"/evidence/{matter}/destroy", early).status == 409
    doomed = {"items": [item["blob"]], "reason": "sent-in-error", "authority": "order 9"}
    path, key = f"/evidence/{matter}/destroy", {"Idempotency_Key": "d-1"}
    done = ours.post(path, doomed, **key)
    assert done.status == 201, done.data
    again = ours.post(path, doomed, **key).value
    assert (again["act"], again["repeated"]) == (done.value["act"], True)
    other = ours.post(path, {**doomed, "reason": "case-ended"}, **key)
    assert (other.status, other.value["code"]) == (409, "release.key-reused")
    tags = [one["tag"] for one in ours.get(f"/requests/{matter}").value["turns"]]
    assert tags.count("request.destroyed/1") == 1
    (item,) = ours.get(f"/requests/{matter}/evidence").value["items"]
    assert item["state"] == "destroyed"


def test_a_key_of_another_command_destroys_nothing(world: World, ours: Calls) -> None:
    """It is refused before anything is gone."""
    key = {"Idempotency_Key": "k-1"}
    matter = ours.post("/requests", request_of(world), **key).value["matter"]
    world.pump()
    (item,) = ours.get(f"/requests/{matter}/evidence").value["items"]
    doomed = {"items": [item["blob"]], "reason": "sent-in-error"}
    no = ours.post(f"/evidence/{matter}/destroy", doomed, **key)
    assert (no.status, no.value["code"]) == (409, "release.key-reused")
    (item,) = ours.get(f"/requests/{matter}/evidence").value["items"]
    assert item["state"] == "held"


def test_what_is_due_is_attested_once(world: World, ours: Calls) -> None:
    """The answer to a call for all that is due was lost: nothing is due when it is repeated."""
    matter = ours.post("/requests", request_of(world)).value["matter"]
    world.pump()
    (item,) = ours.get(f"/requests/{matter}/evidence").value["items"]
    with world.node("aa").store.write() as tx:
        destroyed_blobs.note(
            tx, item["blob"]
        )  # destroyed by a process that ended before it attested that
    path, key = f"/evidence/{matter}/destroy", {"Idempotency_Key": "d-2"}
    doomed = {"due": True, "reason": "sent-in-error"}
    first = ours.post(path, doomed, **key)
    assert first.status == 201, first.data
    again = ours.post(path, doomed, **key).value
    assert (again["act"], again["repeated"]) == (first.value["act"], True)
    assert ours.post(path, doomed).value["code"] == "custody.blob"


class Meanwhile(io.BytesIO):
    """A range during which something else happens."""

    def __init__(self, data: bytes, then: Callable[[], object]) -> None:
        super().__init__(data)
        self._then = then

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        """Let it happen at the end."""
        data = super().read(size)
        if not data:
            self._then()
        return data


def test_of_two_ranges_for_one_place_one_is_kept(world: World, ours: Calls) -> None:
    """Whichever was durable first; the other is told where to go on, and leaves nothing."""
    node, path = world.node("aa"), begun(ours)
    ann = Officer("ann", b"", "police", "", 0)
    name = path.rpartition("/")[2]
    once: list[int] = []

    def other() -> None:
        if not once:
            once.append(ours.put(f"{path}/ranges/0", DISK[:1_000]).status)

    slow = Meanwhile(DISK, other)
    with pytest.raises(Fault, match="1000 bytes are held"):
        uploads.add(node, ann, name, 0, len(DISK), slow)
    assert once == [200]
    assert len(node.bodies.all()) == 1


def test_a_range_whose_line_was_cut_leaves_nothing(world: World, ours: Calls) -> None:
    """Fewer bytes came than were told: it is sent again."""
    node, path = world.node("aa"), begun(ours)
    ann = Officer("ann", b"", "police", "", 0)
    with pytest.raises(Fault, match="bytes of this range came"):
        uploads.add(node, ann, path.rpartition("/")[2], 0, len(DISK), io.BytesIO(DISK[:-1]))
    assert node.bodies.all() == []
    assert ours.get(path).value["held_bytes"] == 0
