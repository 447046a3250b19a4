"""The peer's command line: pair by files, serve, and say what a line on standard input asks.

    python -m tools.peer accept DIR OFFER --party sy --endpoint URL --name en=Sylvania \
        --agency npc=en:Police -o FILE
    python -m tools.peer offer DIR --with fr --party sy … -o FILE
    python -m tools.peer confirm DIR FILE [-o FILE] [--code XXXX-XXXX]
    python -m tools.peer serve DIR --port N

`serve` reads one JSON object a line from standard input and answers each with one.
"""

import argparse
import json
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

from tools.peer import card as cards
from tools.peer import pairing, speak
from tools.peer.call import Line, context
from tools.peer.clock import now_ms
from tools.peer.deliver import Sender
from tools.peer.listen import listener
from tools.peer.node import Peer
from tools.peer.store import Folder
from tools.peer.text import Malformed, b64


def about(given: argparse.Namespace, arrangement: str, tls: bytes) -> dict[str, Any]:
    """What a card says of the party."""
    agencies = []
    for one in given.agency:
        name, _, rest = one.partition("=")
        lang, _, words = rest.partition(":")
        agencies.append({"id": name, "names": {lang: words}})
    return {
        "agencies": agencies,
        "arrangement": arrangement,
        "endpoint": given.endpoint,
        "names": dict([given.name.split("=", 1)]),
        "party": given.party,
        "tls": b64(tls),
    }


def make(given: argparse.Namespace, arrangement: str) -> tuple[dict[str, str], str]:
    """New keys, a certificate and the first card of an arrangement."""
    folder, seeds = Folder(given.dir), cards.new_seeds()
    tls, private = cards.certificate(given.party, given.endpoint, now_ms())
    folder.write("tls.pem", ssl.DER_cert_to_PEM_cert(tls).encode())
    folder.write("tls.key", private)
    return seeds, cards.make(seeds, about(given, arrangement, tls), now_ms())


def accept(given: argparse.Namespace) -> None:
    """Answers an offer."""
    text = given.offer.read_text()
    said = pairing.read_offer(text)
    seeds, card = make(given, said["arrangement"])
    made = pairing.accept(given.party, text, card, cards.root_of(seeds).public)
    kept = {"party": given.party, "seeds": seeds, "own": made, "offer": text}
    Folder(given.dir).put("pairing.json", kept)
    given.out.write_text(made)


def offer(given: argparse.Namespace) -> None:
    """Makes an offer."""
    kept = pairing.offer(given.party, given.with_, lambda one: make(given, one))
    Folder(given.dir).put(
        "pairing.json", {"party": given.party, "seeds": kept, "own": kept["offer"]}
    )
    given.out.write_text(kept["offer"])


def confirm(given: argparse.Namespace) -> None:
    """Makes the confirmation of an offer; or shows the code of one, or keeps it by the code."""
    folder, text = Folder(given.dir), given.file.read_text()
    kept = folder.get("pairing.json")
    if text.startswith(pairing.ACCEPT):
        if "confirmation" in kept:
            text = kept["confirmation"]
        else:
            text = pairing.confirm(kept["party"], kept["seeds"], [text])
            pairing.read_confirmation(text)
            folder.put("pairing.json", {**kept, "confirmation": text})
        given.out.write_text(text)
        return
    pairing.read_confirmation(text)
    if kept["own"] not in pairing.parts(text):
        raise Malformed("our own text does not stand in it as we sent it (3.5.8)")
    code = pairing.code(text)
    if given.code is None:
        print(json.dumps({"code": code}))
    elif pairing.heard(given.code) != pairing.heard(code):
        raise Malformed(f"the code is {code}, and {given.code} was heard: keep nothing")
    else:
        folder.put("pairing.json", {**kept, "confirmation": text, "kept": True})


def serve(given: argparse.Namespace) -> None:
    """Runs the peer until standard input ends; each line of it is answered with one."""
    peer = Peer(given.dir)
    own = (given.dir / "tls.pem", given.dir / "tls.key")
    trusted = [card.tls for card in peer.roll.cards]
    peer.contexts = [context(server=one, own=own, trusted=trusted) for one in (True, False)]
    listening, calling = peer.contexts
    server = listener(peer, given.port, listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sender = Sender(peer, Line(calling, lambda: peer.roll.newest))
    threading.Thread(target=_tend, args=(peer, sender), daemon=True).start()
    print(json.dumps({"port": server.server_port}), flush=True)
    for line in sys.stdin:
        with peer.lock:
            print(json.dumps(speak.do(peer, json.loads(line)), ensure_ascii=False), flush=True)
    server.shutdown()


def _tend(peer: Peer, sender: Sender) -> None:
    while True:
        sender.round()
        peer.wake.wait(1)
        peer.wake.clear()


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m tools.peer", description=__doc__)
    commands = made.add_subparsers(required=True)
    for name, do in (("accept", accept), ("offer", offer), ("confirm", confirm), ("serve", serve)):
        command = commands.add_parser(name)
        command.set_defaults(do=do)
        command.add_argument("dir", type=Path)
        OPTIONS[name](command)
    return made


def _pairs(command: argparse.ArgumentParser) -> None:
    for one in ("party", "endpoint", "name"):
        command.add_argument(f"--{one}", required=True)
    command.add_argument("--agency", action="append", required=True)
    command.add_argument("-o", "--out", type=Path, required=True)


def _accepts(command: argparse.ArgumentParser) -> None:
    command.add_argument("offer", type=Path)
    _pairs(command)


def _offers(command: argparse.ArgumentParser) -> None:
    command.add_argument("--with", dest="with_", action="append", required=True)
    _pairs(command)


def _confirms(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path)
    command.add_argument("--code")
    command.add_argument("-o", "--out", type=Path)


def _serves(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=int, default=0)


OPTIONS = {"accept": _accepts, "offer": _offers, "confirm": _confirms, "serve": _serves}


def main() -> None:
    """Does what the command line asks."""
    given = parser().parse_args()
    try:
        given.do(given)
    except Malformed as problem:
        sys.exit(f"{problem}")


main()
