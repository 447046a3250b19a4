"""Two States that share threats, and programs that fetch them: real clients, without a socket.

    post = Post(tmp_path)
    client = post.admit("client", "act", "198.51.100.0/24")
    share = post.give([address(1)], "TLP:GREEN")
    client.values()

Floor: tests.
"""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, override
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from taxii2client.common import TokenAuth
from taxii2client.v21 import Collection, Server, as_pages

from comity.boot import outside as outside_listener
from comity.boot.home import SCOPES
from comity.domestic.outside.session import TOKEN, Terms
from comity.domestic.share.guard import LETTABLE
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.base.scope import Outside, by_name
from comity.rooms.share import consumers, lists
from comity.surfaces.outside import app, taxii_page
from comity.surfaces.outside.app import Ports
from support.desks import Desks

ORIGIN = "https://guests.example"
LATER = "2027-03-01T00:00:00Z"
LETTING = tuple(word for rule in LETTABLE for word in ("--let", rule))
"""What is held back is tested elsewhere."""


class Line(BaseAdapter):
    """Carries what `requests` sends to an application, without a socket."""

    def __init__(self, application: app.Outside) -> None:
        super().__init__()
        self._application = application

    @override
    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        found = requests.Response()
        parts = urlsplit(str(request.url))

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            found.status_code = int(status.split(maxsplit=1)[0])
            found.headers.update(headers)

        environ = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "REMOTE_ADDR": "203.0.113.9",
            **{f"HTTP_{k.upper().replace('-', '_')}": v for k, v in request.headers.items()},
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": request.headers.get("Content-Length", "0"),
            "wsgi.input": io.BytesIO(_bytes(request.body)),
        }
        answer = self._application(environ, start)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        found.raw = io.BytesIO(body)
        found.request = request
        found.url = str(request.url)
        return found

    @override
    def close(self) -> None:
        pass


def _bytes(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""


class Post:
    """Two States; what `us` gives, consumers of `cn` fetch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_ms = 0
        self.desks = Desks(folder)
        state = self.desks.states["cn"]
        scopes = by_name(*SCOPES)
        self.node: Node = replace(state.node, outside=Outside(ORIGIN, scopes))
        ports = Ports(lambda *_: None, self._failed, self._tick)
        self.app = app.Outside(self.node, outside_listener.doors(self.node), ports)

    def _tick(self) -> int:
        self.now_ms += 1_000  # budgets are tested elsewhere
        return self.now_ms

    def _failed(self, error: BaseException) -> None:
        raise error

    def officer(self) -> Officer:
        """Return who admits."""
        with self.node.store.read() as tx:
            found = tx.officer("wei")
        assert found is not None
        return found

    def admit(self, reach: str = "agency", power: str = "act", *networks: str) -> "Client":
        """Admit a consumer."""
        terms = Terms(TOKEN, "firewall", "hospital", (), 7, 6_000, 1_000)
        made = consumers.add(
            self.node, self.officer(), terms, reach=reach, power=power, networks=networks
        )
        assert not isinstance(made, Inadmissible)
        return Client(made.session.id, made.secret)

    def give(
        self,
        objects: list[Any],
        mark: str = "TLP:GREEN",
        category: str = "indicators",
        seen: str = "",
    ) -> str:
        """Let `us` give objects; return the share."""
        file = self.folder / "bundle.json"
        file.write_text(json.dumps({"type": "bundle", "objects": objects}), "utf-8")
        made = self.desks.do(
            "us", "share", "give", file, "--category", category, "--mark", mark,
            "--valid-until", LATER, *LETTING, *(("--observed-to", seen) if seen else ()),
        )  # fmt: skip
        self.refresh()
        return str(made["matter"])

    def refresh(self) -> None:
        """Bring lists up to date, as the node does each second."""
        lists.refresh(self.node)


class Client:
    """A consumer's program."""

    def __init__(self, id_: str, token: str) -> None:
        self.id = id_
        self.token = token
        self.session = requests.Session()

    def collection(self, name: str = "received") -> Collection:
        """Return a collection of its, as the client of OASIS finds it."""
        server = Server(f"{ORIGIN}/taxii2/", auth=TokenAuth(self.token))
        (found,) = (one for one in server.api_roots[0].collections if one.alias == name)
        return found

    def get(self, path: str, **headers: str) -> requests.Response:
        """Ask for something by hand."""
        sent = {"Authorization": f"Bearer {self.token}", "Accept": taxii_page.MEDIA_TYPE, **headers}
        return self.session.get(f"{ORIGIN}/taxii2/{path}", headers=sent)

    def raw(self, path: str) -> requests.Response:
        """Ask another door."""
        return self.session.get(
            f"{ORIGIN}{path}", headers={"Authorization": f"Bearer {self.token}"}
        )

    def objects(self, **query: str) -> dict[str, Any]:
        """Return a page of objects."""
        words = "&".join(f"{name}={value}" for name, value in query.items())
        found = self.get(f"api/collections/{self.collection().id}/objects/?{words}")
        assert found.status_code == 200, found.text
        return dict(found.json())

    def values(self) -> set[str]:
        """Return the addresses that it has now."""
        pages = as_pages(self.collection().get_objects, per_request=3)
        return {one["value"] for page in pages for one in page.get("objects", ()) if "value" in one}
