"""The steps of the duty desk in the file of a request, from its table of verbs, and their forms.

Nothing of this crosses.  A step is offered where it makes sense; whether it may be taken is the
node's to say.

Floor: surfaces.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.acts.verb import TEXT_CHARS_MAX, TIME, Both, Field, Verb
from comity.domestic.duty.fold import ASSIGNED, Part
from comity.domestic.duty.verbs import TABLE
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import sharing
from comity.node.desk.duty import steps
from comity.node.room import step as room_step
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import fields
from comity.surfaces.web.request import language
from comity.surfaces.web.templatetags import punctuation

type Who = tuple[Node, Officer, str]

type Made = dict[str, django_forms.Field]


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        name: it stands in the address.
        label: what its button says.
        hint: what it does.
        made: the fields of its form, from the request and who takes it.
        do: the use case.
        is_for: whether it makes sense for a request.
    """

    name: str
    label: Promise | str
    hint: Promise | str
    made: Callable[[Dossier, Officer], Made]
    do: Callable[[Who, Mapping[str, Any]], object]
    is_for: Callable[[Dossier], bool] = lambda found: found.home is not None


def _agencies(found: Dossier, *, needed: bool) -> django_forms.Field:
    none = fields.NOT_CHOSEN if needed else ("", _("As the rule says"))
    choices = [none, *_called(found, found.home.agencies if found.home else ())]
    return django_forms.ChoiceField(choices=choices, required=needed)


def _called(found: Dossier, agencies: Iterable[str]) -> list[tuple[str, str]]:
    """Return choices of agencies of this State by their names; by id where no card names one."""
    own = {one.id: one.names for one in found.agencies.get(found.by.party, ())}
    return [(one, language.word(own.get(one, {}), one)) for one in agencies]


def _officers(found: Dossier, *, needed: bool) -> django_forms.Field:
    names = found.home.colleagues if found.home else ()
    none = fields.NOT_CHOSEN if needed else ("", _("Myself"))
    choices = [none, *((one, one) for one in names)]
    return django_forms.ChoiceField(choices=choices, required=needed)


def _parts(found: Dossier, officer: Officer) -> django_forms.Field:
    names = [part.agency for part in _open_parts(found)]
    initial = officer.agency if officer.agency in names else None
    return django_forms.ChoiceField(choices=_called(found, names), initial=initial)


def _open_parts(found: Dossier) -> list[Part]:
    file = found.home.file if found.home else None
    return [part for part in file.parts.values() if part.is_open] if file else []


def _has_part(found: Dossier) -> bool:
    return bool(_open_parts(found))


def _is_at_contact_point(found: Dossier) -> bool:
    return found.home is not None and found.home.is_contact_point


def _is_assigned(found: Dossier) -> bool:
    return any(part.status == ASSIGNED for part in _open_parts(found))


def _is_held(found: Dossier) -> bool:
    return any(part.officer for part in _open_parts(found))


def _numbered(rows: list[tuple[int, str]]) -> django_forms.Field:
    choices = [(str(number), f"{number}. {words}") for number, words in rows]
    return django_forms.TypedChoiceField(choices=choices, coerce=int)


def _tasks(found: Dossier) -> list[tuple[int, str]]:
    file = found.home.file if found.home else None
    return [(n, t.what) for n, t in enumerate(file.tasks, 1) if t.done is None] if file else []


def _questions(found: Dossier) -> list[tuple[int, str]]:
    file = found.home.file if found.home else None
    if file is None:
        return []
    return [(n, q.question) for n, q in enumerate(file.advice, 1) if q.given is None]


def _others(found: Dossier) -> django_forms.Field:
    return django_forms.MultipleChoiceField(
        choices=_called(found, found.home.agencies if found.home else ()),
        widget=django_forms.CheckboxSelectMultiple,
        required=False,
    )


_CHOICES: Final[Mapping[str, Callable[[Dossier, Officer, bool], django_forms.Field]]] = {
    "route to": lambda found, _, needed: _agencies(found, needed=needed),
    "route others": lambda found, *_: _others(found),
    "advise of": lambda found, _, needed: _agencies(found, needed=needed),
    "assign to": lambda found, _, needed: _officers(found, needed=needed),
    "task owner": lambda found, _, needed: _officers(found, needed=needed),
    "assign part": lambda found, officer, _: _parts(found, officer),
    "finish part": lambda found, officer, _: _parts(found, officer),
    "term part": lambda found, officer, _: _parts(found, officer),
    "task-done task": lambda found, *_: _numbered(_tasks(found)),
    "advice advice": lambda found, *_: _numbered(_questions(found)),
}
"""Of what is named: those that there are, by verb and field."""

_FITS: Final[Mapping[str, Callable[[Dossier], bool]]] = {
    "route": _is_at_contact_point,
    "assign": _has_part,
    "take": _is_assigned,
    "return": _is_held,
    "finish": _has_part,
    "decline": _has_part,
    "term": lambda found: _has_part(found) and _is_at_contact_point(found),
    "task-done": lambda found: bool(_tasks(found)),
    "advice": lambda found: bool(_questions(found)),
}
"""When a step makes sense; any other does wherever there is a file."""


def _in_language(words: Both) -> str:
    return words["zh" if (get_language() or "").startswith("zh") else "en"]


_said: Final = lazy(_in_language, str)
"""Words of the table in the reader's language, once they are read."""


def _field(row: Verb, field: Field, found: Dossier, officer: Officer) -> django_forms.Field:
    choices = _CHOICES.get(f"{row.name} {field.key}")
    made: django_forms.Field
    if choices is not None:
        made = choices(found, officer, field.needed)
    elif field.kind == TIME:
        made = fields.Instant(required=False)
    else:
        area = django_forms.Textarea(attrs={"rows": 4})
        made = django_forms.CharField(widget=area, required=field.needed, max_length=TEXT_CHARS_MAX)
    made.label = _in_language(field.words)
    return made


def _of_row(row: Verb) -> Step:
    def made(found: Dossier, officer: Officer) -> Made:
        return {one.key: _field(row, one, found, officer) for one in row.asks}

    def do(who: Who, given: Mapping[str, Any]) -> object:
        filled = {key: tuple(v) if isinstance(v, list) else v for key, v in given.items()}
        asked = {one.key: filled[one.key] for one in row.asks if filled.get(one.key)}
        return steps.take(*who, room_step.Step(row, asked))

    fits = _FITS.get(row.name, lambda found: found.home is not None)
    return Step(row.name, _said(row.words), _said(row.hint or row.words), made, do, fits)


STEPS: Final = (
    *map(_of_row, TABLE.verbs),
    Step(
        "share",
        _("Let somebody read it"),
        _("Another agency, or one officer."),
        lambda found, _officer: {"to": _reader(found)},
        lambda w, given: sharing.share(*w, given["to"]),
    ),
    Step(
        "unshare",
        _("Stop sharing"),
        _("Ends what sharing began; whose matter it is reads it all the same."),
        lambda found, _officer: {"to": _reader(found)},
        lambda w, given: sharing.unshare(*w, given["to"]),
    ),
)
"""Every step, in the order in which a desk takes them."""

BY_NAME: Final[Mapping[str, Step]] = {one.name: one for one in STEPS}


def _reader(found: Dossier) -> django_forms.Field:
    ids = found.home.agencies if found.home else ()
    return django_forms.RegexField(
        r"^@?[a-z0-9][a-z0-9.-]{0,62}$",
        label=_("Agency, or @officer"),
        help_text=punctuation.enumerated(ids),
        max_length=64,
    )
