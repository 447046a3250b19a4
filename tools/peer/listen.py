"""Answering the other node (wire 7.3)."""

import hashlib
import re
import ssl
import traceback
import zlib
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import override

from tools.peer import body
from tools.peer.clock import now_ms
from tools.peer.log import Log, Refused
from tools.peer.node import Peer
from tools.peer.text import Malformed, canonical, sha256

LIMITS = {
    "/add-checkpoint": 68_480,
    "/add-entries": 67_108_864,
    "/add-bodies": 67_108_864,
    "/add-delivery": 2_097_152,
    "/cards": 8_388_608,
}
STRANGER = Refused(403, "surfaces.wire.stranger", "No certificate of a card that counts.")
BINARY = "application/octet-stream"
TILE = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?")


class Answered:
    """What a request is answered with."""

    def __init__(self, data: bytes = b"", media: str = "text/plain", status: int = 200) -> None:
        self.data, self.media, self.status = data, media, status
        self.headers: dict[str, str] = {}


class Answers:
    """Every endpoint of 7.3.1, on one peer."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.posts: dict[str, Callable[[bytes], Answered]] = {
            "/add-checkpoint": self._add_checkpoint,
            "/add-entries": self._add_entries,
            "/add-bodies": self._add_bodies,
            "/add-delivery": self._add_delivery,
            "/cards": self._cards,
        }

    def answer(self, method: str, path: str, data: bytes, headers: Message) -> Answered:
        """One request of the other party."""
        known = path in self.posts or path == "/start" or path.startswith("/body/")
        with self.peer.lock:
            if method == "POST" and path in self.posts:
                return self.posts[path](data)
            if method == "GET" and path == "/start":
                return Answered(canonical(self.peer.start()).encode(), "application/json")
            if path.startswith("/body/"):
                return self._body(method, path.removeprefix("/body/"), data, headers)
            if method == "GET" and not known:
                return self._read(path)
        if known:
            raise Refused(405, "surfaces.wire.method", "Another method on this path.")
        raise Refused(404, "surfaces.wire.no-such-path", "There is no such path.")

    def _add_checkpoint(self, data: bytes) -> Answered:
        growth = body.read_growth(data)
        origin = growth.note.partition("\n")[0]
        channel = self.peer.of_origin(origin)
        channel.mirror.grow(growth, lambda text: self.peer.check_head(channel, text))
        return Answered()

    def _add_entries(self, data: bytes) -> Answered:
        upload = body.read_upload(data)
        channel = self.peer.of_origin(upload.origin)
        self.peer.may_sign()
        lines = channel.mirror.upload(upload, self.peer.cosigner(channel))
        self.peer.wake.set()
        return Answered(lines.encode())

    def _add_bodies(self, data: bytes) -> Answered:
        self.peer.keep_bodies(body.read_batch(data))
        return Answered()

    def _add_delivery(self, data: bytes) -> Answered:
        try:
            batch, growth, upload = body.read_delivery(data)
        except Malformed as problem:
            raise Refused(400, "exchange.delivery.malformed", str(problem)) from problem
        self._add_bodies(batch)
        self._add_checkpoint(growth)
        return self._add_entries(upload)

    def _cards(self, data: bytes) -> Answered:
        """Cards both ways: the one of this peer, then those of the asker (7.5.6)."""
        self.peer.take_cards(data)
        texts = [*self.peer.own.every(), *self.peer.roll.every()]
        return Answered(body.write_batch([one.encode() for one in texts]), BINARY)

    def _body(self, method: str, name: str, data: bytes, headers: Message) -> Answered:
        if not re.fullmatch("[0-9a-f]{64}", name):
            raise Refused(400, "adapters.body.name", "No name of a body.")
        stored = self.peer.folder.body(name)
        if method == "PUT":
            return self._put(name, data, headers, stored)
        if stored is None:
            refused = Answered(b"", BINARY, 404)
            refused.headers["comity-staged-bytes"] = str(self._staged(name))
            return refused
        if method == "HEAD":
            found = Answered(b"", BINARY)
            found.headers["comity-size-bytes"] = str(len(stored))
            return found
        return self._range(stored, headers)

    def _range(self, stored: bytes, headers: Message) -> Answered:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", headers.get("range", ""))
        if asked is None or int(asked[1]) >= len(stored):
            return Answered(f"{len(stored)}\n".encode(), "text/plain", 416)
        part = stored[int(asked[1]) : int(asked[2]) + 1]
        found = Answered(part, BINARY, 206)
        last = int(asked[1]) + len(part) - 1
        found.headers["content-range"] = f"bytes {asked[1]}-{last}/{len(stored)}"
        return found

    def _staged(self, name: str) -> int:
        file = self.peer.folder.path / "bodies" / f"{name}.staged"
        return file.stat().st_size if file.exists() else 0

    def _put(self, name: str, data: bytes, headers: Message, stored: bytes | None) -> Answered:
        """A range of a larger body (7.5.4)."""
        told = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", headers.get("content-range", ""))
        if told is None or int(told[2]) - int(told[1]) + 1 != len(data):
            raise Refused(400, "surfaces.wire.malformed", "No such range.")
        total = int(told[3])
        if stored is not None:
            return Answered(f"{total}\n".encode(), "text/plain", 201)
        staged = self._staged(name)
        if int(told[1]) > staged:
            return Answered(f"{staged}\n".encode(), "text/plain", 409)
        file = self.peer.folder.path / "bodies" / f"{name}.staged"
        with file.open("ab") as out:
            out.write(data[staged - int(told[1]) :])
        if self._staged(name) < total:
            return Answered(f"{self._staged(name)}\n".encode(), "text/plain", 202)
        whole = file.read_bytes()
        file.unlink()
        if sha256(whole).hex() != name:
            raise Refused(422, "adapters.body.damaged", "The body has another hash.")
        self.peer.folder.keep_body(name, whole)
        self.peer.wake.set()
        return Answered(f"{total}\n".encode(), "text/plain", 201)

    def _read(self, path: str) -> Answered:
        """Reading a log or a mirror (7.5.7, 7.5.8)."""
        hashed, _, what = path.removeprefix("/").partition("/")
        for channel in self.peer.channels.values():
            for log in channel.logs():
                if hashlib.sha256(log.origin.encode()).hexdigest() == hashed:
                    return self._checkpoint(log) if what == "checkpoint" else tile(log, what)
        raise Refused(404, "exchange.log.unknown", "This node does not know this log.")

    def _checkpoint(self, log: Log) -> Answered:
        if "cosigned_note" not in log.state:
            raise Refused(404, "exchange.head.not-found", "There is no head yet.")
        return Answered((log.state["cosigned_note"] + log.state["lines"]).encode())


def tile(log: Log, what: str) -> Answered:
    """A tile of hashes of level 0, or a bundle of entries."""
    asked = TILE.fullmatch(what)
    if asked is None:
        raise Refused(404, "tlog.tile.bad-path", "There is no such tile.")
    start = int(asked[2].replace("/", "").replace("x", "")) * body.WIDTH
    end = start + int(asked[3] or body.WIDTH)
    if end > int(log.state.get("cosigned", 0)):
        raise Refused(404, "exchange.tile.not-found", "There are not so many entries.")
    if asked[1] == "entries":
        found = b"".join(len(one).to_bytes(2) + one for one in log.entries[start:end])
    elif asked[1] == "0":
        found = b"".join(log.leaves[start:end])
    else:
        raise Refused(404, "exchange.tile.not-found", "This peer keeps no tiles above.")
    return Answered(found, BINARY)


def unpacked(data: bytes, encoding: str, most: int) -> bytes:
    """A body as it is meant, of at most so many bytes (7.2.1)."""
    if encoding == "identity":
        return data
    if encoding != "gzip":
        raise Refused(415, "surfaces.wire.encoding", "Another encoding than gzip.")
    packed = zlib.decompressobj(wbits=31)
    try:
        data = packed.decompress(data, most + 1)
    except zlib.error as problem:
        raise Malformed("no gzip") from problem
    if len(data) > most or not packed.eof or packed.unused_data:
        raise Refused(413, "surfaces.wire.too-large", "Not one member, or too large.")
    return data


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    answers: Answers

    @override
    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _whole(self, path: str) -> bytes:
        """The body, decompressed within its limit (7.2.1)."""
        most = LIMITS.get(path, 16_777_216)
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            data = b""
            while size := int(self.rfile.readline(64).split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline(8)
                if len(data) > most:
                    raise Refused(413, "surfaces.wire.too-large", "The body is too large.")
            self.rfile.readline(8)
        else:
            size = int(self.headers.get("content-length") or 0)
            if size > most:
                raise Refused(413, "surfaces.wire.too-large", "The body is too large.")
            data = self.rfile.read(size)
        return unpacked(data, self.headers.get("content-encoding", "identity"), most)

    def _do(self) -> None:
        path = self.path.partition("?")[0]
        shown = self.connection.getpeercert(binary_form=True)
        try:
            if path == "/health" and self.command == "GET":
                answered = Answered(f"ok {now_ms()}\n".encode())
            elif shown not in self.answers.peer.roll.on_the_wire(now_ms()):
                self.answers.peer.turned_away += 1
                answered = self._refused(STRANGER)
            else:
                answered = self.answers.answer(self.command, path, self._whole(path), self.headers)
        except Refused as refused:
            answered = self._refused(refused)
        except Malformed as problem:
            answered = self._refused(Refused(400, "surfaces.wire.malformed", str(problem)))
        except Exception:  # noqa: BLE001 -- a request that no clause gives ends no listener
            traceback.print_exc()
            self.close_connection = True
            answered = self._refused(Refused(500, "surfaces.wire.failed", "This peer is at fault."))
        self._send(answered)

    def _refused(self, refused: Refused) -> Answered:
        lines = f"{refused.what}\nCompare with the specification.\n{refused.code}\n"
        answered = Answered((refused.text or lines).encode(), refused.media, refused.status)
        if refused.status in {429, 503, 507}:
            answered.headers["retry-after"] = "1"
        return answered

    def _send(self, answered: Answered) -> None:
        self.send_response(answered.status)
        self.send_header("comity-time-ms", str(now_ms()))
        self.send_header("cache-control", "no-store")
        self.send_header("content-type", answered.media)
        self.send_header("content-length", str(len(answered.data)))
        for name, value in answered.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answered.data)

    do_GET = do_HEAD = do_POST = do_PUT = _do  # noqa: N815 -- names that http.server calls


def listener(peer: Peer, port: int, tls: ssl.SSLContext) -> ThreadingHTTPServer:
    """The listener at a port, or at a free one."""
    made = type("OfPeer", (Handler,), {"answers": Answers(peer)})
    server = ThreadingHTTPServer(("127.0.0.1", port), made)
    server.daemon_threads = True
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server
