"""What can be said in any room, drawn by chance from the shapes of its tags and from its state.

    FORMS["case"]["case.grouped/1"]          the fields of a tag
    draft = Drawn(chance, about)             about: a matter, its state, who speaks, when
    draft.act(tag)                           an act of that tag: its fields are what the form allows

No room is known by its rules here: a text is one that stands in the state and fits, or one that
fits anyway; an act that is answered is one of the matter.  Whether it may be said is asked of the
room, and a liar does not ask.

Floor: lab.
"""

import hashlib
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import NEEDED, Act, Addressee, Blob, Document, Matter, Office
from comity.acts.shape import Allowed, Shape
from comity.acts.urgencies import URGENCIES
from comity.boot.rooms import ROOMS
from comity.joint.commitment import acts as commitment_acts
from comity.joint.contact import acts as contact_acts
from comity.joint.request import fields
from comity.joint.request.fields import Fields
from comity.joint.text import acts as text_acts
from comity.joint.wording import acts as wording_acts
from comity.kernel.ijson import Json
from comity.seal import symmetric

DAY_MS: Final = 86_400_000
NOTHING: Final = "nothing"
_OPENING: Final = 0.8
_SAID: Final = 0.5
"""How likely a text is one that was said before."""
_MAY: Final = 0.3

OPENING_ACT: Final = "opening"
ANY_ACT: Final = "any"
"""Which act of its matter one answers."""

TEXTS: Final = (
    b"no guideline at all\n",
    b"version: 1\ntypes: {}\n",
    b"comity: calendar/1\nid: fr\n",
)
"""Joint texts: what a State adopts need not be fit for what its name says."""

NAMES: Final = (text_acts.MAIN, "calendar.fr", "calendar.sn", "hours.of-the-moon")
"""Of joint texts."""

SAMPLES: Final = (
    "one", "police", "facts", "1", "7", "2027-1", "no-41", "all/timeliness/respond/median",
    "ABCD-2345", "0", "TLP:GREEN", "TLP:AMBER PAP:AMBER", "a" * 26, "0" * 64, "1" * 64,
    "fr/aaaaaaaaaaaaaaaaaaaaaaaaaa/live/1", "1024", "2027-03",
    "fr/aaaaaaaaaaaaaaaaaaaaaaaaaa/live/1", "remote", "outcomes.2027-1", "fr.1",
    "EUR", "USD", "persons",
)  # fmt: skip
"""Texts that fit where the state has none."""


_ITEMS: Final = ("one", "two", "1", "2-6", "b2.1")
LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one tag, in any room.

    Attributes:
        opens: whether it can open a matter.
        answers: `OPENING_ACT`, `ANY_ACT`, or "" where it names none.
        needs, may, under: codes, as `acts.shape.Shape` has them.
        times, may_times: as there.
        items, elements: whether they may be named.
        to: whether it is addressed.
        urgency: whether it has one.
        text: whether it names a document.
        document: role of the one that it needs beside, or "".
    """

    opens: bool = False
    answers: str = ANY_ACT
    needs: Mapping[str, Allowed] = field(default_factory=lambda: MappingProxyType({}))
    may: Mapping[str, Allowed] = field(default_factory=lambda: MappingProxyType({}))
    under: Mapping[str, Allowed] = field(default_factory=lambda: MappingProxyType({}))
    times: tuple[str, ...] = ()
    may_times: tuple[str, ...] = ()
    items: bool = False
    elements: bool = False
    to: bool = False
    urgency: bool = False
    text: bool = False
    document: str = ""


def _of_shape(one: Shape) -> Form:
    return Form(
        not one.answers,
        one.answers and (OPENING_ACT if one.answers.startswith("the ") else ANY_ACT),
        one.needs,
        one.may,
        one.under,
        one.times,
        one.may_times,
        one.items,
        to=one.to,
        document=one.document,
    )


def _of_fields(one: Fields) -> Form:
    times = [name for name in one.times if name]
    return Form(
        one.answers == fields.DRAFT,
        {fields.DRAFT: "", fields.REQUEST: OPENING_ACT, fields.ACT: ANY_ACT}[one.answers],
        _known(one.needs),
        _known(one.may),
        _known(one.under),
        tuple(name[:-1] for name in times if name.endswith("!")),
        tuple(name for name in times if not name.endswith("!")),
        one.items,
        one.elements,
        one.to,
        one.answers == fields.DRAFT,
    )


def _known(codes: Mapping[str, fields.Allowed]) -> Mapping[str, Allowed]:
    return {
        name: one if isinstance(one, re.Pattern) else {code: {} for code in one}
        for name, one in codes.items()
    }


def _form(one: Shape | Fields) -> Form:
    return _of_fields(one) if isinstance(one, Fields) else _of_shape(one)


_TEXTS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        text_acts.PROPOSED: Form(
            opens=True,
            answers="",
            may={text_acts.VERSION: shape.NAME},
            may_times=(text_acts.IN_FORCE_FROM,),
            text=True,
        ),
        text_acts.ADOPTED: Form(needs={text_acts.SHA256: shape.SHA256}),
        text_acts.DECLINED: Form(needs={text_acts.REASON: text_acts.DECLINALS}),
        text_acts.WITHDRAWN: Form(
            needs={text_acts.REASON: text_acts.WITHDRAWALS}, may_times=(text_acts.FROM,)
        ),
    }
)

FORMS: Final[Mapping[str, Mapping[str, Form]]] = MappingProxyType(
    {
        kind: _TEXTS
        if room.is_text
        else MappingProxyType({tag: _form(one) for tag, one in room.shapes.items()})
        for kind, room in ROOMS.items()
    }
)
"""Every tag of every room."""

TAGS: Final = frozenset(tag for forms in FORMS.values() for tag in forms)

OPENING: Final = tuple(
    (kind, tag) for kind, forms in FORMS.items() for tag, form in forms.items() if form.opens
)
"""What opens a matter, by kind and tag."""


def is_opening(act: Act) -> bool:
    """Return whether an act opens a matter of a room."""
    return (act.matter.kind, act.tag) in OPENING


@dataclass(frozen=True, slots=True)
class About:
    """What is spoken of, and by whom.

    Attributes:
        kind: of the matter.
        matter: its id; "" for one that is opened.
        state: of the matter, as JSON; None where there is none.
        acts: ids of the acts of the matter, in their order.
        party: that speaks.
        parties: of the channel.
        others: ids of other matters.
        now_ms: the true time.
    """

    kind: str
    matter: str
    state: Json
    acts: Sequence[str]
    party: str
    parties: Sequence[str]
    others: Sequence[str]
    now_ms: int


class Drawn:
    """Draws acts about one matter."""

    def __init__(self, chance: random.Random, about: About, new_id: Callable[[], str]) -> None:
        """Draw from `chance`, with ids of `new_id`."""
        self._chance = chance
        self._about = about
        self._new_id = new_id
        self._said: tuple[str, ...] | None = None
        self.texts: dict[str, bytes] = {}

    def act(self, tag: str) -> Act:
        """Return an act of a tag; the texts that it names are in `texts`."""
        about, form = self._about, FORMS[self._about.kind][tag]
        is_text = about.kind == wording_acts.KIND
        names = self._paragraphs() if is_text else self._names()
        act_id = self._new_id()
        is_contact = about.kind == contact_acts.KIND  # one matter a party
        own = about.party if is_contact else shape.matter_id(about.kind, about.party, act_id)
        codes = self._codes(form, names)
        blobs = self._words(names) if tag == wording_acts.TABLED and not self._may() else ()
        if blobs:
            codes = {k: v for k, v in codes.items() if not k.startswith(wording_acts.DROP)}
        if form.opens and about.kind == commitment_acts.KIND:
            own = commitment_acts.id_of(codes[commitment_acts.SOURCE], codes[commitment_acts.REF])
        return Act(
            act_id,
            tag,
            Matter(about.kind, about.matter or own),
            Office("police"),
            self._to() if form.to else (),
            self._answered(form.answers) if form.answers or (form.opens and self._may()) else "",
            urgency=self._chance.choice(URGENCIES) if form.urgency else "",
            items=self._items() if form.items else (),
            elements=("facts",) if form.elements and self._may() else (),
            codes=codes,
            times=self._times(form, names),
            documents=self._documents(form),
            blobs=blobs,
        )

    def _paragraphs(self) -> Sequence[str]:
        """Draw paragraphs: of those that the text has, and new ones of who speaks."""
        known = {one for one in self._points() if wording_acts.is_paragraph(one)}
        pool = sorted(known | {f"{self._about.party}.{number}" for number in (1, 2)})
        return self._chance.sample(pool, self._chance.randint(1, 2))

    def _words(self, paragraphs: Sequence[str]) -> tuple[Blob, ...]:
        """Return sealed words of paragraphs in each language."""
        return tuple(
            self._blob(wording_acts.role(one, language))
            for one in paragraphs
            for language in LANGUAGES
        )

    def _blob(self, role: str) -> Blob:
        key = self._chance.randbytes(32)
        stored = symmetric.seal_blob(b"They met.\n", key, self._chance.randbytes)
        sha256 = symmetric.blob_address(stored).hex()
        self.texts[sha256] = stored
        return Blob(sha256, key, len(stored), "text/plain", role, NEEDED, "TLP:AMBER")

    def _may(self) -> bool:
        return self._chance.random() < _MAY

    def _names(self) -> Sequence[str]:
        """Draw what stands behind prefixes: numbers, parties, or an element."""
        some = self._chance.sample([*self._about.parties], self._chance.randint(1, 2))
        return self._chance.choice((("1",), ("1", "2"), some, ("facts",)))

    def _to(self) -> tuple[Addressee, ...]:
        others = [party for party in self._about.parties if party != self._about.party]
        if self._may():
            others = others[:1]
        return tuple(Addressee(party) for party in others)

    def _answered(self, which: str) -> str:
        acts = self._about.acts
        if not acts:
            return ""
        if which == OPENING_ACT and self._chance.random() < _OPENING:
            return acts[0]
        return self._chance.choice((acts[-1], *acts))

    def _points(self) -> Sequence[str]:
        """Return what is settled point by point in the matter, where it is such."""
        state = self._about.state
        found = state.get("points") if isinstance(state, dict) else None
        return [*found] if isinstance(found, dict) else []

    def _items(self) -> tuple[str, ...]:
        about, points = self._about, self._points()
        if points:
            return () if self._may() else (self._chance.choice(points),)
        pool = about.others if self._chance.random() < 0.5 and about.others else _ITEMS  # noqa: PLR2004 -- one in two
        return tuple(self._chance.sample([*pool], self._chance.randint(0, min(2, len(pool)))))

    def _codes(self, form: Form, names: Sequence[str]) -> Mapping[str, str]:
        may = {name: one for name, one in form.may.items() if self._may()}
        under = {
            prefix + name: one
            for prefix, one in ({} if self._may() else form.under).items()
            for name in names
            if len(form.under) == 1 or prefix == next(iter(form.under)) or not self._may()
        }
        return {
            name: self._code(one) for name, one in sorted({**under, **may, **form.needs}.items())
        }

    def _code(self, allowed: Allowed) -> str:
        if self._said is None:
            self._said = tuple(dict.fromkeys(_texts(self._about.state)))
        said = (*self._said, *self._about.others, *self._about.parties)
        if isinstance(allowed, re.Pattern):
            known = [one for one in said if allowed.fullmatch(one)]
            samples = tuple(one for one in SAMPLES if allowed.fullmatch(one))
        else:
            known = [one for one in said if one in allowed]
            samples = tuple(allowed)
        is_known = known and self._chance.random() < _SAID
        return self._chance.choice(known if is_known else samples)

    def _times(self, form: Form, names: Sequence[str]) -> Mapping[str, int]:
        may = [one for one in form.may_times if self._may()]
        named = [
            *(one for one in may if not one.endswith(".")),
            *form.times,
            *(one + name for one in may if one.endswith(".") for name in names),
        ]
        at_ms = self._about.now_ms + self._chance.choice((-90, 1)) * DAY_MS
        found: dict[str, int] = {}
        for name in named:
            found[name] = at_ms
            at_ms += self._chance.choice((1, 30)) * DAY_MS
        return found

    def _documents(self, form: Form) -> tuple[Document, ...]:
        if form.document:
            return (replace(self._text(), role=form.document),)
        return (self._text(),) if form.text else ()

    def _text(self) -> Document:
        data = self._chance.choice(TEXTS)
        sha256 = hashlib.sha256(data).hexdigest()
        self.texts[sha256] = data
        return text_acts.document(sha256, len(data))


def _texts(value: Json) -> Iterator[str]:
    """Yield every text that stands in a state."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
