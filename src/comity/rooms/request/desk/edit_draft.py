"""Changing a draft that was kept: the file is written again, and every approval is void.

Floor: rooms.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from comity.acts.record import Act, Addressee
from comity.domestic.release.content import UNRELEASED
from comity.joint.request import acts, decide, state
from comity.joint.request.state import EMPTY
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import request_file
from comity.node.room.act_words import Words
from comity.node.room.release import draft as drafting
from comity.node.room.release import draft_store
from comity.node.room.release.draft_store import Result
from comity.node.room.release.submit import prepared
from comity.rooms.request import guideline_binding
from comity.rooms.request.desk.ask import asked_of
from comity.rooms.request.desk.say import by

_ASKS: Final = frozenset({acts.SUBMITTED, acts.DRAFT_SHOWN})


def file_kind(tag: str) -> str:
    """Return which kind of file an act of that tag is written in: `request` or `answer`."""
    return request_file.REQUEST if tag in _ASKS else request_file.ANSWER


def edit(
    node: Node,
    officer: Officer,
    draft_id: str,
    words: Words,
    to: Sequence[Addressee] = (),
    *,
    over: str = "",
) -> Result:
    """Put another file in the place of the one that a draft was written from.

    Args:
        node: ours.
        officer: who writes it now.
        draft_id: of the draft; its act keeps its id, its tag and its matter.
        words: all that it says beside the codes from now on.
        to: of a request: who is asked; nobody: as before.
        over: the content that is written over, as it was read, or "" for whatever is there.

    Raises:
        Fault: `node.draft.unknown`, those of the bodies store.
    """
    with node.store.read() as tx:
        draft = draft_store.kept_for(tx, officer, draft_id)
        row = tx.matter(draft.channel, draft.act.matter)
        parties = trust.load(tx, draft.channel).arrangement.party_ids()
    old = draft.act
    if old.tag in _ASKS:
        bound = guideline_binding.bind(node, draft.channel, words.written)
        if isinstance(bound, Inadmissible):
            return bound
        who = by(node, officer, words.written.own_reference)
        who = replace(who, saying=replace(who.saying, id=old.id))
        ask = decide.submit if old.tag == acts.SUBMITTED else decide.show_draft
        now = state.from_json(row.state) if row else EMPTY
        act = ask(who, tuple(to) or old.to, asked_of(bound), parties, now)
    else:
        act = _answer(old, words)
    if isinstance(act, Inadmissible):
        return act
    return drafting.edit(node, officer, prepared(node, draft.channel, act, words, []), over)


def _answer(old: Act, words: Words) -> Act:
    written = words.written
    codes = dict(old.codes)
    if written.own_reference:
        codes[acts.OWN_REFERENCE] = written.own_reference
    return replace(
        old,
        codes=codes,
        items=written.item_ids or old.items,
        elements=words.element_ids,
        blobs=(),
        release=UNRELEASED,
    )
