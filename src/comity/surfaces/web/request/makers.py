"""The fields of a form of a verb, each made from the request and its guideline.

    fill(form)      the act that is answered, the codes of closed lists in the guideline's words, …

What the row of a verb names is made here by its kind, once for all verbs.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms as django_forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts import marks
from comity.acts import verb as table
from comity.acts.verb import Field
from comity.joint.guideline.model import Coded
from comity.joint.request import acts, reasons, state
from comity.joint.request import table as status
from comity.joint.request.codes import RATINGS
from comity.joint.request.possible_verbs import code_of
from comity.joint.request.state import Track
from comity.node.room import parties
from comity.rooms.request import completeness_json
from comity.surfaces.web import fields
from comity.surfaces.web.request import (
    content,
    lanes,
    language,
    leaf_fields,
    leaves,
    reference,
    step_fields,
    summary,
)
from comity.surfaces.web.request.parts import EXTENT, ON, RATE, VALUE, Group, Parts, leaf_name
from comity.surfaces.web.templatetags import desk

_TEXT_CHARS_MAX: Final = 100_000
_LANGUAGES: Final = (("en", "English"), ("zh-Hans", "简体中文"))
_BESIDE: Final = frozenset({"languages", "file"})
"""Kinds of elements whose value does not stand among the values."""


type _Maker = Callable[[Parts, Field], None]


def _told(form: Parts, words: Promise) -> str:
    """Return a hint with the names of those to whom it is said."""
    return summary.to_other(words, summary.listed(summary.opposite(form.found, form.own)))


def _code(form: Parts, field: Field) -> None:
    """Offer the codes of a closed list, of the one that decides those that may be said now."""
    codes = _sayable(form, field)
    none = [] if field.needed else [("", _("None"))]
    made: django_forms.Field = django_forms.ChoiceField(
        label=desk.said(field.words),
        choices=[*none, *((code, _code_words(form, field, code)) for code in codes)],
        widget=django_forms.RadioSelect,
        required=field.needed,
    )
    form.put(Group("fields", (field.key,)), {field.key: made})


def _sayable(form: Parts, field: Field) -> list[str]:
    decides = field is code_of(form.verb)
    return [code for code in field.known if not decides or code in form.possible.codes]


def _code_words(form: Parts, field: Field, code: str) -> str:
    """Return a code in the guideline's words, or those of the closed list; with what it asks."""
    guideline = form.found.guideline
    lists: Mapping[str, Mapping[str, Coded]] = (
        {
            acts.REFUSED: guideline.refusals,
            acts.CONSULTED: guideline.refusals,
            acts.POSTPONED: guideline.postponements,
        }
        if guideline
        else {}
    )
    agreed = lists.get(form.verb.tag, {}).get(code) if field.name == acts.REASON else None
    words = language.word(agreed.label if agreed else field.known[code])
    if form.verb.tag != acts.CONSULTED or not reasons.REFUSALS[code].consult:
        return words
    return gettext("%(reason)s (needed before refusing on it)") % {"reason": words}


def _items(form: Parts, _field: Field | None = None) -> None:
    names = form.possible.items
    if len(form.found.shown.state.items) < 2:  # noqa: PLR2004 -- one item is all of it
        return
    field = django_forms.MultipleChoiceField(
        label=_("Items"),
        choices=[(name, _item_words(form, name)) for name in names],
        widget=django_forms.CheckboxSelectMultiple,
        initial=[*names],
        error_messages={"required": _("Choose one item at least.")},
    )
    form.put(Group("fields", ("items",)), {"items": field})


def _item_words(form: Parts, name: str) -> str:
    asked = next((one.asked for one in content.items(form.found) if one.id == name), None)
    return f"{name}: {asked}" if isinstance(asked, str) else name


def _to(form: Parts, field: Field) -> None:
    """Let the asker choose among several that it can concern."""
    concerned = [
        track.party for track in form.found.shown.state.tracks if _CONCERNED[form.verb.tag](track)
    ]
    if len(concerned) < 2:  # noqa: PLR2004 -- one is all there are
        return
    names = ((one, parties.name_of(form.found.known, one)) for one in concerned)
    made = django_forms.MultipleChoiceField(
        label=desk.said(field.words),
        choices=[(one, language.word(name.names, name.id)) for one, name in names],
        widget=django_forms.CheckboxSelectMultiple,
        initial=concerned,
        error_messages={"required": _("Choose one party at least.")},
    )
    form.put(Group("fields", (field.key,)), {field.key: made})


def _has_decided_something(track: Track) -> bool:
    decided = any(one in state.DECIDED_ITEMS for one in track.items.values())
    return decided and track.status != status.WITHDRAWN


_CONCERNED: Final[Mapping[str, Callable[[Track], bool]]] = {
    acts.STATUS_ASKED: lambda track: track.status in status.OPEN,
    acts.CLOSED: lambda track: track.status in status.DECIDED,
    acts.REOPENED: _has_decided_something,
}
"""Which addressees an act can concern that names some."""


GIVEN: Final = "given"
PARTLY: Final = "partly"
NONE: Final = "none"
LATER: Final = "later"
_EXTENTS: Final = (
    (GIVEN, _("Given")),
    (PARTLY, _("Given in part, and there is no more")),
    (NONE, _("There is none")),
    (LATER, _("Not in this answer: later")),
)
"""What an answer says of an item; it says nothing until somebody chooses."""


def _values(form: Parts) -> None:
    for name in form.possible.items if form.found.shown.state.items else ():
        extent = django_forms.ChoiceField(
            label=_("What this answer gives of it"),
            choices=_EXTENTS,
            widget=django_forms.RadioSelect,
            error_messages={"required": _("Say of each item whether it is given.")},
        )
        value = django_forms.CharField(
            label=_("In words"),
            help_text=_("What it is, or why there is none. Leave it empty where a file says it."),
            widget=django_forms.Textarea(attrs={"rows": 2}),
            required=False,
            max_length=_TEXT_CHARS_MAX,
        )
        made = {f"{EXTENT}{name}": extent, f"{VALUE}{name}": value}
        form.put(Group("item", tuple(made), _item_words(form, name)), made)


def _findings(form: Parts, field: Field) -> None:
    rows = content.elements(form.found)
    guideline, content_ = form.found.guideline, form.found.reviewed.content
    kind = guideline.types.get(content_.type) if guideline else None
    asked = [one.element for one in kind.elements] if kind else []
    known = {one.id: one for one in rows}
    judged = form.found.reviewed.judged
    suggested = completeness_json.by_element(judged.findings) if judged else {}
    names = [*dict.fromkeys([*suggested, *known, *asked])]
    none = ("", _("In order"))
    choices = [none, *fields.chosen(reasons.DEFICIENCIES.values(), language.short())[1:]]
    made = {}
    for name in names:
        label = guideline.elements[name].label if guideline and name in guideline.elements else {}
        why = known[name].why if name in known else ""
        made[f"{ON}{name}"] = django_forms.ChoiceField(
            label=language.word(label, name),
            help_text=why,
            choices=choices,
            required=False,
            initial=suggested.get(name, ""),
        )
    legend = desk.said(field.words)
    hint = gettext("What the guideline finds is chosen already; change what you see otherwise.")
    wrong = tuple(name for name in made if name.removeprefix(ON) in suggested)
    rest = tuple(name for name in made if name not in wrong)
    form.put(Group("findings", wrong, legend, hint), made)
    form.put(Group("findings", rest, gettext("The other elements"), is_open=not wrong), {})


def _ratings(form: Parts, field: Field) -> None:
    """Make a field for each criterion of the guideline; what is not rated is left open."""
    guideline = form.found.guideline
    rated = fields.chosen(RATINGS.values(), language.short())[1:]
    made = {
        f"{RATE}{name}": django_forms.ChoiceField(
            label=language.word(one.label, name),
            help_text=language.word(one.help) if one.help else "",
            choices=[("", _("Not assessed")), *rated],
            required=False,
        )
        for name, one in (guideline.quality.items() if guideline else ())
    }
    legend = desk.said(field.words)
    hint = gettext("The criteria are those of the guideline; say why in words.")
    form.put(Group("findings", tuple(made), legend, hint), made)


def _agency(form: Parts, field: Field) -> None:
    home = form.found.home
    names = {one.id: one.names for one in form.found.agencies.get(form.own, ())}
    ids = [*dict.fromkeys([*names, *(home.agencies if home else ())])]
    made = django_forms.ChoiceField(
        label=desk.said(field.words),
        choices=[
            fields.NOT_CHOSEN,
            *((one, language.word(names.get(one, {}), one)) for one in ids),
        ],
    )
    form.put(Group("fields", (field.key,)), {field.key: made})


def _conditions(form: Parts, field: Field) -> None:
    guideline = form.found.guideline
    codes = [
        code
        for code in _sayable(form, field)
        if field.needed or guideline is None or code in guideline.conditions
    ]
    if not codes:
        return
    hint = (
        "" if field.needed else _told(form, _("Nothing is given before %(other)s accepted them."))
    )
    made = django_forms.MultipleChoiceField(
        label=desk.said(field.words),
        help_text=hint,
        choices=[(code, summary.condition_words(form.found, code)) for code in codes],
        widget=django_forms.CheckboxSelectMultiple,
        required=field.needed,
    )
    form.put(Group("fields", (field.key,)), {field.key: made})


def _about(form: Parts) -> None:
    ids = form.possible.about
    if not ids:
        hidden = django_forms.HiddenInput()
        form.fields["about"] = django_forms.CharField(required=False, widget=hidden)
        return
    choices = [(one, _act_words(form, one)) for one in ids]
    first = form.about if form.about in ids else ids[0]
    widget: Any = django_forms.HiddenInput if len(ids) == 1 else django_forms.Select
    field = django_forms.ChoiceField(
        label=_("Which act it is about"), choices=choices, initial=first, widget=widget
    )
    form.put(Group("fields", ("about",) if len(ids) > 1 else ()), {"about": field})


def _act_words(form: Parts, act_id: str) -> str:
    act = lanes.act(form.found, form.own, act_id)
    if act is None:
        return act_id
    at = f"{fields.at(act.at_ms):%Y-%m-%d %H:%M} UTC" if act.at_ms else "–"  # noqa: RUF001 -- the dash of what is not known
    party = language.word(act.author.names, act.author.id)
    told = {"party": party, "words": language.word(act.words), "at": at, "id": act_id[:8]}
    return gettext("%(party)s %(words)s, %(at)s (%(id)s)") % told


def _elements(form: Parts) -> None:
    """Make the fields of each element's value; what is wrong stands first and open."""
    found = form.found
    if found.shown.state.asker != form.own:
        return
    guideline, said = found.guideline, found.reviewed.content
    kind = guideline.types.get(said.type) if guideline else None
    asked = [one.element for one in kind.elements] if kind else [*said.elements]
    known = {one.id: one for one in content.elements(found, raw=True)}
    wrong = [name for name in asked if name in known and known[name].state != content.GIVEN]
    for name in dict.fromkeys([*wrong, *asked]):
        element = guideline.elements.get(name) if guideline else None
        check = element.check if element else None
        if check is not None and check.kind in _BESIDE:
            continue
        shaped = leaves.shape(check, said.elements.get(name))
        rows = [*leaves.leaves(shaped)]
        form.elements[name] = rows
        made = {
            leaf_name(name, leaf): leaf_fields.field(check, leaf, len(rows), found.known)
            for leaf in rows
        }
        hint = language.word(element.help) if element else ""
        legend = language.word(element.label) if element else name
        form.put(Group("element", tuple(made), legend, hint, is_open=name in wrong), made)


def _instant(form: Parts, field: Field) -> None:
    made = fields.Instant(label=desk.said(field.words), required=field.needed)
    form.put(Group("fields", (field.key,)), {field.key: made})


def _other(form: Parts, field: Field) -> None:
    made = django_forms.RegexField(
        rf"\A(?:{table.SHAPES[field.kind].pattern})\Z",
        label=desk.said(field.words),
        help_text=desk.said(field.hint or {}),
    )
    form.put(Group("fields", (field.key,)), {field.key: made})


def _text(form: Parts) -> None:
    own = language.tag()
    other = next(code for code, _name in _LANGUAGES if code != own)
    area = django_forms.Textarea(attrs={"rows": 6})
    made: dict[str, django_forms.Field] = {
        "text": django_forms.CharField(
            label=_("In words"),
            help_text=_("The original; it is authoritative."),
            widget=area,
            required=False,
            max_length=_TEXT_CHARS_MAX,
        ),
        "text_lang": django_forms.ChoiceField(
            label=_("Language"), choices=_LANGUAGES, initial=own, required=False
        ),
        "translation": django_forms.CharField(
            label=_("Translation"),
            widget=django_forms.Textarea(attrs={"rows": 6}),
            required=False,
            max_length=_TEXT_CHARS_MAX,
        ),
        "translation_lang": django_forms.ChoiceField(
            label=_("Language of the translation"),
            choices=_LANGUAGES,
            initial=other,
            required=False,
        ),
        "translation_by": django_forms.CharField(
            label=_("Who translated it"), required=False, max_length=200
        ),
        "mark": django_forms.ChoiceField(
            label=_("Handling mark"),
            choices=fields.MARKS,
            initial=_suggested_mark(form),
            required=False,
        ),
    }
    form.put(Group("texts", tuple(made)), made)


def _suggested_mark(form: Parts) -> str:
    """The mark of the request where it is narrower than the usual one: few answers say less."""
    both = marks.narrowest_of(filter(None, (summary.mark(form.found), fields.MARK_DEFAULT)))
    return f"TLP:{marks.parse(both).tlp}"


def _hold(form: Parts) -> None:
    field = django_forms.BooleanField(
        label=_("Keep it as a draft first: only your agency sees it"), required=False
    )
    form.put(Group("fields", ("hold",)), {"hold": field})


_OF_KEY: Final[Mapping[str, _Maker]] = {
    "agency": _agency,
    "conditions": _conditions,
    "findings": _findings,
    "items": _items,
    "ratings": _ratings,
    "steps": step_fields.put,
    **dict.fromkeys(("sums", "units", "reasons", "times"), step_fields.nothing),
    "to": _to,
}
_OF_KIND: Final[Mapping[str, _Maker]] = {
    table.CODE: _code,
    table.MATTER: _other,
    table.TIME: _instant,
}


def fill(form: Parts) -> None:
    """Give a form the fields of its verb: the act, what it says, the file number, the words."""
    verb = form.verb
    if any(one.kind == table.ACT for one in verb.asks):
        _about(form)
    if verb.tag == acts.ANSWERED:
        _values(form)
    own = [one for one in verb.fields if one.name == acts.OWN_REFERENCE]
    for field in verb.fields:
        if field.kind != table.ACT and field not in own:
            (_OF_KEY.get(field.key) or _OF_KIND[field.kind])(form, field)
    if verb.file and verb.tag != acts.ANSWERED:
        _elements(form)
    for field in own:
        reference.put(form, field)
    _text(form)
    _hold(form)
