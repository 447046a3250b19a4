"""An S3 store that is silent, slow, out of reach or refuses: every call ends, with a code."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from pathlib import Path

import pytest
from support import s3

from comity.adapters import s3_blobs
from comity.adapters.s3_blobs import S3Bodies
from comity.kernel import limits
from comity.kernel.fault import Fault

DATA = b"what is sealed"
NAME = hashlib.sha256(DATA).hexdigest()
URL = f"s3://{s3.BUCKET}/here"
BOUND_SECONDS = 20.0
"""Three tries of a second each, and a loaded machine."""


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], S3Bodies]:
    """Return what opens a store at an address, with a bound of a second."""

    def open_(endpoint: str) -> S3Bodies:
        environment = s3.point_at(monkeypatch, endpoint)
        return S3Bodies(URL, tmp_path / "staged", seconds=1, environment=environment)

    return open_


@pytest.fixture(params=["silent", "out of reach", "slow", "failing", "forbidding"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give where a store is that does not answer as it should."""
    with ExitStack() as stack:
        match request.param:
            case "silent":
                yield stack.enter_context(s3.silent())
            case "out of reach":
                yield s3.refusing()
            case "slow":
                yield stack.enter_context(s3.answering(HTTPStatus.OK, 0.5))
            case "failing":
                yield stack.enter_context(s3.answering(HTTPStatus.INTERNAL_SERVER_ERROR))
            case _:
                yield stack.enter_context(s3.answering(HTTPStatus.FORBIDDEN))


def kept(bodies: S3Bodies) -> object:
    """Keep a body that came."""
    bodies.stage(NAME, 0, DATA, "bb")
    return bodies.commit(NAME, "bb")


def asked(bodies: S3Bodies) -> None:
    """Ask a silent store, and wait until that is given up."""
    with pytest.raises(Fault):
        bodies.stage(NAME, 0, DATA)


def test_every_call_ends_with_a_code(opened: Callable[[str], S3Bodies], endpoint: str) -> None:
    """None waits without an end, and none ends in words that no operator can look up."""
    bodies = opened(endpoint)
    calls: list[Callable[[], object]] = [
        bodies.all,
        partial(bodies.drop, NAME),
        partial(kept, bodies),
    ]
    for call in calls:
        began = time.monotonic()
        with pytest.raises(Fault) as caught:
            call()

        assert caught.value.code == "node.bodies.unreachable"
        assert time.monotonic() - began < BOUND_SECONDS


@pytest.mark.parametrize("how", ["size", "read"])
def test_a_silent_store_is_no_missing_body(opened: Callable[[str], S3Bodies], how: str) -> None:
    """What is not known is not said to be missing: else it would be fetched, or given up."""
    with s3.silent() as where:
        bodies = opened(where)
        with pytest.raises(Fault) as caught:
            bodies.size_bytes(NAME) if how == "size" else bodies.read(NAME, 0, 1)

    assert caught.value.code == "node.bodies.unreachable"


def test_what_came_whole_is_kept_once_the_store_answers(
    opened: Callable[[str], S3Bodies],
) -> None:
    """A store that failed at the end of a transfer costs no second transfer."""
    bodies = opened(s3.refusing())
    with pytest.raises(Fault):
        kept(bodies)
    with s3.server() as where:
        again = opened(where)

        assert again.staged_bytes(NAME, "bb") == len(DATA)
        assert again.commit(NAME, "bb")
        assert again.read(NAME, 5, 9) == DATA[5:9]


def test_who_waits_for_the_store_keeps_nobody_else_from_staging(
    opened: Callable[[str], S3Bodies],
) -> None:
    """A question to a silent store is asked beside the lock under which others stage."""
    with s3.silent() as where:
        bodies = opened(where)
        asks = threading.Thread(target=asked, args=(bodies,))
        asks.start()
        time.sleep(0.2)
        bodies.stage(NAME, 0, DATA, "bb")

        assert asks.is_alive()  # it waits for a second
        asks.join()


def test_a_bound_does_not_forget_what_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Obstore reads AWS_ALLOW_HTTP unless it is given options: then they are all it knows."""
    with s3.server() as where:
        environment = s3.point_at(monkeypatch, where)
        heard = S3Bodies(URL, tmp_path / "a", seconds=20, environment=environment)
        assert heard.size_bytes(hashlib.sha256(b"never put").hexdigest()) is None
        deaf = S3Bodies(URL, tmp_path / "b", seconds=20)
        with pytest.raises(Fault) as caught:
            deaf.all()

    assert caught.value.code == "node.bodies.unreachable"


def test_a_large_body_has_no_more_parts_than_s3_takes() -> None:
    """In parts of 8 MiB a body of over 78 GiB was refused once all of it had come."""
    for size in (1, 10_000 * (8 << 20), 10_000 * (8 << 20) + 1, limits.BLOB_BYTES_MAX):
        assert -(-size // s3_blobs.part_bytes(size)) <= s3_blobs.PARTS_MAX


def test_a_body_in_several_parts_is_the_same_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown when all of them have come; a store that is busy has more than a second."""
    data = bytes(range(256)) * (5 << 14)  # 20 MiB
    name = hashlib.sha256(data).hexdigest()
    with s3.server() as where:
        environment = s3.point_at(monkeypatch, where)
        bodies = S3Bodies(URL, tmp_path / "staged", seconds=20, environment=environment)
        bodies.stage(name, 0, data, "bb")

        assert bodies.commit(name, "bb")
        assert hashlib.sha256(bodies.read(name, 0, len(data))).hexdigest() == name


def test_no_bucket_is_no_empty_store(opened: Callable[[str], S3Bodies]) -> None:
    """A bucket that is not there is told: nothing was kept there, and nothing destroyed."""
    with s3.answering(HTTPStatus.NOT_FOUND) as where:
        bodies = opened(where)
        calls: list[Callable[[], object]] = [
            bodies.all,
            partial(bodies.drop, NAME),
            partial(kept, bodies),
        ]
        for call in calls:
            with pytest.raises(Fault) as caught:
                call()

            assert caught.value.code == "node.bodies.unreachable"
