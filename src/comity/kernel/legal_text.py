"""What texts that lawyers write have in common: words in languages, sources, names given once.

Floor: kernel (pure).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.kernel.problem import Problem, pointer_of

type Words = Mapping[str, str]
"""`{language: text}`."""
type Fields = dict[str, Any]
"""An object of a text that fits its schema."""
type Path = tuple[str | int, ...]

PUBLIC: Final = "public"
UNVERIFIED: Final = "unverified"
PROPOSAL: Final = "proposal"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from.

    Attributes:
        text: articles of an instrument, or what else.
        standing: `public`; `unverified`, background knowledge to be verified; `proposal`, of the
            authors of the text, with no public model.
    """

    text: str
    standing: str = PUBLIC


type Sources = tuple[Source, ...]


def words(value: Mapping[str, str]) -> Words:
    """Return words that nobody can change."""
    return MappingProxyType(dict(value))


def word(words: Words, language: str) -> str:
    """Return what stands in a language, or in the first that there is, fit to be shown.

    A text that another State proposed may hold anything; its bytes stay as they are.
    """
    short = language.partition("-")[0]
    for name in (language, short, *(one for one in words if one.startswith(f"{short}-"))):
        if name in words:
            return printable(words[name])
    return printable(next(iter(words.values()), ""))


def spoken(words: Words, languages: Sequence[str]) -> dict[str, str]:
    """Return words in each of some languages and in all that they are in, fit to be shown.

    A text is agreed in the languages of its parties, which may be others than those of a surface.
    """
    own = {language: printable(text) for language, text in words.items()}
    return own | {language: word(words, language) for language in languages}


def sources(value: Any) -> Sources:  # noqa: ANN401 -- JSON of the shape that the schema gives
    """Return the sources of a part, fit to be shown: one, or a list of them."""
    return tuple(map(_source, value if isinstance(value, list) else [value]))


def sources_json(found: Sources) -> Json:
    """Return sources as JSON."""
    return [{"text": one.text, "standing": one.standing} for one in found]


def _source(value: Any) -> Source:  # noqa: ANN401 -- as above
    if isinstance(value, str):
        return Source(printable(value))
    text = printable(value["text"])
    if value.get("proposal"):
        return Source(text, PROPOSAL)
    return Source(text, PUBLIC if value.get("verified", True) else UNVERIFIED)


def problem(path: Path, value: object, what: str, fix: str, *, rule: str) -> Problem:
    """Return a problem at a place."""
    return Problem(pointer_of(path), quoted(value), what, fix, rule=rule)


def twice(names: Sequence[str], path: Path, key: str) -> Iterator[Problem]:
    """Find names of a list that stand twice."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            what = f"{quoted(name)} stands twice in {path[-1]}."
            fix = "Give each a name of its own."
            yield problem((*path, at, key), name, what, fix, rule="text.name-twice")
        seen.add(name)


def languages(
    value: object, wanted: Sequence[str], fields: Collection[str], path: Path = ()
) -> Iterator[Problem]:
    """Find words that are not in exactly the languages of the text.

    Args:
        value: of the text, or of a part of it.
        wanted: the languages.
        fields: names of fields that hold words, or lists of words.
        path: of the part.
    """
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from languages(one, wanted, fields, (*path, at))
    elif isinstance(value, dict):
        last = next((part for part in reversed(path) if isinstance(part, str)), "")
        if last in fields:
            yield from _words(value, wanted, path)
            return
        for name, one in value.items():
            yield from languages(one, wanted, fields, (*path, name))


def _words(value: Fields, wanted: Sequence[str], path: Path) -> Iterator[Problem]:
    for language in wanted:
        if not str(value.get(language, "")).strip():
            what = f"The words in {quoted(language)} are missing."
            fix = "Say it in every language of the text."
            yield problem(path, value, what, fix, rule="text.words-missing")
    for language in value:
        if language not in wanted:
            what = f"The text has no language {quoted(language)}."
            fix = "Name it among the languages of the text, or take it out here."
            yield problem((*path, language), language, what, fix, rule="text.language-unknown")
