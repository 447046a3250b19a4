"""What can be said of a case, each with its form.

    BY_NAME["priority"]  -> Verb("priority", "Propose a priority", Level, …)

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django import forms as fields
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.acts import shape
from comity.joint.case import acts
from comity.joint.case.acts import Step
from comity.kernel.ijson import Json
from comity.node.desk.case import say
from comity.node.desk.case.read import Shown
from comity.node.desk.case.say import Reporting, Who
from comity.node.room import request_file
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.surfaces.web import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise as _StrPromise

REFERENCE_CHARS_MAX: Final = 120
TEXT_CHARS_MAX: Final = 20_000
IDS_CHARS_MAX: Final = 4_000
ID_CHARS_MAX: Final = 26


def _coded(known: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    language = "zh" if (get_language() or "en").startswith("zh") else "en"
    return [(code, both[language]) for code, both in known.items()]


def _choice(
    label: "_StrPromise | str", known: Mapping[str, Mapping[str, str]]
) -> fields.ChoiceField:
    return fields.ChoiceField(label=label, choices=lambda: _coded(known), widget=fields.RadioSelect)


class Answer(forms.Form):
    """Says something of what another party proposed: of that which its reader was shown."""

    about = fields.CharField(widget=fields.HiddenInput, required=False, max_length=ID_CHARS_MAX)


class Open(forms.Form):
    """A case that is opened."""

    own_reference = fields.CharField(label=_("File number of ours"), max_length=REFERENCE_CHARS_MAX)
    crime_type = fields.ChoiceField(label=_("Type of crime"), required=False)
    requests = fields.CharField(
        label=_("Requests in it"),
        help_text=_("Ids or file numbers, one on each line."),
        required=False,
        max_length=IDS_CHARS_MAX,
        widget=fields.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, crimes: list[tuple[str, str]], data: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data)
        chosen = self.fields["crime_type"]
        assert isinstance(chosen, fields.ChoiceField)
        chosen.choices = [("", "–"), *crimes]  # noqa: RUF001 -- the dash of nothing


class Requests(forms.Form):
    """Requests that are put in, or taken out."""

    requests = fields.CharField(
        label=_("Requests"),
        help_text=_("Ids or file numbers, one on each line."),
        max_length=IDS_CHARS_MAX,
        widget=fields.Textarea(attrs={"rows": 4}),
    )


class Reference(forms.Form):
    """A file number of ours."""

    own_reference = fields.CharField(label=_("File number of ours"), max_length=REFERENCE_CHARS_MAX)


class Level(forms.Form):
    """A level of priority, and why."""

    level = _choice(_("Level"), acts.LEVELS)
    reason = _choice(_("Why"), acts.PRIORITY_REASONS)


class Declinal(Answer):
    """Why a level is declined."""

    reason = _choice(_("Why"), acts.PRIORITY_DECLINALS)


class Dispute(Answer):
    """Why a report is disputed."""

    reason = _choice(_("Why"), acts.DISPUTES)


class Closing(forms.Form):
    """Why a case is closed."""

    reason = _choice(_("Why"), acts.CLOSINGS)


class Reopening(forms.Form):
    """Why a case is taken up again."""

    reason = _choice(_("Why"), acts.REOPENINGS)


class Report(forms.Form):
    """A joint status report: for which dialogue, who does what next, the text that is agreed."""

    dialogue = fields.RegexField(
        shape.NAME,
        label=_("For which dialogue"),
        help_text=_("A short name that both sides use: 2026-12."),
        max_length=63,
    )
    english = fields.CharField(
        label=_("Text in English"),
        max_length=TEXT_CHARS_MAX,
        widget=fields.Textarea(attrs={"rows": 6, "lang": "en"}),
    )
    chinese = fields.CharField(
        label=_("Text in Chinese"),
        max_length=TEXT_CHARS_MAX,
        widget=fields.Textarea(attrs={"rows": 6, "lang": "zh-Hans"}),
    )

    def __init__(self, shown: Shown, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.parties = shown.state.parties
        for party in self.parties:
            self.fields[f"next_{party}"] = _choice(
                _("Next step of %(party)s") % {"party": party}, acts.NEXT_STEPS
            )
            self.fields[f"owner_{party}"] = fields.SlugField(
                label=_("Agency of %(party)s that takes it") % {"party": party}, max_length=63
            )
            self.fields[f"due_{party}"] = fields.DateField(
                label=_("By when, %(party)s") % {"party": party},
                required=False,
                widget=fields.DateInput(attrs={"type": "date"}),
            )

    def steps(self) -> tuple[Step, ...]:
        """Return what each party does next."""
        given = self.cleaned_data
        return tuple(
            Step(
                party,
                given[f"next_{party}"],
                given[f"owner_{party}"],
                None if (day := given[f"due_{party}"]) is None else _ms(day),
            )
            for party in self.parties
        )

    def texts(self, by: str) -> Words:
        """Return the text in both languages: both are original, since both are agreed."""
        written: list[Json] = [
            {"lang": lang, "text": self.cleaned_data[name], "by": by, "original": True}
            for lang, name in (("en", "english"), ("zh-Hans", "chinese"))
        ]
        return Words(
            request_file.from_json({"texts": written}, request_file.ANSWER, "report"), key=self.key
        )


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be said of a case.

    Attributes:
        name: in the address.
        label: on the button.
        form: what it asks.
        act: says it.
    """

    name: str
    label: Promise
    form: type[forms.Form]
    act: Callable[[Who, Any, str], Result]


def lines(text: str) -> list[str]:
    """Return what stands on each line, without what is empty."""
    return [one for raw in text.splitlines() if (one := raw.strip())]


def _key(form: forms.Form) -> Words:
    return Words(key=form.key)


VERBS: Final = (
    Verb(
        "group", _("Put requests in"), Requests,
        lambda who, f, _by: say.group(who, lines(f.cleaned_data["requests"]), _key(f)),
    ),
    Verb(
        "ungroup", _("Take requests out"), Requests,
        lambda who, f, _by: say.group(
            who, lines(f.cleaned_data["requests"]), _key(f), is_out=True
        ),
    ),
    Verb(
        "reference", _("Give our file number"), Reference,
        lambda who, f, _by: say.refer(who, f.cleaned_data["own_reference"], _key(f)),
    ),
    Verb(
        "priority", _("Propose a priority"), Level,
        lambda who, f, _by: say.propose_priority(
            who, f.cleaned_data["level"], f.cleaned_data["reason"], _key(f)
        ),
    ),
    Verb(
        "agree-priority", _("Agree to the priority"), Answer,
        lambda who, f, _by: say.agree_priority(who, _key(f), f.cleaned_data["about"]),
    ),
    Verb(
        "decline-priority", _("Decline the priority"), Declinal,
        lambda who, f, _by: say.decline_priority(
            who, f.cleaned_data["reason"], _key(f), f.cleaned_data["about"]
        ),
    ),
    Verb(
        "report", _("Propose a status report"), Report,
        lambda who, f, by: say.report(
            who, Reporting(f.cleaned_data["dialogue"], f.steps()), f.texts(by)
        ),
    ),
    Verb(
        "agree-report", _("Agree to the report"), Answer,
        lambda who, f, _by: say.agree_report(who, _key(f), f.cleaned_data["about"]),
    ),
    Verb(
        "dispute-report", _("Dispute the report"), Dispute,
        lambda who, f, _by: say.dispute_report(
            who, f.cleaned_data["reason"], _key(f), f.cleaned_data["about"]
        ),
    ),
    Verb(
        "close", _("Close the case"), Closing,
        lambda who, f, _by: say.close(who, f.cleaned_data["reason"], _key(f)),
    ),
    Verb(
        "reopen", _("Take it up again"), Reopening,
        lambda who, f, _by: say.reopen(who, f.cleaned_data["reason"], _key(f)),
    ),
)  # fmt: skip

BY_NAME: Final = MappingProxyType({one.name: one for one in VERBS})
