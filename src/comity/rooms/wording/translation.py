"""A text for translators, out and in: what comes back is tabled as the variants of this State.

    export(node, officer, id, way)          the words that this State stands on, or else reads
    table(node, officer, id, data, said)    tables each paragraph whose translation has changed

The language that was translated stays as it is: a file in which it has changed, or that was made of
a variant on which this State no longer stands, is refused whole, with each paragraph.

Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from comity.joint.wording import acts, document, verbs, view
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit, pointer_of
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import say
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.rooms.wording import desk, interchange, words
from comity.rooms.wording.interchange import Sheet, Unit
from comity.rooms.wording.words import Paragraph

CHANGED_MAX: Final = 100
"""Of paragraphs that one act tables."""
_TABLE: Final = next(one for one in verbs.TABLE.verbs if one.tag == acts.TABLED)


@dataclass(frozen=True, slots=True)
class Way:
    """How a text leaves for translators.

    Attributes:
        form: a key of `interchange.ENDS`.
        source: the language that is translated, or "" for the first.
        target: that into which it is, or "" for the first other one.
    """

    form: str = interchange.XLIFF_12
    source: str = ""
    target: str = ""


def export(node: Node, officer: Officer, matter_id: str, way: Way) -> Sheet | Inadmissible:
    """Return a text as it leaves for translators.

    Raises:
        Fault: those of `matter_lookup.find`.
    """
    with node.store.read() as tx:
        row, now = desk.found(node, tx, officer, matter_id)
        read = [one for one in words.of(node, tx, row, now) if one.of.status != view.DROPPED]
    missing = [one.of.name for one in read if one.missing]
    if missing:
        return Inadmissible(
            "wording.words-not-held",
            f"The words of {', '.join(missing[:5])} are not held here in each language.",
            "Wait until they have come: `comity status` says what is on its way.",
        )
    if not read:
        return Inadmissible(
            "wording.nothing-tabled",
            "The text has no paragraphs.",
            "Table its words in each language first: `comity wording table`.",
        )
    spoken = {one.languages for one in read}
    if len(spoken) > 1:
        return Inadmissible(
            "wording.languages-differ",
            "Not every paragraph of a text is there in the same languages.",
            "Table the paragraphs that lack one again, in each language.",
        )
    (languages,) = spoken
    source = way.source or languages[0]
    others = tuple(one for one in languages if one != source)
    unknown = {source, way.target or source} - {*languages}
    if unknown or way.target == source:
        return Inadmissible(
            "wording.language-unknown",
            f"The text is not translated from {source} into {way.target or others[0]}.",
            f"It is in {', '.join(languages)}: name two of them.",
        )
    targets = (way.target,) if way.target else others
    units = tuple(_unit(one, node.party) for one in read)
    return Sheet(view.name(now), source, targets, units)


def _unit(one: Paragraph, own: str) -> Unit:
    whose = _whose(one, own)
    return Unit(
        one.of.name, one.words[whose], one.of.part, _variant(one, whose), own in one.attested
    )


def _whose(one: Paragraph, own: str) -> str:
    """Return whose words are translated: ours, or what is agreed, or those of another."""
    return next(who for who in (own, "", *one.words) if who in one.words)


def _variant(one: Paragraph, whose: str) -> str:
    return one.of.variants[whose] if whose else one.of.agreed


def table(node: Node, officer: Officer, matter_id: str, data: bytes, said: Words) -> Result:
    """Table what a translator changed, as variants of this State.

    Raises:
        Unfit: `wording.file.unfit`, with every paragraph that cannot be taken.
        Fault: `wording.file.unreadable`; those of `matter_lookup.find` and of `say.said`.
    """
    with node.store.read() as tx:
        row, now = desk.found(node, tx, officer, matter_id)
        sheet, problems = interchange.read(data)
        read = words.of(node, tx, row, now)
        parties = trust.load(tx, row.channel).arrangement.party_ids()
    known = _Known({one.of.name: one for one in read}, node.party, parties)
    if sheet.name not in ("", view.name(now)):
        problems.append(_problem("another-text", "", sheet.name))
    units = [known.named(one, sheet.source) for one in sheet.units]
    names = [one.name for one in units]
    problems += [_problem("twice", one, "") for one in sorted({*names}) if names.count(one) > 1]
    problems += [problem for one in units for problem in known.wrong(one, sheet)]
    changed = [one for one in units if known.is_changed(one, sheet)]
    if len(changed) > CHANGED_MAX:
        problems.append(_problem("too-many", "", str(len(changed))))
    if problems:
        raise Unfit("wording.file.unfit", sheet.name or view.name(now), problems)
    if not changed:
        return Inadmissible(
            "wording.file-unchanged",
            "The file says what this State already says.",
            "Change a translation in it, and give it again.",
        )
    given = known.given(changed, names)
    return say.said(verbs.TABLE, node, officer, say.Spoken(_TABLE, row.matter.id, given, said))


@dataclass(frozen=True, slots=True)
class _Known:
    """The paragraphs of a text, as a file is held against them."""

    of: Mapping[str, Paragraph]
    own: str
    parties: tuple[str, ...]

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(name for one in self.of.values() for name in one.languages)

    def named(self, unit: Unit, source: str) -> Unit:
        """Return a unit with the name of its paragraph: a memory may know it by its words alone."""
        if unit.name:
            return unit
        told = document.spelled(unit.words.get(source, ""))
        meant = [name for name, one in self.of.items() if self._words(one).get(source, "") == told]
        return Unit(meant[0] if len(meant) == 1 else "", unit.words)

    def _words(self, one: Paragraph) -> Mapping[str, str]:
        return one.words[_whose(one, self.own)] if one.words else {}

    def wrong(self, unit: Unit, sheet: Sheet) -> Iterator[Problem]:
        """Give what keeps a unit from being taken."""
        one = self.of.get(unit.name)
        if one is None:
            yield from self._wrong_new(unit)
        elif one.of.status == view.DROPPED:
            yield _problem("left-out", unit.name, "")
        else:
            yield from self._wrong_known(unit, one, sheet.source)
        for language, text in unit.words.items():
            flaw = document.flaw(text, self.parties)
            if flaw:
                what, fix = document.FLAWS[flaw]
                at = pointer_of((unit.name, language))
                yield Problem(at, text[:80], what, fix, rule=f"wording.{flaw}")
            if self.of and language not in self.languages:
                yield _problem("language-unknown", unit.name, language)

    def _wrong_new(self, unit: Unit) -> Iterator[Problem]:
        is_ours = unit.name.rpartition(".")[0] == self.own
        if not is_ours or not acts.PARAGRAPH.fullmatch(unit.name):
            yield _problem("paragraph-unknown", unit.name, next(iter(unit.words.values()), ""))
            return
        if len(unit.words) < acts.LANGUAGES_MIN or not self.languages <= unit.words.keys():
            yield _problem("language-missing", unit.name, ", ".join(sorted(unit.words)))
        if unit.part not in ("", *acts.PARTS):
            yield _problem("part-unknown", unit.name, unit.part)

    def _wrong_known(self, unit: Unit, one: Paragraph, source: str) -> Iterator[Problem]:
        if not one.words:
            yield _problem("not-held", unit.name, "")
            return
        stands, told = self._words(one), unit.words.get(source)
        is_old = unit.variant not in ("", _variant(one, _whose(one, self.own)))
        if is_old or (told is not None and document.spelled(told) != stands.get(source)):
            yield _problem("stale", unit.name, told or "")

    def is_changed(self, unit: Unit, sheet: Sheet) -> bool:
        """Return whether a unit is a new paragraph, or says something else in a target."""
        one = self.of.get(unit.name)
        if one is None:
            return True
        stands = self._words(one)
        return any(
            document.spelled(text) != stands.get(language)
            for language, text in unit.words.items()
            if language != sheet.source
        )

    def given(self, changed: list[Unit], names: list[str]) -> dict[str, dict[str, str]]:
        """Return what is tabled: words in each language; new paragraphs with their place."""
        found: dict[str, dict[str, str]] = {"words": {}, "part": {}, "after": {}}
        for unit in changed:
            one = self.of.get(unit.name)
            if one is None:
                found["part"][unit.name] = unit.part or document.PARAGRAPH
                at = names.index(unit.name)
                found["after"][unit.name] = names[at - 1] if at else acts.FIRST
            said = {**(self._words(one) if one else {}), **unit.words}
            for language, text in said.items():
                found["words"][f"{unit.name}.{language}"] = document.spelled(text)
        return {key: value for key, value in found.items() if value}


_WRONG: Final[Mapping[str, Problem]] = {
    one.rule.removeprefix("wording.file."): one
    for one in (
        Problem(
            "", "", "The file is of another text.",
            "Give the file that was exported from this text.",
            rule="wording.file.another-text",
        ),
        Problem(
            "", "", "The file has this paragraph twice.", "Keep one of the two.",
            rule="wording.file.twice",
        ),
        Problem(
            "", "", f"The file changes more than {CHANGED_MAX} paragraphs.",
            "Give it in parts: take those out that are given later.",
            rule="wording.file.too-many",
        ),
        Problem(
            "", "", "This paragraph is left out of the text.", "Take it out of the file.",
            rule="wording.file.left-out",
        ),
        Problem(
            "", "", "No paragraph has this name or these words, and it is not named as a new one.",
            "Name it as the text does; name a new one after this State, such as us.7.",
            rule="wording.file.paragraph-unknown",
        ),
        Problem(
            "", "", "A new paragraph is not there in each language of the text.",
            "Give it in each language.",
            rule="wording.file.language-missing",
        ),
        Problem(
            "", "", "A text has no such part.", "Use title, heading, paragraph or item.",
            rule="wording.file.part-unknown",
        ),
        Problem(
            "", "", "The text is not in this language.", "Take the language out of the file.",
            rule="wording.file.language-unknown",
        ),
        Problem(
            "", "", "The words of this paragraph are not held here.",
            "Wait until they have come: `comity status` says what is on its way.",
            rule="wording.file.not-held",
        ),
        Problem(
            "", "", "The words that were translated are not those that stand here now.",
            "Export the text again, and carry the translation over.",
            rule="wording.file.stale",
        ),
    )
}  # fmt: skip


def _problem(rule: str, paragraph: str, value: str) -> Problem:
    at = pointer_of((paragraph,)) if paragraph else ""
    return replace(_WRONG[rule], pointer=at, value=value[:80])
