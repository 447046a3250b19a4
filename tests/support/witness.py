"""A small C2SP tlog-witness that speaks HTTP on loopback, for tests.

    with Witness.serving(folder) as witness:
        witness.trust(origin, vkeys)
        witness.url, witness.vkeys, witness.seen      # bodies as they came

It checks signatures, old size and consistency as the specification says, persists before it
answers, and knows nothing of comity but the floor `tlog`.

Source: C2SP tlog-witness.
Floor: tests.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import override

from comity.adapters.durable_file import write_atomically
from comity.kernel.fault import Fault
from comity.tlog import checkpoint, keys, note, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.keys import VKey
from comity.tlog.note import Note
from comity.tlog.wire import AddCheckpoint

NAME = "witness.example"
AT_S = 1_764_000_000
TEXT = "text/plain"


class Witness:
    """One witness.

    Attributes:
        url: its submission prefix.
        vkeys: its own keys, 0x04 and 0x06.
        seen: bodies as they came.
        at_s: its clock.
    """

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self.seen: list[bytes] = []
        self.at_s = AT_S
        self._file = folder / "witness.json"
        self._turn = threading.Lock()
        self._known: dict[str, list[VKey]] = {}
        self._signers = [
            keys.signer(NAME, kind, bytes([kind]) * 32)
            for kind in (keys.ED25519_COSIGNATURE, keys.ML_DSA_44_COSIGNATURE)
        ]
        self.vkeys = tuple(signer.vkey for signer in self._signers)

    def trust(self, origin: str, vkeys: Sequence[VKey]) -> None:
        """Support a log."""
        self._known[origin] = list(vkeys)

    def state(self) -> dict[str, tuple[int, str]]:
        """Return `{origin: (size, root in hex)}`, as it lies on the disk."""
        return {k: tuple(v) for k, v in json.loads(self._file.read_text() or "{}").items()}

    def set_state(self, state: dict[str, tuple[int, str]]) -> None:
        """Put another memory in its place, durably."""
        write_atomically(self._file, json.dumps(state).encode())

    @classmethod
    @contextmanager
    def serving(cls, folder: Path) -> "Iterator[Witness]":
        """Serve on a free port for the length of a `with`."""
        witness = cls(folder)
        witness.set_state({})

        class Handler(BaseHTTPRequestHandler):
            @override
            def log_message(self, format: str, *args: object) -> None:
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, media_type, answer = witness.answer(self.path, body)
                self.send_response(status)
                self.send_header("content-type", media_type)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            witness.url = f"http://127.0.0.1:{server.server_port}/w"
            try:
                yield witness
            finally:
                server.shutdown()
                thread.join()

    def answer(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Return status, media type and body."""
        self.seen.append(body)
        try:
            assert path == "/w/add-checkpoint"
            sent = wire.parse_add_checkpoint(body)
            head = note.parse(sent.checkpoint_note)
            said = checkpoint.parse_body(head.body)
        except Fault:
            return 400, TEXT, b""
        status = self._judge_signature(said, head)
        if status == 200 and sent.old_size > said.size:
            status = 400
        if status != 200:
            return status, TEXT, b""
        return self._cosign(sent, said, head)

    def _judge_signature(self, said: Checkpoint, head: Note) -> int:
        if said.origin not in self._known:
            return 404
        try:
            note.verify(head, [keys.verifier(vkey) for vkey in self._known[said.origin]])
        except Fault:
            return 403
        return 200

    def _cosign(self, sent: AddCheckpoint, said: Checkpoint, head: Note) -> tuple[int, str, bytes]:
        with self._turn:
            state = self.state()
            size, root = state.get(said.origin, (0, tree.EMPTY_ROOT.hex()))
            if sent.old_size != size:
                return 409, wire.SIZE_TYPE, wire.render_size(size)
            try:
                tree.verify_consistency(size, bytes.fromhex(root), said.size, said.root, sent.proof)
            except Fault:
                return 422, TEXT, b""
            self.set_state({**state, said.origin: (said.size, said.root.hex())})
        signed = note.sign(head.body, self._signers, at_s=self.at_s)
        return 200, TEXT, note.render_signatures(signed.signatures)
