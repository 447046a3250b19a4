"""Forms of the joint texts.

Floor: surfaces.
"""

from datetime import UTC, datetime
from typing import Any, Final, override

from django import forms as fields
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.joint.text import acts
from comity.kernel import limits
from comity.surfaces.web import forms
from comity.surfaces.web.verb_form import VerbForm

SHIPPED, FILE, TYPED = "shipped", "file", "typed"
LETTER_CHARS_MAX: Final = 20_000
_LANGUAGES: Final = [("en", "English"), ("zh", "中文")]
_SOURCES: Final = [
    (SHIPPED, _("The bilingual guideline that comes with this program")),
    (FILE, _("A file in YAML or JSON")),
    (TYPED, _("The text below")),
]


def ms_of(day: Any) -> int:  # noqa: ANN401 -- a date of a form, or None
    """Return midnight UTC of a day, milliseconds since 1970; 0 for none."""
    if day is None:
        return 0
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1_000)


class Letter(forms.Form):
    """A covering letter, sealed to the parties of the channel."""

    letter = fields.CharField(
        label=_("Covering letter"),
        help_text=_("Crosses with the act, sealed to the parties."),
        widget=fields.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=LETTER_CHARS_MAX,
    )
    letter_language = fields.ChoiceField(
        label=_("Language of the letter"), choices=_LANGUAGES, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as Django has them
        super().__init__(*args, **kwargs)
        self.fields["letter_language"].initial = (get_language() or "en").partition("-")[0]


class Propose(Letter):
    """A text that is proposed: the one that ships, a file, or what is typed."""

    field_order = ("source", "file", "yaml", "from_day", "letter", "letter_language")

    source = fields.ChoiceField(
        label=_("Which text"),
        choices=_SOURCES,
        widget=fields.RadioSelect,
    )
    file = fields.FileField(label=_("File"), required=False, widget=fields.FileInput)
    yaml = fields.CharField(
        label=_("Text"),
        widget=fields.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "gl-yaml"}),
        required=False,
        strip=False,
        max_length=limits.WRITTEN_BYTES_MAX,
    )
    from_day = fields.DateField(
        label=_("In force from, at the earliest"),
        help_text=_("Midnight UTC of that day. Empty: as the text says, or once all have adopted."),
        widget=fields.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as above
        super().__init__(*args, **kwargs)
        if name != acts.MAIN:
            source = self.fields["source"]
            assert isinstance(source, fields.ChoiceField)
            source.choices = _SOURCES[1:]

    @override
    def clean(self) -> dict[str, Any]:
        """Demand what the chosen source needs, and that no other text was given beside it.

        The text that ships is chosen at first: who picks a file and forgets that would propose it.
        """
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("source") in (SHIPPED, TYPED) and given.get("file"):
            self.add_error("source", _("A file was chosen too. Say which text is meant."))
        elif given.get("source") == SHIPPED and (given.get("yaml") or "").strip():
            self.add_error("source", _("A text was written too. Say which is meant, or empty it."))
        if given.get("source") == FILE and not given.get("file"):
            self.add_error("file", _("Choose a file."))
        elif given.get("source") == FILE and given["file"].size > limits.WRITTEN_BYTES_MAX:
            self.add_error("file", _("The file is too large for a text that people wrote."))
        if given.get("source") == TYPED and not (given.get("yaml") or "").strip():
            self.add_error("yaml", _("Write or paste the text."))
        return given


class Adopt(VerbForm):
    """An adoption of a text that was read."""

    has_read = fields.BooleanField(label=_("I have read the text whose hash stands above."))
