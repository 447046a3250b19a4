"""Writes vectors/arrangement/*.json: cards, revocations, pairing texts and names of logs.

    python -m tools.vectors.arrangement            write the files
    python -m tools.vectors.arrangement --new      make what has chance in it again, then write

Each file is a list of `{"desc", "input", …, "want" | "want_code"}`.  `root` are the two keys
to verify with; `want_code` is comity's own word for a refusal.  Keys come from readable seeds
and are of no worth.  Signatures of ML-DSA-44 and TLS certificates have chance in them: they
were made once and stand in arrangement_made_once.json beside this file.
"""  # noqa: INP001 -- a program, run by its path

import base64
import dataclasses
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from comity.adapters import tlscert
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import channel as channels
from comity.joint.arrangement import pairing, revocation, signed
from comity.joint.arrangement.arrangement import Arrangement, PartyRoot
from comity.joint.arrangement.card import DAY_MS, Agency, Card, ChannelKeys
from comity.joint.arrangement.pairing import Accept, Confirm, Offer
from comity.joint.arrangement.revocation import Revocation
from comity.kernel import ijson
from comity.seal.hybrid import HybridIdentity
from comity.tlog import keys
from comity.tlog.keys import KeySigner

type Vector = dict[str, Any]

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "vectors" / "arrangement"
STORE = HERE / "arrangement_made_once.json"
ID = "a" * 26
BEGIN_MS = 1_800_000_000_000
TEXT = "arrangement.text.malformed"


def seed(*words: object) -> bytes:
    """Return 32 bytes that follow from words."""
    return hashlib.sha256(" ".join(map(str, words)).encode()).digest()


def b64(data: bytes) -> str:
    """Return the base64 of these bytes."""
    return base64.b64encode(data).decode()


class MadeOnce:
    """What has chance in it, by name, and what is asked for the first time."""

    def __init__(self, store: Path, *, anew: bool) -> None:
        self._store = store
        self._made: dict[str, str] = {} if anew else json.loads(store.read_text())
        self._anew = anew

    def give(self, name: str, fresh: bytes) -> bytes:
        """Return what was made once under a name."""
        if self._anew:
            self._made[name] = b64(fresh)
        return base64.b64decode(self._made[name])

    def save(self) -> None:
        """Write the store if it was made anew."""
        if self._anew:
            self._store.write_text(json.dumps(self._made, indent=1, sort_keys=True) + "\n")


MADE = MadeOnce(STORE, anew="--new" in sys.argv)


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A signer whose signature on a body is always the same one."""

    signer: KeySigner

    @property
    def name(self) -> str:
        """The key name."""
        return self.signer.name

    @property
    def key_id(self) -> bytes:
        """The 4-byte key id."""
        return self.signer.key_id

    def sign(self, body: bytes, *, at_s: int) -> bytes:
        """Return the payload that was made once for this body."""
        place = hashlib.sha256(self.name.encode() + b"\n" + body).hexdigest()[:32]
        return MADE.give(place, self.signer.sign(body, at_s=at_s))


def signers(party: str) -> tuple[KeySigner, Kept]:
    """Return the two signers of a party's root."""
    name = signed.root_name(party, ID)
    plain = keys.signer(name, keys.ED25519_NOTE, seed(name, "ed25519"))
    return plain, Kept(keys.signer(name, keys.ML_DSA_44_NOTE, seed(name, "mldsa44")))


def root(party: str) -> PartyRoot:
    """Return the public keys of a party's root."""
    plain, kept = signers(party)
    return PartyRoot(party, plain.vkey.public, kept.signer.vkey.public)


def channel_keys(party: str, number: int, channel: str) -> ChannelKeys:
    """Return a party's keys in a channel."""

    def public(kind: int, use: str) -> bytes:
        return keys.signer("x", kind, seed(party, number, channel, use, kind)).vkey.public

    return ChannelKeys(
        log_ed25519=public(keys.ED25519_NOTE, "log"),
        log_mldsa44=public(keys.ML_DSA_44_COSIGNATURE, "log"),
        mirror_ed25519=public(keys.ED25519_COSIGNATURE, "mirror"),
        mirror_mldsa44=public(keys.ML_DSA_44_COSIGNATURE, "mirror"),
        seal=HybridIdentity(seed(party, number, channel, "seal")).recipient.raw,
    )


def certificate(party: str, name: str) -> bytes:
    """Return the certificate that was made once under a name, and names the party if any."""
    made = tlscert.make("node.example", BEGIN_MS, BEGIN_MS + 365 * DAY_MS, party)
    return MADE.give(name, made.certificate)


def card(party: str, number: int = 1) -> Card:
    """Return a card that is good in every field."""
    return Card(
        arrangement=ID,
        party=party,
        number=number,
        names={"en": f"State {party.upper()}", "zh": "甲国"},
        agencies=(Agency("doj", {"en": "Ministry of Justice"}),),
        endpoint="https://node.example:8443",
        tls=certificate("", f"certificate {party} {number}"),
        channels={name: channel_keys(party, number, name) for name in cards.CARD_CHANNELS},
        not_before_ms=BEGIN_MS,
        not_after_ms=BEGIN_MS + 365 * DAY_MS,
    )


def card_text(party: str) -> bytes:
    """Return a party's first card, signed."""
    return cards.sign(card(party), signers(party))


REVOKED = Revocation(ID, "aa", 1, {1: {f"aa/{ID}/live/1": 17, f"bb/{ID}/live/1": 9}})
REVOCATION = revocation.sign(REVOKED, signers("aa"))
CARD = card_text("aa")
NONCE = seed("nonce")
COMMITMENT = pairing.commit(CARD, root("aa"), NONCE)
VOCABULARY = {"arrangement": 1, "case": 1, "exchange": 1, "request": 2}
OFFER = pairing.render_offer(Offer(ID, ("aa", "bb"), "aa", COMMITMENT, vocabulary=VOCABULARY))
ACCEPT = pairing.render_accept(
    Accept(hashlib.sha256(OFFER).digest(), card_text("bb"), root("bb"), seed("nonce", "bb"))
)
CONFIRM = pairing.render_confirm(Confirm(OFFER, (ACCEPT,), CARD, root("aa"), NONCE))


def good(desc: str, text: bytes, want: object, **more: object) -> Vector:
    """Return an example that must be read as `want`."""
    return {"desc": desc, "input": text.decode(), **more, "want": want}


def bad(desc: str, text: bytes, code: str, **more: object) -> Vector:
    """Return an example that must be refused."""
    return {"desc": desc, "input": text.decode(), **more, "want_code": code}


def changed(text: bytes, **fields: object) -> bytes:
    """Return a pairing text with fields of its JSON replaced or, if None, gone."""
    header, line, _ = text.split(b"\n", 2)
    value = {name: v for name, v in (json.loads(line) | fields).items() if v is not None}
    return b"%s\n%s\n" % (header, ijson.render(value))


def signed_anew(header: str, text: bytes, party: str = "aa", **fields: Any) -> bytes:  # noqa: ANN401 -- whatever JSON holds
    """Return a signed text with fields replaced, signed again."""
    value = json.loads(text.split(b"\n")[1]) | fields
    return signed.sign(header, {k: v for k, v in value.items() if v is not None}, signers(party))


def card_vectors() -> list[Vector]:
    """Return examples of cards."""
    keys_aa = {"root": arrangements.root_to_json(root("aa"))}
    head, ed25519, mldsa44 = CARD.split(b"\n\n")[0], *CARD.split(b"\n")[3:5]
    swapped = head + b"\n\n" + mldsa44 + b"\n" + ed25519 + b"\n"
    value = json.loads(CARD.split(b"\n")[1])
    live = value["channels"]["live"]

    def other(desc: str, code: str, **fields: Any) -> Vector:  # noqa: ANN401 -- whatever JSON holds
        return bad(desc, signed_anew(cards.HEADER, CARD, **fields), code, **keys_aa)

    def keyed(desc: str, code: str, **fields: object) -> Vector:
        return other(desc, code, channels=value["channels"] | {"live": live | fields})

    names = ("agencies", "arrangement", "endpoint", "names", "not-after-ms", "not-before-ms")
    want = {name: value[name] for name in (*names, "number", "party")}
    return [
        good("a first card", CARD, want, **keys_aa),
        bad("signed by another root", CARD, "tlog.note.unknown-keys",
            root=arrangements.root_to_json(root("bb"))),
        bad("one byte of it changed", CARD.replace(b"State AA", b"State AB"),
            "tlog.note.bad-signature", **keys_aa),
        bad("its two signatures in the other order", swapped, TEXT, **keys_aa),
        bad("one signature alone", head + b"\n\n" + ed25519 + b"\n", TEXT, **keys_aa),
        bad("the header of a revocation", CARD.replace(b"/card/", b"/revocation/"), TEXT,
            **keys_aa),
        bad("white space in its JSON", CARD.replace(b'"number":1', b'"number": 1'),
            "kernel.json.second-spelling", **keys_aa),
        other("a field too many", TEXT, fax="1"),
        other("the number 0", TEXT, number=0),
        other("a validity of 1,097 days", "arrangement.card.validity",
              **{"not-after-ms": BEGIN_MS + 1_097 * DAY_MS}),
        other("an endpoint without TLS", TEXT, endpoint="http://node.example"),
        other("an endpoint that the certificate is not for", "arrangement.certificate.host",
              endpoint="https://other.example"),
        other("a certificate that names another party", "arrangement.certificate.party",
              tls=b64(certificate("bb", "certificate that names bb"))),
        other("a name that turns its line around", TEXT, names={"en": "State \u202eAA"}),
        other("a name in no language", TEXT, names={}),
        other("a channel that no card has", TEXT,
              channels=value["channels"] | {"exercise": live}),
        keyed("an X25519 key to seal to", TEXT, seal=b64(bytes(range(32)))),
        keyed("an Ed25519 key of low order", "tlog.key.weak", **{"log-ed25519": b64(bytes(32))}),
        keyed("an Ed25519 key spelled a second way", "tlog.key.malformed",
              **{"log-ed25519": b64(b"\xf0" + b"\xff" * 30 + b"\x7f")}),
        keyed("one key in two places", "arrangement.card.key-twice",
              **{"log-ed25519": live["mirror-ed25519"]}),
    ]  # fmt: skip


def revocation_vectors() -> list[Vector]:
    """Return examples of revocations."""
    keys_aa = {"root": arrangements.root_to_json(root("aa"))}
    value = json.loads(REVOCATION.split(b"\n")[1])
    one = value["revoked"][0]
    foreign = {f"aa/{'c' * 25}a/live/1": 1}

    def other(desc: str, code: str, **fields: Any) -> Vector:  # noqa: ANN401 -- whatever JSON holds
        return bad(desc, signed_anew(revocation.HEADER, REVOCATION, **fields), code, **keys_aa)

    return [
        good("of a first card, with the last sizes of two logs", REVOCATION, value, **keys_aa),
        bad("another size than was signed", REVOCATION.replace(b":17", b":18"),
            "tlog.note.bad-signature", **keys_aa),
        other("of nothing", TEXT, revoked=[]),
        other("of one card twice", TEXT, revoked=[one, one]),
        other("a negative size", TEXT, revoked=[one | {"sizes": {f"aa/{ID}/live/1": -1}}]),
        other("a log of another arrangement", TEXT, revoked=[one | {"sizes": foreign}]),
        other("a log that has no such name", "arrangement.origin.malformed",
              revoked=[one | {"sizes": {"aa/live/1": 3}}]),
        other("another party than its signature lines name", "arrangement.text.wrong-root",
              party="bb"),
    ]  # fmt: skip


def offer_vectors() -> list[Vector]:
    """Return examples of offers."""
    value = json.loads(OFFER.split(b"\n")[1])
    return [
        good("to one other party", OFFER, value),
        bad("a commitment of 31 bytes", changed(OFFER, commitment=b64(bytes(31))), TEXT),
        bad("one party", changed(OFFER, parties=["aa"]), TEXT),
        bad("seventeen parties", changed(OFFER, parties=[f"p{n}" for n in range(17)]), TEXT),
        bad("a party twice", changed(OFFER, parties=["aa", "aa"]), TEXT),
        bad("an offerer who is no party", changed(OFFER, offerer="cc"), TEXT),
        bad("a version of the future", changed(OFFER, vocabulary={**VOCABULARY, "case": 999}),
            "arrangement.pairing.vocabulary"),
        bad("a room that nobody wrote", changed(OFFER, vocabulary={**VOCABULARY, "weather": 1}),
            "arrangement.pairing.vocabulary"),
        bad("no last newline", OFFER[:-1], TEXT),
    ]  # fmt: skip


def accept_vectors() -> list[Vector]:
    """Return examples of acceptances, each of the good offer."""
    value = json.loads(ACCEPT.split(b"\n")[1])
    offered = {"offer": OFFER.decode()}
    moved = changed(ACCEPT, root=arrangements.root_to_json(root("aa")))
    return [
        good("of the offer", ACCEPT, {"party": "bb", "nonce": value["nonce"]}, **offered),
        bad("of another offer", changed(ACCEPT, offer=b64(bytes(32))),
            "arrangement.pairing.other-offer", **offered),
        bad("a card that another root has signed", moved, "tlog.note.unknown-keys", **offered),
        bad("a nonce of 16 bytes", changed(ACCEPT, nonce=b64(bytes(16))), TEXT, **offered),
        bad("no nonce", changed(ACCEPT, nonce=None), TEXT, **offered),
    ]  # fmt: skip


def confirm_vectors() -> list[Vector]:
    """Return examples of confirmations: the code and the printed fingerprints follow."""
    told = pairing.verify_confirm(CONFIRM, _root_verifiers)
    prints = {one.party: arrangements.fingerprint(one) for one in told.arrangement.parties}
    want = {"code": told.code, "fingerprints": prints}
    other = changed(ACCEPT, nonce=b64(seed("another nonce")))
    again = changed(CONFIRM, accepts=[other.decode()])
    code = pairing.verify_confirm(again, _root_verifiers).code
    return [
        good("of the offer and its one acceptance", CONFIRM, want),
        good("with another nonce of the other party, and so another code", again,
             {"code": code, "fingerprints": prints}),
        bad("what it opens is not what was offered", changed(CONFIRM, nonce=b64(seed("else"))),
            "arrangement.pairing.commitment"),
        bad("no acceptance", changed(CONFIRM, accepts=[]), "arrangement.pairing.wrong-party"),
        bad("one acceptance twice", changed(CONFIRM, accepts=[ACCEPT.decode()] * 2),
            "arrangement.pairing.wrong-party"),
    ]  # fmt: skip


def arrangement_vectors() -> list[Vector]:
    """Return examples of the text of an arrangement, with its roots."""
    text = arrangements.render(Arrangement(ID, (root("aa"), root("bb")), VOCABULARY))
    value = json.loads(text.split(b"\n")[1])
    first, second = value["parties"]
    shared = second | {"ed25519": first["ed25519"]}
    return [
        good("of two parties", text, value),
        bad("one party", changed(text, parties=[first]), TEXT),
        bad("a party twice", changed(text, parties=[first, second | {"party": "aa"}]), TEXT),
        bad("a root key that two parties share", changed(text, parties=[first, shared]), TEXT),
        bad("an ML-DSA-44 key of 1,311 bytes",
            changed(text, parties=[first, second | {"mldsa44": b64(bytes(1311))}]), TEXT),
        bad("no rooms", changed(text, vocabulary={}), TEXT),
        bad("a number in place of rooms", changed(text, vocabulary=1), TEXT),
        bad("without the room `exchange`", changed(text, vocabulary={"arrangement": 1}), TEXT),
        bad("a room at version 0", changed(text, vocabulary={**VOCABULARY, "case": 0}), TEXT),
        bad("a room at version 10^9", changed(text, vocabulary=VOCABULARY | {"case": 10**9}), TEXT),
        bad("a room that is no word", changed(text, vocabulary={**VOCABULARY, "Case": 1}), TEXT),
    ]  # fmt: skip


def origin_vectors() -> list[Vector]:
    """Return examples of names of logs."""
    code = "arrangement.origin.malformed"
    name = f"fr-doj/{ID}/live/1"
    parts = {"party": "fr-doj", "arrangement": ID, "channel": "live", "generation": 1}
    rows = [good("a first log", name.encode(), parts)]
    for desc, text in (
        ("no generation", name[:-2]),
        ("generation 0", name[:-1] + "0"),
        ("a leading zero", name[:-1] + "01"),
        ("a fifth part", name + "/1"),
        ("a party in upper case", name.upper()),
        ("an arrangement that no 16 bytes give", name.replace(ID, "a" * 25 + "b")),
        ("a plus", name.replace("live", "li+e")),
    ):
        rows.append(bad(desc, text.encode(), code))
    return rows


def opening_vectors() -> list[Vector]:
    """Return examples of the document of an act that opens a channel, beside the act's codes."""
    held = channel_keys("aa", 1, "exercise-1")
    text = channels.render("exercise-1", held)
    value = json.loads(text)
    codes = {"channel": "exercise-1", "number": "1", "purpose": "exercise"}
    serving = {"matter-id": "b" * 26, "matter-kind": "case"}
    short = value["keys"] | {"log-mldsa44": b64(bytes(1311))}
    lacking = {name: key for name, key in value["keys"].items() if name != "seal"}

    def other(**fields: object) -> bytes:
        return ijson.render(value | fields)

    return [
        good("for an exercise", text, value, codes=codes),
        good("the second set of keys, of a channel for one case", text, value,
             codes=codes | serving | {"number": "2", "purpose": "live"}),
        bad("no such purpose", text, "arrangement.channel.purpose",
            codes=codes | {"purpose": "drill"}),
        bad("a name that stands on the cards", channels.render("live", held),
            "arrangement.channel.name", codes=codes | {"channel": "live"}),
        bad("the name of the local log", channels.render("local", held),
            "arrangement.channel.name", codes=codes | {"channel": "local"}),
        bad("a document of another channel", other(channel="exercise-2"),
            "arrangement.channel.malformed", codes=codes),
        bad("number 0", text, "arrangement.channel.malformed", codes=codes | {"number": "0"}),
        bad("a leading zero", text, "arrangement.channel.malformed",
            codes=codes | {"number": "01"}),
        bad("a thousandth set", text, "arrangement.channel.malformed",
            codes=codes | {"number": "1000"}),
        bad("a matter without its kind", text, "arrangement.channel.malformed",
            codes=codes | {"matter-id": "b" * 26}),
        bad("a code too many", text, "arrangement.channel.malformed", codes=codes | {"note": "x"}),
        bad("a member too many", other(note="x"), "arrangement.channel.malformed", codes=codes),
        bad("no seal key", other(keys=lacking), TEXT, codes=codes),
        bad("an ML-DSA-44 key of 1,311 bytes", other(keys=short), TEXT, codes=codes),
    ]  # fmt: skip


def _root_verifiers(name: str, ed25519: bytes, mldsa44: bytes) -> tuple[keys.KeyVerifier, ...]:
    identified = keys.ML_DSA_44_NOTE_IDENTIFIER + mldsa44
    kinds = ((keys.ED25519_NOTE, ed25519), (keys.ML_DSA_44_NOTE, identified))
    return tuple(keys.verifier(keys.VKey(name, kind, key)) for kind, key in kinds)


def files() -> dict[str, str]:
    """Return the content of every file by its name."""
    every = {
        "card": card_vectors(),
        "revocation": revocation_vectors(),
        "pair-offer": offer_vectors(),
        "pair-accept": accept_vectors(),
        "pair-confirm": confirm_vectors(),
        "arrangement": arrangement_vectors(),
        "origin": origin_vectors(),
        "channel-opened": opening_vectors(),
    }
    return {
        f"{name}.json": json.dumps(vectors, indent=1, ensure_ascii=True, sort_keys=True) + "\n"
        for name, vectors in every.items()
    }


def main() -> None:
    """Write the files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (TARGET / name).write_text(text)
    MADE.save()


if __name__ == "__main__":
    main()
