"""A draft that asks: what its page says of it, and the request that it has become.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from comity.acts.record import Act
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import matter_lookup, need_to_know
from comity.surfaces.web.request.value_words import Vocabulary

_ASKS: Final = frozenset({acts.SUBMITTED, acts.DRAFT_SHOWN})


def is_asking(act: Act) -> bool:
    """Return whether an act asks another State for something."""
    return act.tag in _ASKS


def type_label(vocabulary: Vocabulary, act: Act) -> Mapping[str, str]:
    """Return what an act asks for, in words; a type that the text does not have by its code."""
    code = act.codes.get(acts.TYPE, "")
    known = vocabulary.types.get(code) if vocabulary else None
    return known.label if known else {"en": code}


def became(node: Node, officer: Officer, draft_id: str) -> str:
    """Return the address of the request that a draft has become for who may read it, or ""."""
    try:
        with node.store.read() as tx:
            row = matter_lookup.find(tx, need_to_know.reader(tx, officer), acts.KIND, draft_id)
    except Fault:
        return ""
    return f"{reverse('request:one', args=(row.matter.id,))}?sent={draft_id}"
