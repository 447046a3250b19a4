"""Opening a channel for a purpose of its own: every party shows its keys for it by an act.

    arrangement.channel-opened/1 in `live`, codes {"channel": name}, and a document:
    {"channel": "exercise-2027", "keys": {"log-ed25519": …, …}}

It is open when every party has shown its keys; `live` and `hotline` stand on the cards.

Source: protocol rules 1, 2 and 5.
Floor: node.
"""

import hashlib
from collections.abc import Callable
from typing import Final

from comity.acts.record import Document, Matter
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import card
from comity.joint.exchange import acts as exchange_acts
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name
from comity.kernel.ijson import Json
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, UnderstoodAct
from comity.node.base.trust import CHANNEL_KEYS, OPENED_CARD, Trust
from comity.node.exchange import append, lost_channel

ROLE: Final = "channel-keys"


def open_channel(
    node: Node,
    maker: KeyMaker,
    arrangement_id: str,
    name: str,
    *,
    note: Callable[[Tx, str], None] = lambda _tx, _path: None,
) -> list[str]:
    """Show this node's keys for a channel; return the parties that have not shown theirs.

    `note` is called with its path in the transaction that shows them.

    Raises:
        Fault: `exchange.channel.name`, `exchange.channel.left-out`, `node.arrangement.unknown`,
            `kernel.id.malformed`.
    """
    require_name("channel", name)
    with node.store.read() as tx:
        arrangement = require_arrangement(tx, arrangement_id)
        live = register_records.channel_path(arrangement.id, card.LIVE)
        path = register_records.channel_path(arrangement.id, name)
        lost_channel.require_open(tx, node.party, path)
        lost_channel.require_not_forgotten(tx, path)
        is_shown = tx.record(CHANNEL_KEYS, f"{path}/{node.party}") is not None
    if name in card.CARD_CHANNELS or name == "local":
        raise Fault(
            code="exchange.channel.name",
            what=f"The channel {quoted(name)} exists in every arrangement.",
            fix="Choose another name, such as one for the exercise it is for.",
        )
    if not is_shown:
        keys = maker.make_card(f"{arrangement.id}.{name}", OPENED_CARD, [name])[name]
        text = lost_channel.text_of(name, card.channel_to_json(keys))
        say(node, live, name, text, lambda tx: note(tx, path))
    with node.store.read() as tx:
        shown = trust.opened_keys(tx, path, arrangement.party_ids())
    return [party for party in arrangement.party_ids() if party not in shown]


def lost(tx: Tx, party: str, live: str) -> dict[str, bytes]:
    """Return the keys of a party by channel, as texts, that no act in `live` shows any more.

    A new generation left the act out, since nobody else had had it.
    """
    arrangement_id, name = register_records.split_channel(live)
    if name != card.LIVE:
        return {}
    kept: dict[str, Json] = {}
    for key, keys in tx.records(CHANNEL_KEYS).items():
        path, _, of = key.rpartition("/")
        of_arrangement, opened = register_records.split_channel(path)
        if of == party and of_arrangement == arrangement_id:
            kept[opened] = keys
    matter = Matter(exchange_acts.CHANNEL_KIND, name)
    for row in tx.acts_of(live, matter) if kept else ():
        if row.party == party and row.act.tag == exchange_acts.CHANNEL_OPENED and not row.foreign:
            kept.pop(row.act.codes.get("channel", ""), None)
    return {opened: lost_channel.text_of(opened, keys) for opened, keys in kept.items()}


def require_arrangement(tx: Tx, arrangement_id: str) -> arrangements.Arrangement:
    """Return the arrangement of that id, or the only one where none is named.

    Raises:
        Fault: `node.arrangement.unknown`.
    """
    every = register_records.arrangements(tx)
    if not arrangement_id and len(every) == 1:
        return every[0]
    return register_records.arrangement(tx, arrangement_id)


def say(
    node: Node, live: str, name: str, text: bytes, note: Callable[[Tx], None] = lambda _: None
) -> None:
    """Show keys for a channel in `live`, by their text.

    Args:
        node: ours.
        live: the path of the arrangement's first channel.
        name: of the channel.
        text: of its keys.
        note: called in the transaction that says it.

    Raises:
        Fault: as `append`.
    """
    sha256 = hashlib.sha256(text).hexdigest()
    act = exchange_acts.register_act(
        node.act_id(),
        exchange_acts.CHANNEL_OPENED,
        card.LIVE,
        {"channel": name},
        (Document(sha256, len(text), "application/json", ROLE),),
    )

    def effects(tx: Tx) -> None:
        row = tx.act(node.party, act.id)
        assert row is not None
        apply(node, tx, trust.load(tx, live), row)
        note(tx)

    append.append(node, live, [append.Candidate(act, {sha256: text}, effects=effects)])


def apply(node: Node, tx: Tx, live: Trust, row: UnderstoodAct) -> None:
    """Keep the keys that a party shows; begin the channel's logs once all have.  Total."""
    for document in row.act.documents:
        text = tx.body(document.sha256)
        if text is None or document.role != ROLE:
            continue
        try:
            name, keys = _parse(text)
            node.suite.recipient(keys.seal)  # one that nobody can seal to would stop all
        except Fault as fault:
            node.alarms.raise_alarm("exchange.channel.refused", f"{row.party}: {fault.what}")
            continue
        path = register_records.channel_path(live.arrangement.id, name)
        if name == row.act.codes.get("channel") and not tx.record(
            CHANNEL_KEYS, f"{path}/{row.party}"
        ):
            register_records.touch(tx, text)
            tx.save_record(CHANNEL_KEYS, f"{path}/{row.party}", card.channel_to_json(keys))
            _begin(node, tx, live, path, name)


def _parse(text: bytes) -> tuple[str, card.ChannelKeys]:
    value = ijson.parse_canonical(text)
    if not isinstance(value, dict) or value.keys() != {"channel", "keys"}:
        raise Fault(
            code="exchange.channel.malformed",
            what="The keys for a channel are not an object of `channel` and `keys`.",
            fix="Open the channel again with `comity channel open`.",
        )
    name = require_name("channel", str(value["channel"]))
    return name, card.require_channel_keys(card.channel_from_json(value["keys"]))


def _begin(node: Node, tx: Tx, live: Trust, path: str, name: str) -> None:
    parties = live.arrangement.party_ids()
    if len(trust.opened_keys(tx, path, parties)) < len(parties) or tx.logs(path):
        return
    begin_logs(tx, node.party, live.arrangement, name)


def begin_logs(tx: Tx, own: str, arrangement: arrangements.Arrangement, name: str) -> None:
    """Begin the log of each party in a channel, but those that there are."""
    path = register_records.channel_path(arrangement.id, name)
    for party in arrangement.party_ids():
        origin = arrangement.origin(party, name)
        if tx.log(origin) is None:
            first = arrangements.GENERATION_FIRST
            tx.save_log(Log(origin, path, party, first, own=party == own))
