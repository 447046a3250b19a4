"""What pages say: both languages whole, no name that breaks out of its place."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import override

import pytest
from django.template import engines
from django.utils import translation
from support import stores

from comity.node.overview import notice
from comity.node.overview.notice import Notice
from comity.node.overview.party import PartyName
from comity.surfaces.web import instants, words
from tools import messages
from tools.messages import __main__ as catalogue

LANGUAGES = ("en", "zh-hans")


@pytest.fixture(autouse=True)
def _django() -> None:
    stores._configure()


def render(source: str, **context: object) -> str:
    """Render a template of one line."""
    return engines["django"].from_string(source).render(context)


class Tags(HTMLParser):
    """Collects the tags that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.add(tag)


def test_the_catalogue_is_whole() -> None:
    """Every sentence is said in Chinese, none is fuzzy or obsolete, and it is compiled."""
    assert messages.__doc__
    if not catalogue.has_programs():
        pytest.skip("GNU gettext is not installed: apt-get install gettext")
    found = catalogue.problems()
    assert not found, "\n".join(["run `python -m tools.messages --write`", *found])


def test_every_notice_and_code_has_words_in_both_languages() -> None:
    """No code is shown to a reader as it is; Chinese is not English."""
    for code in notice.CODES:
        for side in notice.SIDES:
            told = words.told(Notice(code, side))
            both = []
            for language in LANGUAGES:
                with translation.override(language):
                    both.append((str(told.title), str(told.step)))
            assert both[0][0] != both[1][0]
            assert both[0][1] != both[1][1]
    for table in words.GROUPS.values():
        for word in table.values():
            with translation.override("zh-hans"):
                assert str(word)
                assert not str(word).isascii()


def test_no_string_breaks_out_of_its_place(test_data: Path) -> None:
    """What a peer or a person wrote is text, whatever it looks like, and isolated."""
    for naughty in json.loads((test_data / "blns.json").read_text(encoding="utf-8")):
        one = PartyName("aa", {"en": naughty or "x"}, is_own=False)
        source = (
            '{% party one %}{{ word|breaking }}{% tag "log" word %}{{ word|purpose }}'
            "{{ word|word:'urgency' }}{% notice_title notice %}"
        )
        title = Notice(notice.SILENT, notice.UNCLEAR, one)
        shown = Tags()
        shown.feed(render(source, one=one, word=naughty, notice=title))
        assert shown.found <= {"bdi", "strong", "wbr"}, naughty
        assert shown.found >= {"bdi", "strong"}


def test_a_name_is_in_the_readers_language_or_marked_as_another() -> None:
    """A reader hears a name in the language it is written in."""
    both = PartyName("sy", {"en": "Sylvania", "zh-Hans": "西尔瓦尼亚"}, is_own=False)
    one = PartyName("bo", {"fr": "Bordurie"}, is_own=False)
    none = PartyName("zz", {}, is_own=False)
    with translation.override("zh-hans"):
        assert render("{% party p %}", p=both) == '<bdi lang="zh-Hans">西尔瓦尼亚</bdi>'
        assert render("{% party p %}", p=one) == '<bdi lang="fr">Bordurie</bdi>'
    assert render("{% party p %}", p=both) == '<bdi lang="en">Sylvania</bdi>'
    assert render("{% party p %}", p=none) == "<bdi>zz</bdi>"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"), (1, "1 second ago"), (119, "119 seconds ago"), (120, "2 minutes ago"),
        (7_199, "119 minutes ago"), (7_200, "2 hours ago"), (172_800, "2 days ago"),
        (-60, "in 60 seconds"), (-7_200, "in 2 hours"),
    ],
)  # fmt: skip
def test_an_instant_is_told_in_one_unit(seconds: int, said: str) -> None:
    """How long ago, or how soon; never more than one unit."""
    at_ms = 1_764_000_000_000
    assert instants.relative(at_ms, at_ms + seconds * 1_000) == said


def test_an_instant_is_utc_and_one_that_no_calendar_has_is_a_number() -> None:
    """A peer's clock may say anything."""
    assert instants.iso(1_764_000_000_999) == "2025-11-24T16:00:00Z"
    assert instants.iso((1 << 53) - 1) == str(((1 << 53) - 1) // 1_000)
