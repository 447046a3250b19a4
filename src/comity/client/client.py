"""What programs do most, by name; everything else by the paths of openapi.json.

    node.send(request, to=["sy"])               ask
    node.say(matter, "acknowledge", …)          any verb of a request
    node.requests(status="submitted")           every page, line by line
    node.acts(kept)                             what came to be known since, for who loses none
    node.wait_for_receipt(sent)                 until the other side has signed for it
    node.upload(file)                           resumable, for `uploads=` of send and say
    node.get("/desk/inbox")                     what has no name here

Floor: client.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from comity.client.errors import Inadmissible, NotYet
from comity.client.transport import Transport, Unreachable

WAIT_S: Final = 120.0
POLL_S: Final = 0.5
RANGE_BYTES: Final = 8 << 20
_CUTS_MAX: Final = 5

type Object = dict[str, Any]
"""A JSON object, as openapi.json shows it."""


class Client(Transport):
    """A node, for one program in one thread."""

    def send(
        self,
        request: Mapping[str, object],
        to: Sequence[str],
        *,
        files: Mapping[str, str] | None = None,
        uploads: Mapping[str, str] | None = None,
        channel: str = "",
        key: str = "",
    ) -> Object:
        """Ask other States; see `send_request` of openapi.json.

        Args:
            request: as request.schema.json.
            to: PARTY, or PARTY/AGENCY.
            files: base64 of each small attachment by its path.
            uploads: what `upload` returned, of each larger one.
            channel: its path, where parties share more than one.
            key: makes a call that is repeated one call; a fresh one if none is given.

        Returns:
            The act with where it stands; `sent` is false if it lacks approvals.

        Raises:
            Problem: why not.
        """
        value = {
            "to": [*to],
            "request": request,
            "channel": channel,
            "files": files or {},
            "uploads": uploads or {},
        }
        return self._object(self.post("/requests", value, key=key, repeatable=True))

    def say(self, matter: str, verb: str, *, key: str = "", **fields: object) -> Object:
        """Say something of a request: `acknowledge`, `accept`, `answer`, `refuse` and others.

        Args:
            matter: its id, or the beginning of it.
            verb: as the last part of its path in openapi.json.
            key: makes a call that is repeated one call; a fresh one if none is given.
            fields: of that call, such as `answer`, `reason`, `items`, `uploads`.

        Raises:
            Problem: why not.
        """
        path = f"/requests/{matter}/{verb}"
        return self._object(self.post(path, fields, key=key, repeatable=True))

    def request(self, matter: str) -> Object:
        """Return one request with its time line and what each act carries.

        Raises:
            Problem: why not.
        """
        return self._object(self.get(f"/requests/{matter}"))

    def requests(self, **filters: object) -> Iterator[Object]:
        """Give every request that the officer may read, what waits for this State first.

        One that is moved by an act while the pages are read comes where it stands then: twice,
        or not this time.
        """
        return self.pages("/requests", "requests", **filters)

    def acts(self, after: str = "") -> Iterator[tuple[list[Object], str]]:
        """Give what the node came to know since, page by page until nothing waits.

        Args:
            after: the cursor of the last page that was kept, or "" for the beginning.

        Yields:
            Lines of `list_acts` in openapi.json, and the cursor to keep with them, at once with
            what came of them: so a program that stops anywhere loses none.

        Raises:
            Problem: why not.
        """
        is_more = True
        while is_more:
            page = self.get("/acts", after=after)
            after, is_more = page["next"], page["more"]
            yield page["acts"], after

    def pages(self, path: str, name: str, **query: object) -> Iterator[Object]:
        """Give each line of a list, page after page.

        Args:
            path: of the list.
            name: of the field that holds its lines.
            query: filters, and how many lines a page has.

        Raises:
            Problem: why not.
        """
        after = ""
        while True:
            page = self.get(path, **{**query, "after": after})
            yield from page[name]
            after = page.get("next", "")
            if not after:
                return

    def wait_for_receipt(self, sent: Mapping[str, Any], seconds: float = WAIT_S) -> Object:
        """Wait until every addressee has signed for an act; return the act's turn.

        Args:
            sent: what `send` or `say` returned.
            seconds: how long.

        Raises:
            NotYet: it has not; the act stays sent.
        """

        def signed() -> Object | None:
            turns = self.request(sent["matter"])["turns"]
            turn = next((one for one in turns if one["act"] == sent["act"]), None)
            deliveries = turn["deliveries"] if turn else []
            is_signed = all(one["cosigned_at_ms"] is not None for one in deliveries)
            return self._object(turn) if deliveries and is_signed else None

        return self._waited(signed, seconds, f"a signature for the act {sent['act']}")

    def wait_for(self, matter: str, *statuses: str, seconds: float = WAIT_S) -> Object:
        """Wait until a request stands in one of these statuses; return it.

        Raises:
            NotYet: it does not.
        """

        def stands() -> Object | None:
            found = self.request(matter)
            return found if found["status"] in statuses else None

        return self._waited(stands, seconds, f"{' or '.join(statuses)} of {matter}")

    def upload(self, path: Path) -> str:
        """Upload a file in ranges, going on where the line was cut; return the id of the upload.

        Raises:
            Problem: why not.
            OSError: of the file.
        """
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size_bytes = file.tell()
            value = {"sha256": digest, "size_bytes": size_bytes}
            begun = self._object(self.post("/uploads", value, repeatable=True))
            self._send_ranges(f"/uploads/{begun['upload']}", file, size_bytes)
        return str(begun["upload"])

    def _send_ranges(self, path: str, file: BinaryIO, size_bytes: int) -> None:
        held, cuts = 0, 0
        while held < size_bytes:
            file.seek(held)
            try:
                held = self.put(f"{path}/ranges/{held}", data=file.read(RANGE_BYTES))["held_bytes"]
            except (Unreachable, Inadmissible) as error:
                cuts += 1
                if cuts > _CUTS_MAX or getattr(error, "code", "") not in _GOES_ON:
                    raise
                held = self.get(path)["held_bytes"]

    def save(self, path: str, target: Path, **query: object) -> None:
        """Write bytes, such as evidence or a bag, into a file that is not there yet.

        What breaks off is deleted again.

        Raises:
            Problem: why not.
            OSError: of the file.
        """
        with self.stream(path, **query) as parts, target.open("xb") as file:
            try:
                for part in parts:
                    file.write(part)
            except BaseException:
                target.unlink(missing_ok=True)
                raise

    @staticmethod
    def _waited(look: Callable[[], Object | None], seconds: float, what: str) -> Object:
        waited_s = 0.0
        while True:
            found = look()
            if found is not None:
                return found
            if waited_s >= seconds:
                raise NotYet(
                    0,
                    "client.wait.over",
                    f"There was no {what} in {seconds:g} seconds.",
                    "Wait again: what was sent stays sent.",
                )
            time.sleep(POLL_S)
            waited_s += POLL_S

    @staticmethod
    def _object(value: Any) -> Object:  # noqa: ANN401 -- JSON
        assert isinstance(value, dict)
        return value


_GOES_ON: Final = frozenset({"client.node.unreachable", "node.upload.offset", "node.upload.cut"})
"""After these it is asked how much is held, and sent from there."""
