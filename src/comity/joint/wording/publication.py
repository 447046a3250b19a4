"""A publication: an adopted text with what proves it, in one file that anybody verifies offline.

    text.md            the document, byte for byte as it was adopted
    text.pdf           the original of each State, for reading
    names.json         what each State is called, in each language
    policy.txt         keys of the logs, one policy behind another
    <party>.tlog-proof the adoption of each State, disclosed

A verifier needs nothing but the file.  Whose the keys are it takes from a policy that it trusts;
else from the file, and says so.

Source: docs/spec/wording.md, 11.
Floor: joint (pure).
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from comity.acts.record import Act
from comity.joint.wording import brackets, document
from comity.joint.wording.brackets import Piece
from comity.joint.wording.document import Document
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted

TEXT: Final = "text.md"
PDF: Final = "text.pdf"
NAMES: Final = "names.json"
POLICY: Final = "policy.txt"
PROOF: Final = ".tlog-proof"
BYTES_MAX: Final = 16 << 20
"""Of all files together, unpacked."""
FILES_MAX: Final = 20
ADOPTED: Final = "guideline.adopted/1"
_PARTS: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_TAG: Final = re.compile(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>")


class Signer(Protocol):
    """Who signed the head of a proof."""

    @property
    def name(self) -> str:
        """Of the keys: it begins with the party."""
        ...


class Verdict(Protocol):
    """What a proof shows that holds."""

    @property
    def origin(self) -> str:
        """The log."""
        ...

    @property
    def record(self) -> object:
        """What was said."""
        ...

    @property
    def signed(self) -> Sequence[Signer]:
        """By whom the head is signed."""
        ...


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication says.

    Attributes:
        name: of the joint text, as the adoptions name it.
        sha256: of the document.
        text: the document.
        names: `{party: {language: name}}`.
        adopted: `{party: what its proof shows}`.
    """

    name: str
    sha256: str
    text: Document
    names: Mapping[str, Mapping[str, str]]
    adopted: Mapping[str, Verdict]

    def original(self, party: str, language: str) -> list[str]:
        """Return the paragraphs of the original of a State in a language."""
        named = document.named(self.names, language)
        return [
            document.original(one.words[language], party, named) for one in self.text.paragraphs
        ]


def verify(files: Mapping[str, bytes], proven: Callable[[bytes], Verdict]) -> Publication:
    """Return what a publication says, with everything in it verified.

    Args:
        files: of it, by name.
        proven: verifies one proof by the policies that are trusted.

    Raises:
        Fault: `wording.publication.unfit`, `wording.document.unfit`, and those of a proof.
    """
    parties = sorted(one.removesuffix(PROOF) for one in files if one.endswith(PROOF))
    wanted = {TEXT, PDF, NAMES, POLICY, *(f"{one}{PROOF}" for one in parties)}
    if files.keys() != wanted or not all(_PARTS.fullmatch(one) for one in parties):
        raise unfit(f"its files are {', '.join(sorted(files)) or 'none'}")
    text = document.parse(files[TEXT], TEXT)
    sha256 = document.sha256(text)
    adopted = {one: proven(files[f"{one}{PROOF}"]) for one in parties}
    named: set[str] = set()
    for party, verdict in adopted.items():
        named.add(_adopted(party, verdict, sha256))
        who = {one.name.partition("/")[0] for one in verdict.signed}
        if who != {*parties}:
            raise unfit(
                f"the adoption of {party} is signed for by {', '.join(sorted(who))}, and "
                f"adoptions are there of {', '.join(parties)}"
            )
    if len(named) != 1:
        raise unfit("the States adopted it under different names, or nobody has")
    return Publication(named.pop(), sha256, text, _names(files[NAMES], parties), adopted)


def _adopted(party: str, verdict: Verdict, sha256: str) -> str:
    """Return the name under which a State adopted the document."""
    said = verdict.record
    if not isinstance(said, Act) or said.tag != ADOPTED:
        raise unfit(f"the proof of {party} shows no adoption")
    if verdict.origin.partition("/")[0] != party:
        raise unfit(f"the proof of {party} is of the log {verdict.origin}")
    if said.codes.get("sha256") != sha256:
        raise unfit(f"{party} adopted another document than {TEXT}")
    return said.matter.id


def _names(data: bytes, parties: list[str]) -> dict[str, dict[str, str]]:
    value: Any = ijson.parse(data)
    if not isinstance(value, dict) or sorted(value) != parties:
        raise unfit(f"{NAMES} does not name the States that adopted it")
    return {one: {str(k): str(v) for k, v in dict(value[one]).items()} for one in parties}


def unfit(why: str) -> Fault:
    """Return the fault of a publication that does not hold."""
    return Fault(
        code="wording.publication.unfit",
        what=f"This publication does not hold: {why}.",
        fix="Ask whoever published it for the file as `comity publish make` wrote it.",
    )


def differences(
    ours: Publication, other: str, language: str
) -> tuple[str, list[tuple[int, tuple[Piece, ...]]]]:
    """Return in what another text differs, word by word, from the original that is nearest to it.

    Args:
        ours: the publication.
        other: the other text: lines, Markdown or HTML.
        language: in which it is compared.

    Returns:
        Whose original it is nearest to; and of each paragraph that differs, the first being 1,
        the words: of `published` and of `other`.

    Raises:
        Fault: `wording.publication.language-unknown`.
    """
    if language not in ours.text.languages:
        raise Fault(
            code="wording.publication.language-unknown",
            what=f"The publication has no text in {quoted(language)}.",
            fix=f"Use one of: {', '.join(ours.text.languages)}.",
        )
    told = plain(other)
    found: dict[str, list[tuple[int, tuple[Piece, ...]]]] = {}
    for party in ours.names:
        lines = [document.spelled(one) for one in ours.original(party, language)]
        pieces = brackets.bracketed({"published": "\n".join(lines), "other": "\n".join(told)})
        found[party] = _by_line(pieces)
    nearest = min(found, key=lambda one: (_size(found[one]), one))
    return nearest, found[nearest]


def _by_line(pieces: tuple[Piece, ...]) -> list[tuple[int, tuple[Piece, ...]]]:
    """Return the pieces that differ, by the paragraph of the publication in which they stand."""
    at, found = 1, list[tuple[int, tuple[Piece, ...]]]()
    for one in pieces:
        if one.parties:
            if found and found[-1][0] == at:
                found[-1] = (at, (*found[-1][1], one))
            else:
                found.append((at, (one,)))
        if "other" not in one.parties:
            at += one.text.count("\n")
    return found


def _size(found: list[tuple[int, tuple[Piece, ...]]]) -> int:
    return sum(len(piece.text) for _, pieces in found for piece in pieces)


def plain(text: str) -> list[str]:
    """Return the lines of a text that somebody published, without marks of HTML and Markdown."""
    bare = html.unescape(_TAG.sub("\n", text)) if "<" in text else text
    lines = (document.spelled(line.strip().lstrip("#-*•").strip()) for line in bare.splitlines())
    return [line for line in lines if line]
