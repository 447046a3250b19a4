"""The steps of the duty desk in the file of a request, as a table, and the form of each.

    Step("note", …, lambda found: {"text": …}, lambda who, given: papers.note(*who, given["text"]))

Nothing of this crosses.  A step is offered where it makes sense; whether it may be taken is the
node's to say.

Floor: surfaces.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.domestic.duty.fold import ASSIGNED, Part
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import sharing
from comity.node.desk.dossier import Dossier
from comity.node.desk.duty import papers, routing, work
from comity.surfaces.web import fields
from comity.surfaces.web.request import language
from comity.surfaces.web.templatetags import desk as tags

type Who = tuple[Node, Officer, str]

_TEXT_CHARS_MAX: Final = 20_000

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
    label: Promise
    hint: Promise
    made: Callable[[Dossier, Officer], Made]
    do: Callable[[Who, Mapping[str, Any]], object]
    is_for: Callable[[Dossier], bool] = lambda found: found.home is not None


def _text(label: Promise, *, needed: bool = True) -> django_forms.Field:
    area = django_forms.Textarea(attrs={"rows": 4})
    return django_forms.CharField(
        label=str(label), widget=area, required=needed, max_length=_TEXT_CHARS_MAX
    )


def _agencies(found: Dossier, label: Promise, *, needed: bool = True) -> django_forms.Field:
    none = fields.NOT_CHOSEN if needed else ("", _("As the rule says"))
    choices = [none, *_called(found, found.home.agencies if found.home else ())]
    return django_forms.ChoiceField(label=str(label), choices=choices, required=needed)


def _called(found: Dossier, agencies: Iterable[str]) -> list[tuple[str, str]]:
    """Return choices of agencies of this State by their names; by id where no card names one."""
    own = {one.id: one.names for one in found.agencies.get(found.by.party, ())}
    return [(one, language.word(own.get(one, {}), one)) for one in agencies]


def _officers(found: Dossier, label: Promise, *, needed: bool = True) -> django_forms.Field:
    names = found.home.colleagues if found.home else ()
    none = fields.NOT_CHOSEN if needed else ("", _("Myself"))
    return django_forms.ChoiceField(
        label=str(label), choices=[none, *((one, one) for one in names)], required=needed
    )


def _parts(found: Dossier, officer: Officer) -> django_forms.Field:
    names = [part.agency for part in _open_parts(found)]
    return django_forms.ChoiceField(
        label=_("Whose part"),
        choices=_called(found, names),
        initial=officer.agency if officer.agency in names else None,
    )


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


def _due(label: Promise) -> django_forms.Field:
    return fields.Instant(label=str(label), required=False)


def _numbered(label: Promise, rows: list[tuple[int, str]]) -> django_forms.Field:
    choices = [(str(number), f"{number}. {words}") for number, words in rows]
    return django_forms.TypedChoiceField(label=str(label), choices=choices, coerce=int)


def _tasks(found: Dossier) -> list[tuple[int, str]]:
    file = found.home.file if found.home else None
    return [(n, t.what) for n, t in enumerate(file.tasks, 1) if t.done is None] if file else []


def _questions(found: Dossier) -> list[tuple[int, str]]:
    file = found.home.file if found.home else None
    if file is None:
        return []
    return [(n, q.question) for n, q in enumerate(file.advice, 1) if q.given is None]


def _route(given: Mapping[str, Any]) -> routing.ByHand:
    others = tuple(given.get("others") or ())
    return routing.ByHand(given.get("to", ""), others, given.get("due_ms"), given.get("why", ""))


def _route_fields(found: Dossier, _officer: Officer) -> Made:
    ids = found.home.agencies if found.home else ()
    return {
        "to": _agencies(found, _("Competent agency"), needed=False),
        "others": django_forms.MultipleChoiceField(
            label=_("Agencies that take part"),
            choices=_called(found, ids),
            widget=django_forms.CheckboxSelectMultiple,
            required=False,
        ),
        "due_ms": _due(_("Domestic term")),
        "why": _text(_("Why, if not by rule"), needed=False),
    }


STEPS: Final = (
    Step(
        "route",
        _("Give it to an agency"),
        _("By the rule of the nation profile, or by hand with a reason."),
        _route_fields,
        lambda w, given: routing.route(*w, _route(given)),
        _is_at_contact_point,
    ),
    Step(
        "assign",
        _("Assign it to an officer"),
        _("Gives your agency's part to one of its officers."),
        lambda found, officer: {
            "part": _parts(found, officer),
            "to": _officers(found, _("Officer")),
        },
        lambda w, given: work.assign(*w, given["to"], given["part"]),
        _has_part,
    ),
    Step(
        "take",
        _("Take it"),
        _("Says that you work on what was assigned to you."),
        lambda *_: {},
        lambda w, _given: work.accept(*w),
        _is_assigned,
    ),
    Step(
        "return",
        _("Give it back"),
        _("Gives what was assigned to you back to your agency."),
        lambda *_args: {"why": _text(_("Why"))},
        lambda w, given: work.give_back(*w, given["why"]),
        _is_held,
    ),
    Step(
        "finish",
        _("Say that your part is done"),
        _("Closes your agency's part; the answer itself is said to %(other)s."),
        lambda found, officer: {
            "part": _parts(found, officer),
            "result": _text(_("What came of it"), needed=False),
        },
        lambda w, given: work.finish(*w, given["result"], given["part"]),
        _has_part,
    ),
    Step(
        "decline",
        _("Say that it is not for your agency"),
        _("The contact point routes it again."),
        lambda *_args: {"why": _text(_("Why"))},
        lambda w, given: work.decline(*w, given["why"]),
        _has_part,
    ),
    Step(
        "term",
        _("Set a domestic term"),
        _("By when an agency does its part; never after the answer is due to %(other)s."),
        lambda found, officer: {
            "part": _parts(found, officer),
            "due_ms": _due(_("Until")),
            "why": _text(_("Why"), needed=False),
        },
        lambda w, given: routing.set_term(*w, given["part"], given["due_ms"], given["why"]),
        lambda found: _has_part(found) and _is_at_contact_point(found),
    ),
    Step(
        "note",
        _("Write a note"),
        _("For colleagues; it never crosses."),
        lambda *_args: {"text": _text(_("Note"))},
        lambda w, given: papers.note(*w, given["text"]),
    ),
    Step(
        "task",
        _("Add a task"),
        _("For yourself or another officer who may read this."),
        lambda found, _officer: {
            "what": _text(_("What is to be done")),
            "owner": _officers(found, _("Who does it"), needed=False),
            "due_ms": _due(_("Until")),
        },
        lambda w, given: papers.add_task(*w, given["what"], given["owner"], given["due_ms"]),
    ),
    Step(
        "task-done",
        _("Say that a task is done"),
        _("With what came of it."),
        lambda found, _officer: {
            "task": _numbered(_("Task"), _tasks(found)),
            "result": _text(_("What came of it"), needed=False),
        },
        lambda w, given: papers.finish_task(*w, given["task"], given["result"]),
        lambda found: bool(_tasks(found)),
    ),
    Step(
        "advise",
        _("Ask another agency"),
        _("Lets it read the request, and asks it a question."),
        lambda found, _officer: {
            "of": _agencies(found, _("Agency")),
            "question": _text(_("Question")),
            "due_ms": _due(_("Until")),
        },
        lambda w, given: papers.ask_advice(*w, given["of"], given["question"], given["due_ms"]),
    ),
    Step(
        "advice",
        _("Answer a question"),
        _("What your agency was asked."),
        lambda found, _officer: {
            "advice": _numbered(_("Question"), _questions(found)),
            "answer": _text(_("Answer")),
        },
        lambda w, given: papers.give_advice(*w, given["advice"], given["answer"]),
        lambda found: bool(_questions(found)),
    ),
    Step(
        "share",
        _("Let somebody read it"),
        _("Another agency, or one officer."),
        lambda found, _officer: {"to": _reader(found)},
        lambda w, given: sharing.share(*w, given["to"]),
    ),
    Step(
        "unshare",
        _("Let somebody read it no longer"),
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
        help_text=tags.enumerated(ids),
        max_length=64,
    )
