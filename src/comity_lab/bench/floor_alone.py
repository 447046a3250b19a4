"""What one act alone takes at least: what is bare in its way, one thing after the other.

    append  one commit
    sign    one signing, commit, mark
    line    a delivery over TLS 1.3 to another process, which slept
    keep    verify a head, open the entry; sign twice, commit, mark
    line    as much back
    read    verify a cosignature and a head, open the receipt; sign, commit

A signing is an Ed25519 and an ML-DSA-44 signature.  What is sealed has its envelope ahead and
stands for nothing here.  Each act comes after a pause, as those do beside which it stands: what
slept is slow.

Source: docs/performance.md, "The way of one act".
Floor: lab.
"""

import socket
import ssl
import statistics
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from comity.adapters import tls
from comity.adapters.tls import Chain
from comity.boot import child_processes
from comity_lab.bench.bare import Commits, Marks, Seal, Signing
from comity_lab.bench.evidence_floor import chain_for_a_day

ACTS: Final = 100
PAUSE_S: Final = 0.03
DELIVERY: Final = bytes(12 << 10)
"""A body, an entry, a head with its signatures and a proof."""


def measure_ms(folder: Path) -> float:
    """Return what one act takes, the middle of many, in milliseconds."""
    chain = chain_for_a_day()
    context = child_processes.Context()
    near, far = context.Pipe()
    peer = context.Process(target=_peer, args=(far, chain, folder), daemon=True)
    peer.start()
    port = near.recv()
    assert isinstance(port, int)
    seal, signing = Seal(), Signing()
    with (
        Commits(folder / "author.sqlite3") as commits,
        Marks(folder / "author.marks") as marks,
        socket.create_connection(("127.0.0.1", port)) as raw,
        tls.client_context(chain).wrap_socket(
            raw, server_hostname=tls.server_name(chain.certificate)
        ) as line,
    ):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken_ms = [_one_ms(line, seal, signing, commits, marks) for _ in range(ACTS)]
    peer.join()
    return statistics.median(taken_ms)


def _one_ms(
    line: ssl.SSLSocket, seal: Seal, signing: Signing, commits: Commits, marks: Marks
) -> float:
    time.sleep(PAUSE_S)
    began = time.perf_counter()
    commits.commit()
    signing.sign()
    commits.commit()
    marks.mark()
    line.sendall(DELIVERY)
    _take(line)
    signing.verify()
    signing.verify()
    seal.open()
    signing.sign()
    commits.commit()
    return (time.perf_counter() - began) * 1_000


def _peer(far: "Connection[object, object]", chain: Chain, folder: Path) -> None:
    context = tls.server_context([chain], [chain.certificate])
    seal, signing = Seal(), Signing()
    with (
        Commits(folder / "peer.sqlite3") as commits,
        Marks(folder / "peer.marks") as marks,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        far.send(listener.getsockname()[1])
        raw, _ = listener.accept()
        with context.wrap_socket(raw, server_side=True) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while _take(line):
                signing.verify()
                seal.open()
                signing.sign()
                signing.sign()
                commits.commit()
                marks.mark()
                line.sendall(DELIVERY)


def _take(line: ssl.SSLSocket) -> bool:
    """Take a delivery; False where the line was closed instead."""
    came = 0
    while came < len(DELIVERY):
        part = len(line.recv(len(DELIVERY) - came))
        if not part:
            return False
        came += part
    return True
