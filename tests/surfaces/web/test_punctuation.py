"""What touches on a page is written over several lines of its template."""

from collections.abc import Iterator

import pytest
from django.template import engines
from django.utils import translation
from support import stores

NAMES = """{% tight %}
  {% for one in names %}
    {% if one == "b c" %}<b title="{% bracketed %}
      {{ one }}
    {% endbracketed %}">{{ one }}</b> and
    {% else %}
      {{ one }}
    {% endif %}
    {% if not forloop.last %}{% comma %}{% endif %}
  {% endfor %}
{% endtight %}."""


@pytest.fixture(autouse=True)
def _django() -> Iterator[None]:
    stores._configure()
    with translation.override("en"):
        yield


def test_what_is_tight_has_the_gaps_of_its_lines_and_no_newline_of_the_template() -> None:
    """Inside conditions and loops too; what a value holds is left as it is."""
    shown = engines["django"].from_string(NAMES).render({"names": ["a", "b c", "d\n  e"]})
    assert shown == 'a, <b title=" (b c)">b c</b> and, d\n  e.'
