"""The fields that a form of a verb can have, each made from the request and its guideline.

    MAKERS["reason"](form)      puts the closed list of the verb, in the guideline's words

What the row of a verb names is made here, once for all verbs.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms as django_forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts import marks
from comity.joint.guideline.model import Coded
from comity.joint.request import effects, reasons, state
from comity.joint.request import table as status
from comity.joint.request.codes import CONDITIONS, RATINGS
from comity.joint.request.reasons import Reason
from comity.node.desk import completeness_json
from comity.node.room import parties
from comity.surfaces.web import fields
from comity.surfaces.web.request import (
    content,
    lanes,
    language,
    leaf_fields,
    leaves,
    reference,
    summary,
)
from comity.surfaces.web.request import row as table
from comity.surfaces.web.request.parts import ON, RATE, VALUE, Group, Parts, leaf_name

_TEXT_CHARS_MAX: Final = 100_000
_LANGUAGES: Final = (("en", "English"), ("zh-Hans", "简体中文"))
_BESIDE: Final = frozenset({"languages", "file"})
"""Kinds of elements whose value does not stand among the values."""

_REASON_MAY: Final = frozenset({effects.FIND_DEFICIENT})


type _Maker = Callable[[Parts], None]


def _told(form: Parts, words: Promise) -> str:
    """Return a hint with the names of those to whom it is said."""
    return summary.to_other(words, summary.listed(summary.opposite(form.found, form.own)))


def _nothing(form: Parts) -> None:
    pass


def _reason(form: Parts) -> None:
    known = form.verb.reasons or {}
    codes = [code for code in known if code in form.possible.codes]
    is_needed = form.verb.name not in _REASON_MAY
    choices = [(code, _reason_words(form, known[code])) for code in codes]
    none = [] if is_needed else [("", _("Nothing is wrong with the whole"))]
    made: django_forms.Field = django_forms.ChoiceField(
        label=str(form.verb.reason_label),
        choices=[*none, *choices],
        widget=django_forms.RadioSelect,
        required=is_needed,
    )
    form.put(Group("fields", ("reason",)), {"reason": made})


def _reason_words(form: Parts, one: Reason) -> str:
    """Return a code in the guideline's words, or those of the closed list; with what it asks."""
    guideline = form.found.guideline
    lists: Mapping[int, Mapping[str, Coded]] = (
        {
            id(reasons.REFUSALS): guideline.refusals,
            id(reasons.POSTPONEMENTS): guideline.postponements,
            id(CONDITIONS): guideline.conditions,
        }
        if guideline
        else {}
    )
    agreed = lists.get(id(form.verb.reasons), {}).get(one.code)
    words = language.word(agreed.label if agreed else {"en": one.en, "zh": one.zh})
    needs = form.verb.name == effects.CONSULT and one.consult
    if not needs:
        return words
    return gettext("%(reason)s (needed before refusing on it)") % {"reason": words}


def _items(form: Parts) -> None:
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


def _to(form: Parts) -> None:
    """Let the asker choose among several that have decided something."""
    closes = form.verb.name == effects.CLOSE
    decided = [
        track.party
        for track in form.found.shown.state.tracks
        if (
            track.status in status.DECIDED
            if closes
            else track.status != status.WITHDRAWN
            and any(one in state.DECIDED_ITEMS for one in track.items.values())
        )
    ]
    if len(decided) < 2:  # noqa: PLR2004 -- one is all there are
        return
    names = ((one, parties.name_of(form.found.known, one)) for one in decided)
    field = django_forms.MultipleChoiceField(
        label=_("Which parties it concerns"),
        choices=[(one, language.word(name.names, name.id)) for one, name in names],
        widget=django_forms.CheckboxSelectMultiple,
        initial=decided,
        error_messages={"required": _("Choose one party at least.")},
    )
    form.put(Group("fields", ("to",)), {"to": field})


def _values(form: Parts) -> None:
    _items(form)
    names = [name for name in form.possible.items if form.found.shown.state.items]
    made = {
        f"{VALUE}{name}": django_forms.CharField(
            label=_item_words(form, name),
            widget=django_forms.Textarea(attrs={"rows": 2}),
            required=False,
            max_length=_TEXT_CHARS_MAX,
        )
        for name in names
    }
    legend = gettext("What is given for each item")
    hint = gettext("In words, or leave it empty where the files say it.")
    form.put(Group("fields", tuple(made), legend, hint), made)
    if len(names) == 1 and "items" not in form.fields:
        form.fields["items"] = django_forms.MultipleChoiceField(
            choices=[(names[0], names[0])], initial=names, widget=django_forms.MultipleHiddenInput
        )


def _partial(form: Parts) -> None:
    field = django_forms.BooleanField(label=_("More is to come for these items"), required=False)
    form.put(Group("fields", ("partial",)), {"partial": field})


def _findings(form: Parts) -> None:
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
    legend = gettext("What is missing or wrong")
    hint = gettext("What the guideline finds is chosen already; change what you see otherwise.")
    wrong = tuple(name for name in made if name.removeprefix(ON) in suggested)
    rest = tuple(name for name in made if name not in wrong)
    form.put(Group("findings", wrong, legend, hint), made)
    form.put(Group("findings", rest, gettext("The other elements"), is_open=not wrong), {})


def _ratings(form: Parts) -> None:
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
    legend = gettext("How far each criterion is met")
    hint = gettext("The criteria are those of the guideline; say why in words.")
    form.put(Group("findings", tuple(made), legend, hint), made)


def _agency(form: Parts) -> None:
    home = form.found.home
    names = {one.id: one.names for one in form.found.agencies.get(form.own, ())}
    ids = [*dict.fromkeys([*names, *(home.agencies if home else ())])]
    field = django_forms.ChoiceField(
        label=_("Agency"),
        choices=[
            fields.NOT_CHOSEN,
            *((one, language.word(names.get(one, {}), one)) for one in ids),
        ],
    )
    form.put(Group("fields", ("agency",)), {"agency": field})


def _conditions(form: Parts) -> None:
    guideline = form.found.guideline
    codes = [code for code in CONDITIONS if guideline is None or code in guideline.conditions]
    if not codes:
        return
    field = django_forms.MultipleChoiceField(
        label=_("On these conditions"),
        help_text=_told(form, _("Nothing is given before %(other)s accepted them.")),
        choices=[(code, summary.condition_words(form.found, code)) for code in codes],
        widget=django_forms.CheckboxSelectMultiple,
        required=False,
    )
    form.put(Group("fields", ("conditions",)), {"conditions": field})


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


def _instant(name: str, label: Any, *, needed: bool = True) -> _Maker:  # noqa: ANN401 -- a lazy text
    def make(form: Parts) -> None:
        made = fields.Instant(label=label, required=needed)
        form.put(Group("fields", (name,)), {name: made})

    return make


def _other(form: Parts) -> None:
    field = django_forms.CharField(
        label=_("The other request"),
        help_text=_("The beginning of its id, or its file number."),
        min_length=4,
        max_length=120,
    )
    form.put(Group("fields", ("other",)), {"other": field})


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


MAKERS: Final[Mapping[str, _Maker]] = {
    table.REFERENCE: reference.put,
    table.REASON: _reason,
    table.ITEMS: _items,
    table.TO: _to,
    table.VALUES: _values,
    table.PARTIAL: _partial,
    table.FINDINGS: _findings,
    table.RATINGS: _ratings,
    table.AGENCY: _agency,
    table.CONDITIONS: _conditions,
    table.ABOUT: _about,
    table.ELEMENTS: _elements,
    table.REVIEW: _instant("review", _("When it is reviewed")),
    table.EXPECTED: _instant("expected", _("When more is expected"), needed=False),
    table.ANSWER_BY: _instant("answer_by", _("Until when an answer is waited for")),
    table.OTHER: _other,
    table.WORDS: _text,
}


def fill(form: Parts) -> None:
    """Give a form the fields that the row of its verb names."""
    for name in form.verb.fields:
        MAKERS.get(name, _nothing)(form)
    if table.WORDS in form.verb.fields:
        _hold(form)
