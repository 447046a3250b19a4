"""The words of a text in the making, as an officer and a node read them: each paragraph, opened.

    of(node, tx, row, now)      every paragraph: its words, its brackets, who attested what
    assemble(node, tx, row)     the document that a concordant text becomes, or why there is none

Both nodes hold the same bodies, so that both assemble the same bytes.

Source: docs/spec/wording.md, 7 and 8.
Floor: rooms.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts.points import State
from comity.joint.wording import acts, brackets, document, view
from comity.joint.wording.brackets import Piece
from comity.joint.wording.document import Document
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import printable
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.room import act_blobs, calendars, need_to_know
from comity.node.room.matter_lookup import every

_READY: Final = frozenset({view.CONCORDANT, view.DROPPED})
_NAMED_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it is read.

    Attributes:
        of: as it stands.
        words: `{party, or "" for what is agreed: {language: words}}` of what is held here.
        missing: parties whose words are not held, "" for what is agreed.
        attested: parties that attest that the languages of what is agreed say the same.
        crossing: what crossed on it, a key of `stance.CROSSING_WORDS`, or "".
    """

    of: view.Paragraph
    words: Mapping[str, Mapping[str, str]]
    missing: tuple[str, ...]
    attested: tuple[str, ...]
    crossing: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """Of its words."""
        return tuple(sorted({name for one in self.words.values() for name in one}))

    def pieces(self, language: str) -> tuple[Piece, ...]:
        """Return what is agreed, or the brackets of what parties stand on."""
        agreed = self.words.get("", {}).get(language)
        if agreed is not None:
            return (Piece(agreed),)
        told = {who: one[language] for who, one in self.words.items() if language in one}
        if len(told) == 1:
            return tuple(Piece(words, (who,)) for who, words in told.items())
        return brackets.bracketed(told)

    @property
    def numbers_differ(self) -> bool:
        """Whether some variant has other numbers in one language than in another."""
        return any(document.numbers_differ(one) for one in self.words.values())


@dataclass(frozen=True, slots=True)
class Assembled:
    """The document of a concordant text.

    Attributes:
        name: under which it is adopted.
        data: its bytes.
        sha256: of them.
        text: what they say.
    """

    name: str
    data: bytes
    sha256: str
    text: Document

    def as_json(self) -> dict[str, Json]:
        """Return what a command and a call tell of it."""
        told: dict[str, Json] = {"name": self.name, "sha256": self.sha256}
        paragraphs: list[Json] = [
            {"part": one.part, "words": dict(one.words)} for one in self.text.paragraphs
        ]
        return {**told, "languages": [*self.text.languages], "paragraphs": paragraphs}


def of(node: Node, tx: Tx, row: MatterRow, now: State) -> tuple[Paragraph, ...]:
    """Return every paragraph, in the order of the text.

    Args:
        node: ours.
        tx: a read or write.
        row: of the matter.
        now: its state.
    """
    every_one = view.paragraphs(now)
    told = {
        (one.name, variant): found
        for one in every_one
        for variant in {*one.variants.values(), one.agreed}
        if (found := _hashes(now, one.name, variant))
    }
    crossings = now.crossings()
    held = _opened(node, tx, row, {sha256 for of_it in told.values() for sha256 in of_it.values()})

    def read(one: view.Paragraph) -> Paragraph:
        standing = {**one.variants, **({"": one.agreed} if one.agreed else {})}
        words: dict[str, Mapping[str, str]] = {}
        missing: list[str] = []
        for who, variant in standing.items():
            hashes = told.get((one.name, variant), {})
            here = {name: held[sha256] for name, sha256 in hashes.items() if sha256 in held}
            if here:
                words[who] = MappingProxyType(here)
            if len(here) < len(hashes):
                missing.append(who)
        attested = view.attested_by(now, one.name, one.agreed) if one.agreed else ()
        return Paragraph(
            one, MappingProxyType(words), tuple(missing), attested, crossings.get(one.name, "")
        )

    return tuple(map(read, every_one))


def _hashes(now: State, paragraph: str, variant: str) -> Mapping[str, str]:
    found = view.words_of(now, paragraph, variant) if variant else None
    return found[1] if found else {}


def _opened(node: Node, tx: Tx, row: MatterRow, wanted: set[str]) -> dict[str, str]:
    """Return the words of bodies that are held here, by their hashes."""
    blobs = {
        blob.sha256: blob
        for one in tx.acts_of(row.channel, row.matter)
        for blob in one.act.blobs
        if blob.sha256 in wanted
    }
    opened = act_blobs.open_blobs(node, tx, blobs.values())
    return {
        one.blob.sha256: printable(document.spelled(one.data.decode(errors="replace")))
        for one in opened
        if one.is_whole
    }


def assemble(node: Node, tx: Tx, row: MatterRow, now: State) -> Assembled | Inadmissible:
    """Return the document of a text whose every paragraph is concordant; or why there is none."""
    read = [one for one in of(node, tx, row, now) if one.of.status != view.DROPPED]
    open_ones = [one.of.name for one in read if one.of.status not in _READY]
    if open_ones or not read:
        return Inadmissible(
            "wording.not-concordant",
            f"{_counted(open_ones)} not agreed and attested by every State yet."
            if open_ones
            else "The text has no paragraphs.",
            "Settle its brackets, and let every State attest that its languages say the same.",
        )
    missing = [one.of.name for one in read if one.missing]
    if missing:
        return Inadmissible(
            "wording.words-not-held",
            f"The words of {_listed(missing)} are not held here in each language.",
            "Wait until they have come: `comity status` says what is on its way.",
        )
    spoken = {one.languages for one in read}
    if len(spoken) > 1:
        return Inadmissible(
            "wording.languages-differ",
            "Not every paragraph is there in the same languages.",
            "Table the paragraphs that lack one again, in each language.",
        )
    (languages,) = spoken
    text = Document(
        languages, tuple(document.Paragraph(one.of.part, one.words[""]) for one in read)
    )
    data = document.render(text)
    return Assembled(view.name(now), data, document.sha256(text), text)


def _counted(names: list[str]) -> str:
    one = len(names) == 1
    return f"{len(names)} paragraph{'' if one else 's'} ({_listed(names)}) {'is' if one else 'are'}"


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED_MAX
    return ", ".join(names[:_NAMED_MAX]) + (f" and {more} more" if more > 0 else "")


def only(tx: Tx, node: Node, channel: str, name: str, sha256: str) -> Inadmissible | None:
    """Return why a document may not be proposed or adopted under a name, or None.

    It may if a text in the making of that name, with every paragraph concordant, becomes exactly
    that document here.
    """
    live = register_records.live_of(channel)
    found: list[Assembled] = []
    no: Inadmissible | None = None
    for row in every(tx, need_to_know.every(tx), acts.KIND):
        now = node.rooms[acts.KIND].from_json(row.state)
        if row.channel != live or view.name(now) != name:
            continue
        made = assemble(node, tx, row, now)
        if isinstance(made, Inadmissible):
            no = no or made
        elif made.sha256 == sha256:
            return None
        else:
            found.append(made)
    if found:
        return _another(tx, node, sha256, found[0])
    return no or Inadmissible(
        "wording.text-unknown",
        f"No text in the making is called {name}.",
        "Open the work on it, and settle it paragraph by paragraph.",
    )


def _another(tx: Tx, node: Node, sha256: str, ours: Assembled) -> Inadmissible:
    """Return the no to a document that is not the agreed one: with where it differs."""
    data = calendars.text(node, tx, sha256)
    where = ""
    if data is not None:
        with suppress(Fault):
            at = document.differs_at(document.parse(data, ours.name), ours.text)
            where = f": it differs first in paragraph {at}"
    return Inadmissible(
        "wording.another-document",
        f"The document {sha256[:16]}… is not the text that both sides agreed{where}.",
        "Propose and adopt the text that `comity wording assemble` makes.",
    )
