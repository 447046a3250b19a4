"""Fields that several rooms ask for: instants, codes of closed lists, handling marks.

Floor: surfaces.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, override

from django import forms
from django.forms.utils import to_current_timezone
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts import marks
from comity.acts.reason import Reason

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
UTC_NAME: Final = "UTC"
_WRITTEN: Final = "%Y-%m-%dT%H:%M"

_FIRST, _LAST = date(1970, 1, 1), date(2999, 12, 31)

MARKS: Final = tuple((f"TLP:{word}", f"TLP:{word}") for word in marks.TLP)
MARK_DEFAULT: Final = "TLP:AMBER+STRICT"
NOT_CHOSEN: Final = ("", _("Choose one"))


def at(at_ms: int) -> datetime:
    """Return an instant in UTC."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def _zone_words() -> str:
    name = timezone.get_current_timezone_name()
    return gettext("In UTC.") if name == UTC_NAME else gettext("Time in %s.") % name


class Instant(forms.DateTimeField):
    """An instant, read in the zone of `in_zone`, else in UTC; its value is ms since 1970 UTC."""

    widget = forms.DateTimeInput(format=_WRITTEN, attrs={"type": "datetime-local"})

    def __init__(self, **rest: Any) -> None:  # noqa: ANN401 -- whatever a field takes
        rest.setdefault("help_text", lazy(_zone_words, str)())
        super().__init__(**rest)

    @override
    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return None if found is None else (found - _EPOCH) // timedelta(milliseconds=1)

    @override
    def prepare_value(self, value: Any) -> Any:
        return to_current_timezone(at(value)) if isinstance(value, int) else value


class Day(forms.DateField):
    """A whole day by the clock of `in_zone`, else of UTC; its value is a date, see `day_ms`."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **rest: Any) -> None:  # noqa: ANN401 -- whatever a field takes
        rest.setdefault("help_text", lazy(_zone_words, str)())
        super().__init__(**rest)

    @override
    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not _FIRST <= value <= _LAST:
            raise forms.ValidationError(_("Choose a day from 1970 to 2999."), code="invalid")


def day_ms(day: date | None, *, is_over: bool = False) -> int | None:
    """Return the first instant of a day, or of the day after it; None of no day."""
    if day is None:
        return None
    start = day + timedelta(days=1) if is_over else day
    zone = timezone.get_current_timezone()
    return int(datetime(start.year, start.month, start.day, tzinfo=zone).timestamp()) * 1_000


def chosen(
    reasons: Iterable[Reason], words: str, *, needed: bool = True
) -> Sequence[tuple[str, Any]]:
    """Return the choices of a closed list in a language, `en` or `zh`, with the way to choose none.

    Args:
        reasons: of the list, in its order.
        words: the language.
        needed: whether one has to be chosen.
    """
    found = [(one.code, one.zh if words == "zh" else one.en) for one in reasons]
    none = NOT_CHOSEN if needed else ("", "–")  # noqa: RUF001 -- the dash of what is left out
    return [none, *found]


class Files(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """A field of several files."""

    @override
    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return every file that was chosen; one at least where the field is required."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFiles, self).clean(one, initial) for one in given or [None]]
