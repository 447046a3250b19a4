"""The document that a concordant text becomes: a profile of CommonMark with one spelling.

    render(Document(("en", "zh"), (Paragraph("title", {"en": "Outcomes", "zh": "成果"}),)))

    [//]: # (comity-text/1 en zh)

    # Outcomes

    # 成果

Each paragraph stands once in each language, in the order of the names of the languages.  States
are written as `{fr}`.  Where several States are listed, each original names its own first
(*alternat*); the document, and so its hash, is one.

Source: docs/spec/wording.md, 8; CommonMark 0.31.2.
Floor: joint (pure).
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.kernel import legal_text
from comity.kernel.fault import Fault, quoted
from comity.kernel.printable import printable

MEDIA_TYPE: Final = "text/markdown"
FORMAT: Final = "comity-text/1"
TITLE, HEADING, PARAGRAPH, ITEM = "title", "heading", "paragraph", "item"
_MARKERS: Final = MappingProxyType({TITLE: "# ", HEADING: "## ", ITEM: "- ", PARAGRAPH: ""})
_HEAD: Final = re.compile(r"\[//\]: # \(comity-text/1((?: [A-Za-z]{2,8}){2,16})\)")
_STATE: Final = re.compile(r"\{([^{}]*)\}")
_ID: Final = r"\{[a-z0-9][a-z0-9-]{0,30}\}"
_JOIN: Final = r"(?:, and |, | and |、|以及|和|与|及)"
_LISTED: Final = re.compile(f"{_ID}(?:{_JOIN}{_ID})+")
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>&#])")
_BEGINS: Final = re.compile(r"(?=[-+~])|^([0-9]{1,9})(?=[.)])")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_SCRIPTS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
_RUN: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph.

    Attributes:
        part: what it is in the text: `title`, `heading`, `paragraph` or `item`.
        words: in each language.
    """

    part: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """A joint text as it is adopted.

    Attributes:
        languages: in the order of their names.
        paragraphs: in the order of the text.
    """

    languages: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]

    @property
    def title(self) -> Mapping[str, str]:
        """The words of the first title, or none."""
        found = (one.words for one in self.paragraphs if one.part == TITLE)
        return next(found, MappingProxyType({}))

    def as_json(self) -> dict[str, object]:
        """Return what a command and a call tell of it."""
        return {
            "languages": [*self.languages],
            "paragraphs": [{"part": o.part, "words": dict(o.words)} for o in self.paragraphs],
        }


def sha256(document: Document) -> str:
    """Return the hash of its bytes, by which acts name it."""
    return hashlib.sha256(render(document)).hexdigest()


def spelled(words: str) -> str:
    """Return words in the one spelling that a paragraph has: NFC, on one line, single spaces."""
    return " ".join(unicodedata.normalize("NFC", words).split())


FLAWS: Final = MappingProxyType(
    {
        "words-empty": (
            "A paragraph has no words in one of its languages.",
            "Write it in each language.",
        ),
        "words-unseen": (
            "The words have a character that nobody sees or that turns a line round.",
            "Type them again without it; two texts that look alike would differ.",
        ),
        "words-mixed": (
            "A word has letters of two alphabets that look alike.",
            "Type the word again in one alphabet.",
        ),
        "state-unknown": (
            "Braces name no State of this arrangement.",
            "Write a State as {its id}, and no other braces.",
        ),
    }
)
"""`{name: (what is wrong, what to do)}` of the words of a paragraph."""


def flaw(words: str, parties: Collection[str]) -> str:
    """Return what is wrong with the words of a paragraph in a language: a key of `FLAWS`, or ""."""
    told = spelled(words)
    if not told:
        return "words-empty"
    if printable(words) != words:
        return "words-unseen"
    if any(len(_scripts(run)) > 1 for run in _RUN.findall(told)):
        return "words-mixed"
    bare = _STATE.sub("", told)
    is_known = all(name in parties for name in _STATE.findall(told))
    return "" if is_known and not {*"{}"} & {*bare} else "state-unknown"


def _scripts(run: str) -> set[str]:
    return {unicodedata.name(one, "").partition(" ")[0] for one in run} & _SCRIPTS


def render(document: Document) -> bytes:
    """Return the bytes of a document; `parse` is its inverse."""
    return ("\n\n".join(_blocks(document)) + "\n").encode()


def _blocks(document: Document) -> Iterator[str]:
    yield f"[//]: # ({FORMAT} {' '.join(document.languages)})"
    for one in document.paragraphs:
        for language in document.languages:
            yield _MARKERS[one.part] + _escaped(one.words[language])


def _escaped(words: str) -> str:
    """Return words that CommonMark reads as words alone."""
    told = _SPECIAL.sub(r"\\\1", words)
    begun = _BEGINS.match(told)
    if begun is None:
        return told
    return f"{begun[1]}\\{told[begun.end() :]}" if begun[1] else f"\\{told}"


def parse(data: bytes, name: str = "") -> Document:
    """Read a document.

    Args:
        data: its bytes.
        name: of the text, for what is said about it.

    Raises:
        Fault: `wording.document.unfit`.
    """
    try:
        told = data.decode()
    except UnicodeDecodeError:
        raise _unfit(name, "it is not UTF-8") from None
    head, *blocks = told.removesuffix("\n").split("\n\n")
    named = _HEAD.fullmatch(head)
    if named is None:
        raise _unfit(name, f"it begins with {quoted(head)}")
    languages = tuple(named[1].split())
    if not blocks or len(blocks) % len(languages):
        raise _unfit(name, "a paragraph is not there in each of its languages")
    groups = (blocks[at : at + len(languages)] for at in range(0, len(blocks), len(languages)))
    found = Document(languages, tuple(_paragraph(name, languages, one) for one in groups))
    if render(found) != data or [*languages] != sorted({*languages}):
        raise _unfit(name, "it is not spelled in the one way")
    return found


def _paragraph(name: str, languages: Sequence[str], blocks: Sequence[str]) -> Paragraph:
    parts = {_part(one) for one in blocks}
    if len(parts) > 1:
        raise _unfit(name, f"languages differ in kind at {quoted(blocks[0])}")
    (part,) = parts
    words = (_ESCAPED.sub(r"\1", one.removeprefix(_MARKERS[part])) for one in blocks)
    told = dict(zip(languages, words, strict=True))
    if any(one != spelled(one) or not one for one in told.values()):
        raise _unfit(name, f"it is not spelled in the one way at {quoted(blocks[0])}")
    return Paragraph(part, MappingProxyType(told))


def _part(block: str) -> str:
    return next(part for part, marker in _MARKERS.items() if block.startswith(marker))


def _unfit(name: str, why: str) -> Fault:
    return Fault(
        code="wording.document.unfit",
        what=f"{quoted(name or 'The file')} is no joint text: {why}.",
        fix="Let `comity wording assemble` make it from the text that both sides agreed.",
    )


def differs_at(one: Document, other: Document) -> int:
    """Return the number of the first paragraph, from 1, in which two documents differ."""
    pairs = zip(one.paragraphs, other.paragraphs, strict=False)
    same = next((at for at, pair in enumerate(pairs) if pair[0] != pair[1]), None)
    return 1 + (min(len(one.paragraphs), len(other.paragraphs)) if same is None else same)


def alternat(words: str, first: str) -> str:
    """Return words in which each list of States begins with one of them, if it names that."""

    def turned(found: re.Match[str]) -> str:
        names = re.findall(_ID, found[0])
        own = [one for one in names if one == f"{{{first}}}"]
        order = iter([*own, *(one for one in names if one not in own)])
        return re.sub(_ID, lambda _one: next(order), found[0])

    return _LISTED.sub(turned, words)


def original(words: str, first: str, names: Mapping[str, str]) -> str:
    """Return the words of a paragraph as the original of one State has them.

    Args:
        words: with States as `{fr}`.
        first: the State whose original it is.
        names: of the States, in the language of the words.
    """
    return told(alternat(words, first), names)


def told(words: str, names: Mapping[str, str]) -> str:
    """Return words with States by their names, in the order in which they stand."""
    return _STATE.sub(lambda one: names.get(one[1], one[0]), words)


def named(names: Mapping[str, Mapping[str, str]], language: str) -> dict[str, str]:
    """Return what each State is called in a language, or in the nearest that there is.

    Args:
        names: `{party: {language: name}}`; `zh-Hans` is a name in `zh`.
        language: of an original.
    """
    return {one: legal_text.word(words, language) or one for one, words in names.items()}


_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH: Final = re.compile(
    rf"\b(?:{'|'.join(_MONTHS)})\b(?=,? \d)|(?<=\d )(?:{'|'.join(_MONTHS)})\b"
)
"""A month beside a day or a year: Chinese writes it in digits."""


def numbers_differ(words: Mapping[str, str]) -> bool:
    """Return whether the languages of a paragraph have not the same numbers in digits."""
    return len({tuple(sorted(_numbers(one))) for one in words.values()}) > 1


def _numbers(words: str) -> list[str]:
    return _NUMBER.findall(_MONTH.sub(lambda one: str(_MONTHS.index(one[0]) + 1), words))
