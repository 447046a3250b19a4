"""Files that come through pages: in ranges from a script, or with a form, never in the clear."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from support import pair
from support.pair import World
from surfaces.web import stage

from comity.domestic.officer import role
from comity.node.base.rows import Officer
from comity.node.desk import uploads
from comity.node.room import request_file
from comity.surfaces.web.desk import KEY
from comity.surfaces.web.upload import attachments, size_limit

DISK = bytes(range(256)) * 2_000
SHA256 = hashlib.sha256(DISK).hexdigest()
OCTETS = "application/octet-stream"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States."""
    with pair.closing():
        yield stage.world_of(tmp_path_factory.mktemp("world"), "fr", "sy")


@pytest.fixture
def client(world: World) -> Client:
    """The browser of an officer."""
    return stage.client(world.node("fr"))


def begun(client: Client, size: int = len(DISK)) -> str:
    """Begin an upload; return its address."""
    made = client.post("/uploads/", {"size_bytes": size})
    assert made.status_code == 201, made.content
    return f"/uploads/{made.json()['upload']}/"


def officer_of(world: World, name: str = stage.OFFICER) -> Officer:
    """Return an officer of Freedonia."""
    with world.node("fr").store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def test_a_browser_tells_the_hash_when_it_has_sent_everything(world: World, client: Client) -> None:
    """Ranges first, then the hash that was counted meanwhile; only then can it be attached."""
    at = begun(client)
    for start in (0, 300_000):
        part = DISK[start : start + 300_000]
        assert client.put(f"{at}{start}/", part, OCTETS).status_code == 200
    held = client.get(at).json()
    assert (held["held_bytes"], held["whole"]) == (len(DISK), False)
    assert client.post(f"{at}told/", {"sha256": SHA256}).json()["whole"] is True
    content = uploads.contents(world.node("fr"), officer_of(world), at.split("/")[2])
    with content.open() as source:
        assert b"".join(iter(lambda: source.read(1 << 20), b"")) == DISK


def test_what_was_cut_goes_on_where_it_stopped(client: Client) -> None:
    """A range that is sent twice, or beyond the end, is told with where to go on."""
    at = begun(client)
    client.put(f"{at}0/", DISK[:1_000], OCTETS)
    again = client.put(f"{at}0/", DISK[:1_000], OCTETS)
    assert (again.status_code, again.json()["code"]) == (409, "node.upload.offset")
    assert client.get(at).json()["held_bytes"] == 1_000
    wide = client.put(f"{at}1000/", DISK + DISK, OCTETS)
    assert wide.status_code == 413
    assert client.delete(at).status_code == 200
    assert client.get(at).status_code == 404


@pytest.mark.parametrize("size", ["", "-1", "1.5", "\u0661", "9" * 5_000])
def test_a_size_is_a_number_of_any_length(client: Client, size: str) -> None:
    """What is none is refused, however long it is."""
    answer = client.post("/uploads/", {"size_bytes": size})
    assert (answer.status_code, answer.json()["code"]) == (422, "surfaces.upload.malformed")


@pytest.mark.parametrize("address", ["/requests/?count=", "/local-log/?before="])
def test_a_number_of_any_length_in_an_address_is_left_out(client: Client, address: str) -> None:
    """The page is that without it."""
    assert client.get(address + "9" * 5_000).status_code == client.get(address).status_code


@pytest.mark.parametrize("sha256", ["", "x" * 64, SHA256.upper(), SHA256[:-1]])
def test_only_a_hash_is_told_as_a_hash(client: Client, sha256: str) -> None:
    """What is no SHA-256 is not kept as one."""
    answer = client.post(f"{begun(client, 1)}told/", {"sha256": sha256})
    assert (answer.status_code, answer.json()["code"]) == (422, "surfaces.upload.malformed")


def test_another_hash_is_not_told_afterwards(client: Client) -> None:
    """The same again is once; another one is refused."""
    at = begun(client, 3)
    assert client.put(f"{at}0/", b"abc", OCTETS).status_code == 200
    for _ in range(2):
        assert client.post(f"{at}told/", {"sha256": SHA256}).status_code == 200
    other = client.post(f"{at}told/", {"sha256": "0" * 64})
    assert (other.status_code, other.json()["code"]) == (409, "node.upload.other-hash")


def test_an_upload_is_seen_by_who_began_it_alone(world: World, client: Client) -> None:
    """For a colleague it is not there; who reads no content begins none; without a session none."""
    node = world.node("fr")
    at = begun(client)
    stage.have_officer(node, "bob")
    assert stage.client(node, officer="bob").get(at).status_code == 404
    for name, one in (("op", role.OPERATOR), ("aud", role.AUDITOR)):
        stage.have_officer(node, name, one)
        answer = stage.client(node, officer=name).post("/uploads/", {"size_bytes": 1})
        assert (answer.status_code, answer.json()["code"]) == (403, "officer.role.lacking")
    stranger = stage.client(node, officer=None)
    assert stranger.post("/uploads/", {"size_bytes": 1}).status_code == 303
    assert stage.client(node, csrf=True).put(f"{at}0/", DISK, OCTETS).status_code == 403


def received(world: World, data: dict[str, object]) -> attachments.Files:
    """Return the rows that a form sends."""
    node = world.node("fr")
    stage.have_officer(node)
    request = RequestFactory().post("/", data)
    request.META[KEY] = stage.desk_of(node)
    request.user = type(
        "User", (), {"is_authenticated": True, "officer": lambda _: officer_of(world)}
    )()
    return attachments.received(request)


def test_a_plain_file_is_kept_as_an_upload(world: World) -> None:
    """Whatever else is wrong with a form, its files are there when it is shown again."""
    sent = SimpleUploadedFile("../evil/invoice.csv", b"a,b", "text/csv")
    found = received(world, {"files": "1", "file0-file": sent, "file0-mark": "TLP:AMBER"})
    assert found.is_valid()
    again = received(
        world,
        {
            "files": "2",
            "file0-upload": found.rows[0].cleaned_data["upload"],
            "file0-name": "invoice.csv",
            "file0-media_type": "text/csv",
            "file0-mark": "TLP:RED",
            "file0-exhibit": "EX-1",
            "file0-action": "acquired",
            "file0-time": "2026-11-25T02:10",
            "file0-authority": "order 12/2026",
        },
    )
    assert again.is_valid()
    assert again.rows[0].kept is not None
    (line,) = again.lines()
    assert line == {
        "path": "invoice.csv",
        "media_type": "text/csv",
        "mark": "TLP:RED",
        "exhibit": "EX-1",
        "provenance": {
            "action": "acquired",
            "time": "2026-11-25T02:10:00Z",
            "authority": "order 12/2026",
        },
    }
    written = request_file.from_json({"attachments": [line]}, request_file.ANSWER, "answer")
    attached = again.attachments(world.node("fr"), officer_of(world), written.attachments)
    assert attached[0].size_bytes == 3


def test_provenance_is_told_whole_or_not_at_all(world: World) -> None:
    """How and when go together: half of it would not be read."""
    found = received(world, {"files": "1", "file0-mark": "TLP:RED", "file0-tool": "ddrescue"})
    assert not found.is_valid()
    assert "action" in found.rows[0].errors


def test_a_file_that_is_too_large_for_a_form_is_left_out_and_told(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is neither cut nor written down in the clear; the others are kept."""
    monkeypatch.setattr(size_limit, "FORM_BYTES_MAX", 1_000)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    found = received(
        world,
        {
            "files": "2",
            "file0-file": SimpleUploadedFile("disk.img", DISK),
            "file1-file": SimpleUploadedFile("note.txt", b"small"),
        },
    )
    assert not found.is_valid()
    assert "disk.img" in found.errors[0]
    assert [row.cleaned_data["name"] for row in found.filled] == ["note.txt"]
    assert list(tmp_path.iterdir()) == []


def test_one_more_row_is_asked_for_without_script(world: World) -> None:
    """The button adds a row and does nothing else."""
    found = received(world, {"files": "1", "files-add": "1"})
    assert (found.is_adding, found.count) == (True, 2)
