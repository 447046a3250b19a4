"""What an officer does in a compartment where the act is computed: a reader, a commitment.

Floor: rooms.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.verb import Value
from comity.joint.compartment import acts, verbs
from comity.kernel import ijson
from comity.kernel.problem import Problem, Unfit, pointer_of
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import facts as fact_matters
from comity.node.room.act_blobs import Plain
from comity.node.room.release.draft_store import Result
from comity.node.room.request_file import MARK_DEFAULT
from comity.node.room.say import Spoken, computed, said
from comity.rooms.compartment import openings
from comity.tlog import tree

_SALT_BYTES: Final = 16
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def name_reader(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Name a reader: the entry has a salted hash, the body the name and the salt.

    Raises:
        Fault: those of `said`.
    """
    name = str(spoken.given["name"]).strip()
    salt = node.entropy(_SALT_BYTES)
    codes: dict[str, Value] = {
        acts.READER: hashlib.sha256(salt + name.encode()).hexdigest(),
        acts.CAPACITY: spoken.given[acts.CAPACITY],
        acts.AGENCY: spoken.given[acts.AGENCY],
    }
    body = ijson.render({"name": name, "salt": salt.hex()})
    blob = Plain(acts.READER_BLOB, "application/json", MARK_DEFAULT, body)
    return said(verbs.TABLE, node, officer, computed(spoken, codes, (blob,)))


def commit(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Bind what will be given: the root over the hashes of the files, in their order.

    Raises:
        Unfit: `compartment.hashes.unfit`.
        Fault: those of `said`.
    """
    lines = [
        one.split()[0].lower() for one in str(spoken.given["hashes"]).splitlines() if one.split()
    ]
    wrong = [
        Problem(
            pointer_of(("hashes",)),
            one[:80],
            "It is no SHA-256.",
            "Give 64 hex digits.",
            number,
            1,
            rule="roll.edition.line",
        )
        for number, one in enumerate(lines, start=1)
        if not _SHA256.fullmatch(one)
    ]
    if wrong:
        raise Unfit("compartment.hashes.unfit", "the hashes", wrong)
    root = tree.root([tree.leaf_hash(bytes.fromhex(one)) for one in lines])
    codes: dict[str, Value] = {acts.ROOT: root.hex(), acts.COUNT: len(lines)}
    return said(verbs.TABLE, node, officer, computed(spoken, codes))


def account(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Say how often what is held was opened here, by how many readers: both are counted.

    Raises:
        Fault: those of `said`.
    """
    from_ms, until_ms = (int(str(spoken.given[one])) for one in (acts.FROM, acts.UNTIL))
    with node.store.read() as tx:
        row, _ = fact_matters.matter(tx, officer, acts.KIND, spoken.matter_id)
        found, readers = openings.counted(tx, row.matter.id, from_ms, until_ms)
    codes: dict[str, Value] = {
        acts.OPENINGS: found,
        acts.READERS: readers,
        acts.FROM: from_ms,
        acts.UNTIL: until_ms,
    }
    return said(verbs.TABLE, node, officer, computed(spoken, codes))


STEPS: Final[Mapping[str, Callable[[Node, Officer, Spoken], Result]]] = MappingProxyType(
    {"account": account, "name-reader": name_reader, "commit": commit}
)
"""By the verb whose act it computes."""
