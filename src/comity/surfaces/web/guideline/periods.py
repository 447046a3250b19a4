"""The periods of the guideline as a table: whoever reads it changes one without any YAML.

The table is made of the text in force, or of the one that comes with the program; what it becomes
is shown with every difference, and is proposed as any other text is.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms as fields
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from comity.acts.urgencies import URGENCIES
from comity.clocks.term import AMOUNT_MAX
from comity.joint.guideline import periods
from comity.joint.guideline.model import Guideline, Length
from comity.joint.guideline.periods import Key, Period
from comity.joint.text import acts
from comity.kernel.legal_text import Words
from comity.rooms.guideline import desk as texts
from comity.rooms.guideline.desk import texts as held
from comity.surfaces.web import forms as web_forms
from comity.surfaces.web.guideline import clauses, say
from comity.surfaces.web.guideline import place as places
from comity.surfaces.web.guideline.place import Place
from comity.surfaces.web.templatetags import desk as tags

_UNITS: Final = tuple(
    Length(1, unit, of)
    for unit in periods.UNITS
    for of in (("addressee", "asker") if unit == periods.WORKING_DAYS else ("",))
)
_VERSION: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def _code(one: Length) -> str:
    return f"{one.unit}/{one.of}"


class Edit(web_forms.Form):
    """Every period, and the version of the text that it becomes."""

    version = fields.RegexField(
        f"^{_VERSION}$",
        label=_("Version of the changed text"),
        help_text=_("Letters, digits, dots, hyphens: another one than now."),
        max_length=64,
    )

    def __init__(self, every: tuple[Period, ...], version: str, *args: Any) -> None:  # noqa: ANN401 -- as Django has them
        super().__init__(*args)
        self._every = every
        self.fields["version"].initial = f"{version}.1"
        self._version = version
        for at, one in enumerate(every):
            named = " · ".join(filter(None, one.key))
            self.fields[f"amount-{at}"] = fields.IntegerField(
                label=gettext("How many: %(what)s") % {"what": named},
                min_value=1,
                max_value=AMOUNT_MAX,
                initial=one.length.amount,
            )
            self.fields[f"unit-{at}"] = fields.ChoiceField(
                label=gettext("Of what: %(what)s") % {"what": named},
                choices=[*_choices(one.length)],
                initial=_code(one.length),
            )

    def clean_version(self) -> str:
        """Demand another version: two texts of one name would be taken for each other."""
        given: str = self.cleaned_data["version"]
        if given == self._version:
            raise fields.ValidationError(_("Give another version than the text has now."))
        return given

    def lengths(self) -> Mapping[Key, Length]:
        """Return how long everything may take, as it was filled in."""
        return {one.key: self._length(at) for at, one in enumerate(self._every)}

    def _length(self, at: int) -> Length:
        unit, _slash, of = self.cleaned_data[f"unit-{at}"].partition("/")
        return Length(self.cleaned_data[f"amount-{at}"], unit, of)


def _choices(now: Length) -> Iterator[tuple[str, str]]:
    """Give what may be counted: what the text has, and each that a guideline knows."""
    known = {_code(one): one for one in (*_UNITS, now)}
    for code, one in known.items():
        said = clauses.length(Length(1, one.unit, one.of))
        yield code, tags.said(said).removeprefix("1 ")


@dataclass(frozen=True, slots=True)
class Cell:
    """One period of a row.

    Attributes:
        urgency: its code.
        amount: its field.
        unit: its field.
    """

    urgency: str
    amount: BoundField
    unit: BoundField


@dataclass(frozen=True, slots=True)
class Line:
    """The periods of one clock.

    Attributes:
        type: what is asked, in words; None for all that have no own.
        clock: what is timed, in words.
        cells: by urgency.
    """

    type: Words | None
    clock: Words
    cells: tuple[Cell, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, arrangement: str, name: str) -> HttpResponse:
    """Show the periods; what they become is shown on the page where it is proposed."""
    where = places.of(request, arrangement, name)
    if name != acts.MAIN:
        raise Http404
    data = _text(where)
    guideline = texts.read(where.node.rooms, name, data, name)
    assert isinstance(guideline, Guideline)
    every = periods.of(data)
    given = (request.POST,) if request.method == "POST" else ()
    form = Edit(every, guideline.version, *given)
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"]
        return say.offer(request, where, periods.changed(data, version, form.lengths()))
    context = {
        "place": where,
        "version": guideline.version,
        "lines": tuple(_lines(guideline, every, form)),
        "urgencies": URGENCIES,
    }
    return web_forms.shown(request, "guideline/periods.html", form, context)


def _text(where: Place) -> bytes:
    """Return the text in force; the one that comes with the program where none is."""
    current = held.show(where.node, where.stand).in_force
    return texts.data_of(where.node, current.sha256) if current else texts.shipped()


def _lines(guideline: Guideline, every: tuple[Period, ...], form: Edit) -> Iterator[Line]:
    """Give a line for each clock, and for each type that has periods of its own."""
    rows: dict[tuple[str, str], list[Cell]] = {}
    for at, one in enumerate(every):
        kind, clock, urgency = one.key
        cell = Cell(urgency, form[f"amount-{at}"], form[f"unit-{at}"])
        rows.setdefault((kind, clock), []).append(cell)
    labels = {one.id: one.label for one in guideline.types.values()}
    for (kind, clock), cells in rows.items():
        yield Line(labels.get(kind), guideline.clocks[clock].label, tuple(cells))
