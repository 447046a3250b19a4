"""What pages say: both languages whole, no name that breaks out of its place."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import override

import pytest
from django.template import engines
from django.utils import translation
from support import stores

from comity.boot.rooms import ROOMS
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem
from comity.node.operate import alarm_steps
from comity.node.operate.overview import notice
from comity.node.operate.overview.notice import Notice
from comity.node.room.parties import PartyName
from comity.surfaces.web import instants, words
from comity.surfaces.web.locallog import words as steps
from comity.surfaces.web.templatetags import drafts
from tools import messages
from tools.check import codes, flaws
from tools.check.source import python
from tools.messages import __main__ as catalogue
from tools.messages import bare

LANGUAGES = ("en", "zh-hans")


@pytest.fixture(autouse=True)
def _django() -> Iterator[None]:
    """Read as an English reader; a page of another test may have left its language."""
    stores._configure()
    with translation.override("en"):
        yield


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


def test_every_code_and_every_rule_is_told_in_chinese() -> None:
    """Whatever stops a reader, they read in their language what has happened and what to do."""
    every = {*codes.every(python()), *flaws.rules(python()), *alarm_steps.STEPS}
    with translation.override("zh-hans"):
        told = {code: words.error(code) for code in every}
    silent = [code for code, text in told.items() if text is None or text.isascii()]
    assert not silent, "say these in locale/codes: `python -m tools.messages --write`"
    assert all(str(text).endswith(("。", "）")) for text in told.values())  # noqa: RUF001 -- Chinese punctuation
    assert {words.error(code) for code in told} == {None}, "English readers read the node's own"


def test_a_no_stands_in_the_readers_language_with_its_values_beneath() -> None:
    """Chinese first, then the node's own sentence, marked as English; else that alone."""
    no = Inadmissible("duty.task.done", "Task <4> is done.", "Add another one.")
    fault = Fault(code="node.store.full", what="7 bytes are left.", fix="Free disk space.")
    own = '<bdi lang="en">Task &lt;4&gt; is done. Add another one.</bdi>'
    assert render("{% told no %}", no=no) == f'{own} <code class="cm-code">duty.task.done</code>'
    with translation.override("zh-hans"):
        shown = render("{% told no %}", no=no)
        assert shown.startswith("该任务已经完成。")
        assert f'<span class="cm-told">{own}' in shown
        assert "释放磁盘空间" in render("{% told no %}", no=fault)


def test_every_problem_of_a_text_has_a_rule_by_which_it_is_told() -> None:
    """Who mends a guideline, a profile or a calendar reads in their language what is wrong."""
    bare_calls = [
        f"{source.path}:{call.lineno}"
        for source, call in flaws.calls(python())
        if not any(each.arg == "rule" for each in call.keywords)
    ]
    assert not bare_calls, "give these a `rule`, and say it in locale/codes"
    one = Problem(
        "/types/0", "'x'", "The text defines no clock 'x'.", "Define it.", rule="text.type"
    )
    with translation.override("zh-hans"):
        assert render("{% told one %}", one=one).startswith("值的类型不正确。")
    assert render("{% told one %}", one=one) == (
        '<bdi lang="en">The text defines no clock &#x27;x&#x27;. Define it.</bdi>'
    )


def test_nothing_is_said_in_english_alone() -> None:
    """Every text of a template, form or view is looked up in a catalogue, or told by a code."""
    found = bare.found(catalogue.WEB)
    assert not found, "\n".join(["translate these, or mark them as English with `lang`:", *found])


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("<p>Sign in</p>", ["Sign in"]),
        ("<p>{{ n }} requests</p>", ["\ufffc requests"]),
        ('<a title="Next page">→</a>', ["Next page"]),
        ('{% translate "Sign in" %} <b>· comity {{ version }} · UTC</b>', []),
        ("{% blocktranslate %}Sign in{% endblocktranslate %}", []),
        ('<code>comity serve</code><bdi lang="en">Sign in</bdi>', []),
        ("{# a note #}{% if a %}<br>{% endif %}", []),
    ],
)
def test_a_bare_text_of_a_template_is_found(template: str, said: list[str]) -> None:
    """What is literal is found; names, commands, and what says its language are not."""
    assert bare.of_template(template) == said


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ('CharField(label="Name")', ["Name"]),
        ('CharField(label=_("Name"))', []),
        ('ChoiceField(choices=[("a", "One"), ("b", _("Two"))])', ["One"]),
        ('raise ValidationError("It is taken.")', ["It is taken."]),
        ('x = "Nothing was found."', ["Nothing was found."]),
        ('x = f"Over {n} days were asked for."', ["Over \ufffc days were asked for."]),
        ('raise Fault(code="a.b.c", what="It is gone.", fix="Wait for it.")', []),
        ('"""A module that says so."""', []),
        ('x = "Sign in. 登录。"', []),
    ],
)
def test_a_bare_text_of_a_module_is_found(module: str, said: list[str]) -> None:
    """Sentences, labels and choices are found; docstrings, and what a code tells, are not."""
    assert bare.of_python(module) == said


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


def test_no_template_tells_an_instant_by_another_clock() -> None:
    """A page names one zone for all its times; Django's own filters would tell UTC, unnamed."""
    found = [
        f"{path.name}: {said}"
        for path in (catalogue.WEB / "templates").rglob("*.html")
        for said in re.findall(
            r"\|(?:date|time|timesince|timeuntil)\b[^}]*", path.read_text("utf-8")
        )
    ]
    assert found == []


def test_what_joins_two_words_is_that_of_the_readers_language() -> None:
    """A comma of a list, one before a clause, a stop: none of ASCII stands in Chinese."""
    page = (
        "{% for one in names %}{{ one }}{% if not forloop.last %}{% comma %}{% endif %}{% endfor %}"
        "{% clause %}{{ names|enumerated }}{% semicolon %}{{ label|without_stop }}{% colon %}"
        "{{ label }}{% full_stop %}"
    )
    assert render(page, names=["a", "b"], label="c.") == "a, b, a, b; c: c.. "
    with translation.override("zh-hans"):
        assert render(page, names=["甲", "乙"], label="丙。") == "甲、乙，甲、乙；丙：丙。。"  # noqa: RUF001 -- Chinese punctuation


def test_no_template_glues_punctuation_to_what_it_shows() -> None:
    """What stands between two values is a tag, which knows the language, or part of a sentence."""
    glued = re.compile(r"(?:\}\}|%\}|</(?:bdi|code|a)>)[,.;:](?=[ <{]|$)", re.MULTILINE)
    sentence = re.compile(r"\{% blocktranslate.*?endblocktranslate %\}", re.DOTALL)
    pages = catalogue.WEB / "templates"
    found = {
        f"{path.relative_to(pages).as_posix()}: {match[0]}"
        for path in pages.rglob("*.html")
        for match in glued.finditer(sentence.sub("", path.read_text("utf-8")))
    }
    assert found == {"agency/routing.html: }}.", "request/step.html: }}:"}, "a number; a code"


def test_brackets_are_those_of_the_language_that_they_stand_in() -> None:
    """In a Chinese sentence those of Chinese, also about Latin text; in an English one its own."""
    wrong = []
    for path in sorted((catalogue.WEB / "locale").rglob("*.po")):
        text = path.read_text("utf-8")
        for kind, said in re.findall(r"^msg(id|str)\S* ((?:\".*\"\n)+)", text, re.MULTILINE):
            whole = "".join(re.findall(r'"(.*)"', said))
            literal = re.sub(r"%\(\w+\)|<[^>]*>", "", whole)
            other = "（）" if kind == "id" else "()"  # noqa: RUF001 -- Chinese punctuation
            is_head = "Content-Type: " in whole
            if not is_head and any(one in literal for one in other):
                wrong.append(f"{path.relative_to(catalogue.WEB).as_posix()}: {whole}")
    assert wrong == []


def test_what_stands_in_brackets_has_those_of_the_readers_language() -> None:
    """A template writes none itself: a tag knows the language; a count of a title alone is none."""
    assert render("a{% bracketed %}{{ x }}{% endbracketed %}", x="<b>") == "a (&lt;b&gt;)"
    with translation.override("zh-hans"):
        assert render("a{% bracketed %}b{% endbracketed %}") == "a（b）"  # noqa: RUF001 -- Chinese punctuation
    written = re.compile(r"\((?=\{|<bdi)|(?<=[}>])\)")
    sentence = re.compile(r"\{% (?:blocktranslate.*?endblocktranslate|.*?) %\}", re.DOTALL)
    pages = catalogue.WEB / "templates"
    found = {
        path.relative_to(pages).as_posix()
        for path in pages.rglob("*.html")
        if written.search(re.sub(r"\{\{.*?\}\}", "{}", sentence.sub("{}", path.read_text("utf-8"))))
    }
    assert found == {"duty/desk.html"}


def test_every_act_that_may_wait_for_release_has_words() -> None:
    """Each tag of every room, by the table of the room."""
    tags = [tag for room in ROOMS.values() for tag in room.shapes]
    assert len(tags) > 100
    assert [tag for tag in tags if drafts.label(ROOMS, tag) is None] == []


def test_where_a_matter_of_any_room_stands_has_words_in_both_languages() -> None:
    """A pack, a desk and an operator's page show them, whatever the room."""
    for kind, room in ROOMS.items():
        assert room.status_words, kind
        for status, words_ in room.status_words.items():
            assert all(words_.get(language) for language in ("en", "zh")), (kind, status)


def test_a_fact_of_the_local_log_is_told_in_words() -> None:
    """Its name, and codes among its values; what an officer wrote stays as it is."""
    with translation.override("zh-hans"):
        assert steps.fact("verdict") == "结论"
        assert steps.value("verdict", "justified") == "正当"
        assert steps.value("by", "password totp") == "密码、身份验证应用"
        assert steps.value("note", "justified") == "justified"
