"""What a node says of itself on its cards, and how a new home begins.

    record kind   key   value
    profile       own   {"agencies":[{"id":"doj","names":{…}}],"endpoint":"https://…","names":{…}}

Floor: node.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.joint.arrangement import certificate, fields
from comity.joint.arrangement.card import Agency
from comity.joint.arrangement.fields import Names
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name
from comity.node.base import local_keys, rules_version
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log

_KIND: Final = "profile"
_KEY: Final = "own"
_AGENCY: Final = frozenset({"id", "names"})

NAMES_BYTES_MAX: Final = 44 << 10
"""Of the names on a card, as JSON: it is a note of 64 KiB, of which keys, signatures and a
certificate of 4 KiB take up to 20 KiB."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What stands on the next card.

    Attributes:
        names: of the State, by language.
        agencies: in order.
        endpoint: `https://host[:port]`, or "" while it is not known.
    """

    names: Names
    agencies: tuple[Agency, ...] = ()
    endpoint: str = ""


def require_valid(profile: Profile) -> Profile:
    """Return the profile if a card could show it.

    What is named once is not taken back, and a State that can make no card can replace no keys.

    Raises:
        Fault: `kernel.id.malformed`, `arrangement.text.malformed`, `node.profile.too-large`.
    """
    fields.require_names(profile.names)
    for agency in profile.agencies:
        require_name("agency", agency.id)
        fields.require_names(agency.names)
    if profile.endpoint:
        certificate.split_endpoint(profile.endpoint)
    size_bytes = len(ijson.render([dict(profile.names), *_agencies(profile)]))
    if size_bytes > NAMES_BYTES_MAX or len(profile.agencies) > fields.LIST_LENGTH_MAX:
        raise Fault(
            code="node.profile.too-large",
            what=f"The {len(profile.agencies)} agencies of this State and their names take "
            f"{size_bytes} bytes of its card, which has room for {fields.LIST_LENGTH_MAX} and for "
            f"{NAMES_BYTES_MAX} bytes.",
            fix="Name those alone that speak to other States, or give shorter names or fewer "
            "languages.",
        )
    return profile


def _agencies(profile: Profile) -> list[ijson.Json]:
    return [{"id": one.id, "names": dict(one.names)} for one in profile.agencies]


def save(tx: Tx, profile: Profile) -> None:
    """Keep the profile."""
    tx.save_record(
        _KIND,
        _KEY,
        {
            "agencies": _agencies(profile),
            "endpoint": profile.endpoint,
            "names": dict(profile.names),
        },
    )


def load(tx: Tx) -> Profile:
    """Return the profile.

    Raises:
        Fault: `node.profile.missing`.
    """
    value = tx.record(_KIND, _KEY)
    if not isinstance(value, dict):
        raise Fault(
            code="node.profile.missing",
            what="The database of this home is empty: it does not say whose node it is.",
            fix="Restore the newest backup, or name the right database in config.toml; a home "
            "whose `comity init` was interrupted is made anew in another folder.",
        )
    agencies = tuple(
        Agency(fields.text_of(raw["id"], "agency"), fields.names_of(raw["names"], "names"))
        for item in fields.list_of(value["agencies"], "agencies")
        for raw in [fields.object_of(item, "agency", _AGENCY)]
    )
    endpoint = fields.text_of(value["endpoint"], "endpoint")
    return Profile(fields.names_of(value["names"], "names"), agencies, endpoint)


def agency_ids(tx: Tx) -> frozenset[str]:
    """Return the ids of the agencies that this State has named; none before it has a profile.

    Asked whenever a matter is folded, so that their names are not read.
    """
    value = tx.record(_KIND, _KEY)
    if not isinstance(value, dict):
        return frozenset()
    agencies = fields.list_of(value["agencies"], "agencies")
    named = (fields.object_of(one, "agency", _AGENCY) for one in agencies)
    return frozenset(fields.text_of(one["id"], "agency") for one in named)


def require_agency(profile: Profile, agency: str) -> str:
    """Return the agency's id if the State has named it.

    Raises:
        Fault: `node.agency.unknown`.
    """
    known: Mapping[str, Agency] = {one.id: one for one in profile.agencies}
    if agency not in known:
        raise Fault(
            code="node.agency.unknown",
            what=f"The agency {quoted(agency)} is not one of this State's: "
            f"{', '.join(sorted(known)) or 'it has none yet'}.",
            fix="Name one of them; an agency that `comity init` did not name is added by a nation "
            "profile, with `comity nation adopt --extend-card`."
            if known
            else "Name the first: `comity nation begin --agency ID=LANG:NAME`.",
        )
    return agency


def begin_agencies(
    node: Node, agencies: Sequence[Agency], *, note: Callable[[Tx], None] = lambda _tx: None
) -> Profile:
    """Name the first agencies of a home that was made without any.

    It takes no officer, and so has no counsel who could adopt a nation profile that names them.
    `note` is called in the transaction that does it.

    Raises:
        Fault: `node.agency.begun`, `arrangement.text.malformed`, `kernel.id.malformed`.
    """
    with node.store.write() as tx:
        own = load(tx)
        if own.agencies:
            raise Fault(
                code="node.agency.begun",
                what=f"This State has agencies: {', '.join(one.id for one in own.agencies)}.",
                fix="Add others by a nation profile: `comity nation adopt --extend-card`.",
            )
        own = require_valid(replace(own, agencies=tuple(agencies)))
        save(tx, own)
        note(tx)
    return own


def require_endpoint(profile: Profile) -> str:
    """Return the endpoint.

    Raises:
        Fault: `node.endpoint.missing`.
    """
    if not profile.endpoint:
        raise Fault(
            code="node.endpoint.missing",
            what="This home does not say where its peers can reach it.",
            fix="Give `--endpoint https://HOST:PORT`.",
        )
    return profile.endpoint


def move(node: Node, endpoint: str) -> None:
    """Note another endpoint; it counts from the next card on.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    certificate.split_endpoint(endpoint)
    with node.store.write() as tx:
        save(tx, replace(load(tx), endpoint=endpoint))


def local_origin(party: str) -> str:
    """Return the name of the domestic log."""
    return f"{party}/{LOCAL_CHANNEL}"


def found(node: Node, maker: KeyMaker, profile: Profile) -> None:
    """Begin a new home: its profile, and the domestic log with its keys.

    Raises:
        Fault: as `require_valid`, `keys.disk`, `store.*`.
    """
    require_valid(profile)
    maker.make_local()
    origin = local_origin(node.party)
    with node.store.write() as tx:
        save(tx, profile)
        rules_version.note_done(tx)
        if tx.log(origin) is None:
            tx.save_log(Log(origin, LOCAL_CHANNEL, node.party, 1, own=True))
            first = replace(local_keys.FIRST, made_ms=node.clock.now_ms())
            local_keys.save(tx, origin, [first])
