"""Bodies over 64 KiB as objects of an S3 store: `<prefix>/<sha256>`.

They come in files of this machine, as those of a folder do (see `blobs`), and become objects
in one step: an upload that S3 shows only when it is whole.

Nothing is asked of S3 without an end: what answers within no bound is a fault with a code,
as a disk that fails is.  Whoever calls holds no write transaction meanwhile, since even so it
may take a minute (`tests/support/apart.py` looks).

Source: protocol rule 15; the contract is tests/contract/test_bodies.py.
Floor: adapters.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, override

import obstore
from obstore import exceptions
from obstore.store import from_url

from comity.adapters import blob_names
from comity.adapters.blobs import StagedBodies
from comity.kernel.fault import Fault

SECONDS: Final = 30
"""How long one answer of S3 may take, unless it is said otherwise."""

_CONNECT_SECONDS_MAX: Final = 5
_RETRIES: Final = 2
"""After the first try; none begins once an answer has taken as long as it may."""

PART_BYTES_MIN: Final = 8 << 20
PARTS_MAX: Final = 10_000
"""Of one upload, as S3 bounds it: larger bodies go in larger parts."""

_UPLOADING_BYTES: Final = 32 << 20
"""Of one body on their way to S3 at a time: so much memory, or one part."""

_CLIENT_OPTIONS: Final = (
    "allow_http",
    "allow_invalid_certificates",
    "http1_only",
    "http2_only",
    "pool_idle_timeout",
    "pool_max_idle_per_host",
    "proxy_ca_certificate",
    "proxy_excludes",
    "proxy_url",
    "randomize_addresses",
    "root_certificate",
    "user_agent",
)
"""Which obstore reads from the environment as AWS_…, but not where it is given any option."""

_WORDS_MAX: Final = 200


class S3Bodies(StagedBodies):
    """Bodies as objects of an S3 store; those that are coming are staged in a folder."""

    def __init__(
        self,
        url: str,
        staged: Path,
        *,
        seconds: int = SECONDS,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Open the store; nothing is asked of it yet.

        Args:
            url: `s3://bucket/prefix`; credentials come as obstore reads them (AWS_*).
            staged: folder on this machine.
            seconds: how long one answer may take, tries beside it; a large part has more.
            environment: whose AWS_ALLOW_HTTP, AWS_PROXY_URL and others say how to connect.

        Raises:
            Fault: `node.bodies.unreachable` for a URL or an option that cannot be used.
        """
        super().__init__(staged)
        self._url = url
        self._seconds = seconds
        self._options = {
            name: environment[f"AWS_{name.upper()}"]
            for name in _CLIENT_OPTIONS
            if f"AWS_{name.upper()}" in environment
        }
        self._objects = self._opened(seconds)

    def _opened(self, seconds: int) -> Any:  # noqa: ANN401 -- obstore's stores have no common class
        options: Any = {
            **self._options,
            "connect_timeout": f"{min(seconds, _CONNECT_SECONDS_MAX)}s",
            "timeout": f"{seconds}s",
        }
        until = timedelta(seconds=seconds)
        with self._far():
            return from_url(
                self._url,
                client_options=options,
                retry_config={"max_retries": _RETRIES, "retry_timeout": until},
            )

    @override
    def _place(self, part: Path, sha256: str) -> None:
        size = part_bytes(part.stat().st_size)
        objects = self._objects
        if size > PART_BYTES_MIN:
            objects = self._opened(self._seconds * -(-size // PART_BYTES_MIN))
        with self._far():
            at_once = max(1, _UPLOADING_BYTES // size)
            obstore.put(objects, sha256, part, chunk_size=size, max_concurrency=at_once)

    @override
    def size_bytes(self, sha256: str) -> int | None:
        if not blob_names.is_sha256(sha256):
            return None
        with self._far():
            try:
                return int(obstore.head(self._objects, sha256)["size"])
            except FileNotFoundError:
                return None

    def read(self, sha256: str, start: int, end: int) -> bytes:
        """See `comity.node.base.ports.Bodies`."""
        size = self.size_bytes(sha256)
        if size is None:
            raise blob_names.missing(sha256)
        end = min(end, size)
        if start >= end:
            return b""
        with self._far():
            try:
                return bytes(obstore.get_range(self._objects, sha256, start=start, end=end))
            except FileNotFoundError as error:
                raise blob_names.missing(sha256) from error

    @override
    def _remove(self, sha256: str) -> None:
        with self._far():  # to destroy what is not there is no fault of S3; a bucket that is not is
            obstore.delete(self._objects, sha256)

    def all(self) -> list[str]:
        """See `comity.node.base.ports.Bodies`."""
        with self._far():
            rows = (row["path"] for batch in obstore.list(self._objects) for row in batch)
            return sorted(name for name in rows if blob_names.is_sha256(name))

    @contextmanager
    def _far(self) -> Iterator[None]:
        """Turn what S3 says, or that it says nothing, into a fault."""
        try:
            yield
        except (exceptions.BaseError, FileNotFoundError) as error:
            # Not found is the bucket: that an object is not there is looked at where it may be so.
            raise Fault(
                code="node.bodies.unreachable",
                what=f"{self._url} does not answer as it should: {_words(error)}.",
                fix="Check the store, the bucket and its rights, the credentials and the line to "
                "it (AWS_*); the node tries again by itself.",
            ) from error


def part_bytes(size_bytes: int) -> int:
    """Return how large the parts of an upload are, so that S3 takes as many of them."""
    return max(PART_BYTES_MIN, -(-size_bytes // PARTS_MAX))


def _words(error: Exception) -> str:
    """Return the first line of what obstore says; the others show its insides."""
    return (str(error).strip().splitlines() or ["unknown error"])[0][:_WORDS_MAX].rstrip(". ")
