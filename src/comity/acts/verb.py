"""What an officer can say or do, as data: one row a verb, which every surface reads.

    Verb("close", acts.CLOSED, both("Close the case", "办结案件"), (why(acts.CLOSINGS),))

A row names its fields, and a field has one of a closed set of kinds.  From a row follow the
command, the call, the form, the label of a draft and the documents; `flaws` holds the same bounds
for all of them, and `spelled` gives what an act has of the values.

Source: design/house.md 2.
Floor: acts (pure).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from comity.acts.record import Act, Addressee, Blob, Matter, Office
from comity.acts.shape import NAME as NAME_SHAPE
from comity.acts.shape import SHA256
from comity.acts.shape import Words as Known
from comity.kernel import limits
from comity.kernel.fault import quoted
from comity.kernel.problem import Problem, pointer_of

CODE: Final = "code"
"""One of a closed list (`known`), or of a list of the guideline (`listed`)."""
NAME: Final = "name"
"""A short name: an agency, a dialogue, an element."""
REFERENCE: Final = "reference"
"""A file number."""
ACT: Final = "act"
"""An act of the matter, by the beginning of its id."""
MATTER: Final = "matter"
"""Another matter, of the kind `of`: by the beginning of its id, or a file number."""
ITEM: Final = "item"
"""An item of the matter."""
PARTY: Final = "party"
"""A party of the channel."""
CHANNEL: Final = "channel"
"""Path of a channel."""
HASH: Final = "hash"
"""A SHA-256, 64 hex digits."""
LINE: Final = "line"
"""Words on one line, for this node alone: a purpose, the name of a file."""
TEXT: Final = "text"
"""Words of one language, for this node alone; by key, each is a body of the act."""
LINES: Final = "lines"
"""Lines of a file, for this node alone: identifiers, entries of a list."""
TIME: Final = "time"
"""An instant, written with its zone; its value is milliseconds since 1970 UTC."""
NUMBER: Final = "number"
"""A whole number; of money, in minor units."""
FLAG: Final = "flag"
"""Yes or no."""

SHAPES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        CODE: re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
        NAME: NAME_SHAPE,
        REFERENCE: re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,254}"),
        ACT: re.compile(r"[a-z2-7]{1,26}"),
        MATTER: re.compile(r"[^\s](.{2,253}[^\s])"),
        ITEM: NAME_SHAPE,
        PARTY: NAME_SHAPE,
        CHANNEL: re.compile(r"[a-z0-9][a-z0-9./_-]{0,254}"),
        HASH: SHA256,
        LINE: re.compile(r"[^\r\n]{1,2000}"),
        TEXT: re.compile(r"(?s).{1,20000}"),
        LINES: re.compile(r"(?s).+"),
    }
)
"""How a value of each kind is spelled, of those that are text."""

WHOLE_KINDS: Final = frozenset({TIME, NUMBER})
KINDS: Final = frozenset({*SHAPES, *WHOLE_KINDS, FLAG})

MANY_MAX: Final = 256
"""Of the values of one field."""
TEXT_CHARS_MAX: Final = 20_000
"""Of words in one language, sealed or not."""
LINE_CHARS_MAX: Final = 2_000
LANGUAGES_MAX: Final = 16
LINES_CHARS_MAX: Final = 16 << 20
"""Of all lines of a field."""
CHARS_MAX: Final[Mapping[str, int]] = MappingProxyType(
    {LINE: LINE_CHARS_MAX, TEXT: TEXT_CHARS_MAX, LINES: LINES_CHARS_MAX}
)
"""Of a value, by kind, where any character may stand in it."""

type Both = Mapping[str, str]
"""Words in both languages: `{"en": …, "zh": …}`."""

type Value = str | int | tuple[str, ...] | Mapping[str, str] | Mapping[str, int]
"""Of one field: a text, a number, yes (1) or no (0), several texts, or one for each key."""

type Given = Mapping[str, Value]
"""What was filled in: `{key of a field: value}`; what was left out is not there."""


def both(en: str, zh: str) -> Both:
    """Return words in both languages."""
    return MappingProxyType({"en": en, "zh": zh})


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a verb asks for.

    Attributes:
        name: of the option, `own-reference`; and of the code of the act, if `code` names no other.
        kind: one of `KINDS`.
        words: what it is called.
        needed: whether it must be given.
        known: the closed list of a code.
        listed: the list of the guideline that a code comes from: `crime`.
        of: the kind of another matter.
        many: what several of them are called, `requests`; "" where there is one.
        by: what each of several is given for: `party`, `element`, `criterion`; or "".
        default: what is meant where it is left out.
        hint: more about it; or None.
        code: of the act that takes it, if not `name`; a prefix ends with a dot.
        shape: how it is spelled, if not as its kind is.
    """

    name: str
    kind: str
    words: Both
    needed: bool = True
    known: Known = MappingProxyType({})
    listed: str = ""
    of: str = ""
    many: str = ""
    by: str = ""
    default: str = ""
    hint: Both | None = None
    code: str = ""
    shape: re.Pattern[str] | None = None

    @property
    def spelling(self) -> re.Pattern[str]:
        """How a value of it is spelled, of a kind that is text."""
        return self.shape or SHAPES[self.kind]

    @property
    def is_sealed(self) -> bool:
        """Whether what is filled in are words that a body has: one for each key."""
        return self.kind == TEXT and bool(self.by)

    @property
    def key(self) -> str:
        """Its name in a call and in a form: `own_reference`, `requests`."""
        return (self.many or self.name).replace("-", "_")


def _nothing(_now: Any) -> str:  # noqa: ANN401 -- the state of any room
    return ""


def _always(_now: Any, _party: str) -> bool:  # noqa: ANN401 -- the state of any room
    return True


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be said of a matter, or done at home.

    Attributes:
        name: on every surface; `drill/plan` is `comity hotline drill plan` and `/drill/plan`.
        tag: of the act, or code of the step at home.
        words: what it does: on its button, in the help, as the label of its draft.
        fields: what it asks for, but for `about`.
        opens: whether it opens a matter.
        about: gives the id of the newest act that a party can answer, or "", by the state; None
            where it answers none but what opened the matter.
        offered: whether a party is offered it now; what it may say is decided by the room.
        needs_texts: whether it is said in words, in each language of the guideline.
        has_texts: whether it may be.
        file: `NO_FILE`, `MAY` or `MUST`: whether it takes an answer file, with values and
            attachments.
        spell: what the act has of the values, where `spelled` does not say it.
        hint: more about it, in sentences, with `OTHER`; or None.
        is_grave: whether it ends something.
        is_computed: whether the program computes what it says, or reads it from a document: its
            command, call and page are written by hand.
        computes: what the act has where its room computes that of the fields (`Room.steps`);
            empty where the act has the fields themselves.
        scope: what a token needs, if not what its table says.
        label: what its draft is called, if not what it does.
    """

    name: str
    tag: str
    words: Both
    fields: tuple[Field, ...] = ()
    opens: bool = False
    about: Callable[[Any, str], str] | None = None
    offered: Callable[[Any, str], bool] = _always
    needs_texts: bool = False
    has_texts: bool = True
    file: str = ""
    spell: "Callable[[Given], Spelled] | None" = None
    hint: Both | None = None
    is_grave: bool = False
    is_computed: bool = False
    computes: tuple[Field, ...] = ()
    scope: str = ""
    label: Both | None = None

    @property
    def group(self) -> str:
        """The noun within the room that it is typed under, or ""."""
        return self.name.rpartition("/")[0]

    @property
    def identifier(self) -> str:
        """Its name where a language of programs has no hyphen and no slash."""
        return self.name.replace("-", "_").replace("/", "_")

    @property
    def told(self) -> tuple[Field, ...]:
        """The fields of the act, but for `about`."""
        return self.computes or self.fields

    @property
    def summary(self) -> str:
        """What it does, in English, for those who see no form; without the last full stop."""
        return (self.hint or self.words)["en"].replace(OTHER, "the other side").rstrip(".")

    @property
    def asks(self) -> tuple[Field, ...]:
        """Every field, with the act that is answered and, of what opens a matter, the channel."""
        about = () if self.about is None else (ABOUT,)
        return (*self.fields, *about, *((WHERE,) if self.opens else ()))


OTHER: Final = "%(other)s"
"""In a hint: the States to which it is said, which a form names."""

NO_FILE: Final = ""
MAY: Final = "may"
MUST: Final = "must"


@dataclass(frozen=True, slots=True)
class Table:
    """The verbs of one room.

    Attributes:
        noun: of the command, and of the matter in an address: `case`.
        plural: of the address: `cases`.
        words: what a matter is called.
        what: what the room is for.
        heading: what its list is called; as a matter, where it is empty.
        verbs: in the order in which they are offered.
        matter: what a matter is called in an address, if not `noun`.
        opened_by: gives the id of the act that opened a matter, by its state; "" where none did.
        scope: what a token needs to say one of them.
        groups: what each noun is for that some verbs are typed under: `drill`.
        within: noun of the table whose command speaks these verbs too, or "".
        named: how a matter is named on a command line.
        usual: the matter that is meant where a command names none; "" where one is always named.
        written: what the drafts of acts are called that are written in a file, and have no row.
    """

    noun: str
    plural: str
    words: Both
    what: Both
    verbs: tuple[Verb, ...]
    opened_by: Callable[[Any], str] = _nothing
    matter: str = ""
    scope: str = "draft"
    heading: Both = MappingProxyType({})
    groups: Mapping[str, Both] = MappingProxyType({})
    within: str = ""
    named: str = "its id or a file number; a prefix is enough"
    usual: str = ""
    written: Mapping[str, Both] = MappingProxyType({})

    @property
    def plural_words(self) -> Both:
        """What its list is called."""
        return self.heading or self.words

    @property
    def typed(self) -> tuple[Verb, ...]:
        """The verbs that are filled in: what a surface prints."""
        return tuple(one for one in self.verbs if not one.is_computed)

    def verb(self, name: str) -> Verb | None:
        """Return the verb of a name, or None."""
        return next((one for one in self.verbs if one.name == name), None)

    def row(self, name: str) -> Verb:
        """Return the verb of a name that the table has."""
        return next(one for one in self.verbs if one.name == name)

    def label(self, tag: str) -> Both | None:
        """Return what the draft of an act is called, or None; of the first verb that says it."""
        of_row = next((one.label or one.words for one in self.verbs if one.tag == tag), None)
        return of_row or self.written.get(tag)


ABOUT: Final = Field(
    "about",
    ACT,
    both("Act that is answered", "所答复的行文"),
    needed=False,
    hint=both("if not the newest", "不填则为最近一项"),
)
WHERE: Final = Field(
    "channel",
    CHANNEL,
    both("Channel", "通道"),
    needed=False,
    hint=both("where this node has several arrangements", "仅在本节点有多项安排时填写"),
)


_REASON: Final = both("Reason", "理由")


def why(known: Known, words: Both = _REASON) -> Field:
    """Return the field of a reason of a closed list."""
    return Field("reason", CODE, words, known=known)


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says it, where.

    Attributes:
        id: of the act, made at release.
        speaker: agency and office.
        matter: kind and id.
        blobs: sealed bodies.
    """

    id: str
    speaker: Office
    matter: Matter
    blobs: tuple[Blob, ...] = ()


@dataclass(frozen=True, slots=True)
class Spelled:
    """What an act has of the values of a verb.

    Attributes:
        codes: of the act.
        times: of the act.
        items: items of the matter, or other matters that it groups.
        to: parties that it concerns.
        answers: beginning of the id of the act that it answers, or "".
        channel: path, or "".
    """

    codes: Mapping[str, str]
    times: Mapping[str, int]
    items: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    answers: str = ""
    channel: str = ""


def act_of(tag: str, saying: Saying, said: Spelled) -> Act:
    """Return the act that says it, about the act whose id `said.answers` is."""
    return Act(
        id=saying.id,
        tag=tag,
        matter=saying.matter,
        speaker=saying.speaker,
        answers=said.answers,
        to=tuple(Addressee(party) for party in said.to),
        items=said.items,
        codes=MappingProxyType(dict(said.codes)),
        times=MappingProxyType(dict(said.times)),
        blobs=saying.blobs,
    )


def spelled(verb: Verb, given: Given) -> Spelled:
    """Return what an act has of values in which `flaws` finds nothing."""
    if verb.spell is not None:
        return verb.spell(given)
    codes: dict[str, str] = {}
    times: dict[str, int] = {}
    rest: dict[str, Any] = {}
    for field in verb.asks:
        value = given.get(field.key, field.default)
        part = _PARTS.get(field.kind) if isinstance(value, tuple) else _BESIDE.get(field.name)
        if value in ("", ()) or field.is_sealed:
            continue
        if part is not None:
            rest[part] = (*rest.get(part, ()), *value) if isinstance(value, tuple) else value
        elif field.kind == TIME:
            times |= {name: int(one) for name, one in _each(field, value)}
        else:
            codes |= {name: str(one) for name, one in _each(field, value)}
    return Spelled(codes, times, **rest)


_PARTS: Final = MappingProxyType({ITEM: "items", MATTER: "items", PARTY: "to"})
_BESIDE: Final = MappingProxyType({ABOUT.name: "answers", WHERE.name: "channel"})


def _each(field: Field, value: Value) -> Iterator[tuple[str, str | int]]:
    """Give the name and value of each code or time that a field becomes."""
    name = field.code or field.name
    if isinstance(value, tuple):
        yield from ((f"{name}{number}", one) for number, one in enumerate(value, start=1))
    elif isinstance(value, Mapping):
        yield from ((f"{name}{key}", one) for key, one in value.items())
    else:
        yield name, value


def flaws(verb: Verb, given: Given) -> Iterator[Problem]:
    """Give everything that is wrong with the values of a verb, each with the key of its field."""
    known = {one.key: one for one in verb.asks}
    for key in given.keys() - known.keys():
        what = f"{quoted(key)} is no field of {verb.name}."
        fix = f"Use: {', '.join(known)}." if known else "Leave it out."
        yield Problem(pointer_of((key,)), key, what, fix, rule="verb.field-unknown")
    for key, field in known.items():
        value = given.get(key, field.default)
        if value in ("", ()) or value == {}:
            if field.needed:
                what = f"{field.words['en']} ({field.name}) is missing."
                yield Problem(
                    pointer_of((key,)), "", what, f"Give {field.name}.", rule="verb.field-missing"
                )
            continue
        yield from _field_flaws(field, value)


def _field_flaws(field: Field, value: Value) -> Iterator[Problem]:
    if isinstance(value, tuple):
        parts: list[tuple[tuple[str | int, ...], object]] = [
            ((field.key, at), one) for at, one in enumerate(value)
        ]
    elif isinstance(value, Mapping):
        parts = [((field.key, key), one) for key, one in value.items()]
    else:
        parts = [((field.key,), value)]
    if len(parts) > MANY_MAX:
        what, fix = f"There are {len(parts)} {field.key}.", f"Give at most {MANY_MAX}."
        yield Problem(pointer_of((field.key,)), "", what, fix, rule="verb.too-many")
        return
    for path, one in parts:
        fix = _fix(field, one)
        is_key = field.by and not NAME_SHAPE.fullmatch(str(path[-1]))
        if fix or is_key:
            what = f"{quoted(str(one))} cannot be {field.words['en'].lower()} ({field.name})."
            fix = fix or f"Name a {field.by} before it."
            yield Problem(pointer_of(path), str(one)[:80], what, fix, rule="verb.value-unfit")


def _fix(field: Field, value: object) -> str:
    """Return how a value is to be given, or "" if it is right."""
    if field.kind in WHOLE_KINDS:
        is_whole = isinstance(value, int) and 0 <= value <= limits.JSON_INTEGER_MAX
        return "" if is_whole else "Give a whole number that is not negative."
    if field.kind == FLAG:
        return "" if value in (0, 1) else "Say yes or no."
    text = str(value)
    if field.known:
        return "" if text in field.known else f"Use one of: {', '.join(field.known)}."
    if field.kind == LINES and len(text) > LINES_CHARS_MAX:
        return f"Give at most {LINES_CHARS_MAX >> 20} MiB."
    return "" if field.spelling.fullmatch(text) else _FIXES[field.kind]


_NAMED: Final = "Use lower-case letters, digits, dots and hyphens, at most 63."
_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        CODE: "Use letters, digits, dots and hyphens, at most 63.",
        NAME: _NAMED,
        REFERENCE: "Use letters, digits, spaces and ._:/+=@-, at most 255.",
        ACT: "Give the first characters of its id.",
        MATTER: "Give the first characters of its id, four at least, or its file number.",
        ITEM: _NAMED,
        PARTY: _NAMED,
        CHANNEL: "Give the path of the channel, as `comity channel list` shows it.",
        HASH: "Give 64 hexadecimal digits.",
        LINE: f"Write one line of at most {LINE_CHARS_MAX:,} characters.",
        TEXT: f"Write at most {TEXT_CHARS_MAX:,} characters.",
        LINES: "Give a text file with one entry a line.",
    }
)
