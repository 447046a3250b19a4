"""A form in the markup of the desk: nothing entered is lost, all that is wrong is said at once."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import override

import pytest
from django import forms as django_forms
from django.template.loader import render_to_string
from django.utils import translation
from support import stores

from comity.acts.verb import WHERE
from comity.joint.case import verbs as case_verbs
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.surfaces.web import forms
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import VerbForm

REFUSED = Inadmissible("request.answered-already", "It was answered.", "Read the answer.")


@pytest.fixture(autouse=True)
def _django() -> Iterator[None]:
    """English, whatever a page was read in before, by this thread."""
    stores._configure()
    with translation.override("en"):
        yield


class Sample(forms.Form):
    """One of each widget."""

    title = django_forms.CharField(max_length=5, help_text="A few words.")
    text = django_forms.CharField(widget=django_forms.Textarea)
    kind = django_forms.ChoiceField(choices=[("a", "One"), ("b", "Two")])
    side = django_forms.ChoiceField(
        choices=[("a", "One"), ("b", "Two")], widget=django_forms.RadioSelect
    )
    marks = django_forms.MultipleChoiceField(
        choices=[("a", "One")], widget=django_forms.CheckboxSelectMultiple, required=False
    )
    is_sure = django_forms.BooleanField()


class Tags(HTMLParser):
    """Collects ids, what labels point at, and what describes what."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            elif name == "for":
                self.wanted.add(str(value))
            elif name == "aria-describedby":
                self.wanted |= set(str(value).split())


def test_every_label_and_description_points_at_something_that_is_there() -> None:
    """A reader of the screen hears of each field what it is for and what is wrong with it."""
    for form in (Sample(), Sample({"title": "too long a title"})):
        tags = Tags()
        tags.feed(str(form))
        assert len(tags.ids) == len(set(tags.ids))
        assert tags.wanted <= set(tags.ids)


def test_what_was_entered_stands_beside_what_is_wrong() -> None:
    """All errors of a form come at once, and the text is still there."""
    form = Sample({"title": "too long", "text": "<b>kept</b>", "kind": "c"})
    assert not form.is_valid()
    shown = str(form)
    assert 'value="too long"' in shown
    assert "&lt;b&gt;kept&lt;/b&gt;" in shown
    assert shown.count("govuk-error-message") == 4
    assert 'aria-invalid="true"' in shown


def test_each_error_of_the_summary_leads_to_what_can_be_filled_in() -> None:
    """Of choices to the first of them: their group takes no focus."""
    form = Sample({"marks": "z"})
    assert not form.is_valid()
    summary = render_to_string("form/summary.html", {"form": form})
    links = re.findall(r'href="#([^"]+)"', summary)
    assert len(links) == 6
    for link in links:
        assert re.search(rf'<(input|select|textarea)[^>]* id="{link}"', str(form)), link


def test_each_form_has_a_key_of_its_own_that_comes_back() -> None:
    """Two forms are two commands, and one form sent twice is one."""
    first, second = Sample(), Sample()
    assert first["once"].value() != second["once"].value()
    sent = {"title": "a", "text": "b", "kind": "a", "side": "a", "is_sure": "on"}
    form = Sample({**sent, "once": str(first["once"].value())})
    assert form.is_valid()
    assert form.key == first["once"].value()


def test_a_lawful_no_and_a_fault_stand_on_the_form() -> None:
    """Neither ends the page: what, the next step and the code are there to be read."""
    form = Sample({"title": "a", "text": "b", "kind": "a", "side": "a", "is_sure": "on"})
    assert form.is_valid()
    assert forms.perform(form, lambda: REFUSED) is None

    def broken() -> str:
        raise Fault(code="node.store.full", what="The disk is full.", fix="Free some of it.")

    assert forms.perform(form, broken) is None
    assert [no.rule for no in form.refusals] == ["request.answered-already", "node.store.full"]
    assert form.non_field_errors() == [
        "It was answered. Read the answer.",
        "The disk is full. Free some of it.",
    ]
    assert forms.perform(form, lambda: "done") == "done"


def test_what_is_wrong_is_told_in_the_readers_language_beside_its_field() -> None:
    """A Chinese reader reads Chinese in the summary and at the field, the values beneath."""
    with translation.override("zh-hans"):
        form = Sample({"title": "too long", "text": "b", "side": "z"})
        assert not form.is_valid()
        assert all(not str(text).isascii() for texts in form.errors.values() for text in texts)
        form.refuse(REFUSED, "text")
        form.refuse(REFUSED)
        summary = render_to_string("form/summary.html", {"form": form})
        assert all(REFUSED.what not in text for texts in form.errors.values() for text in texts)
        for shown in (summary, str(form)):
            assert "该请求已经答复" in shown
            assert '<bdi lang="en">It was answered. Read the answer.</bdi>' in shown
        assert summary.count("该请求已经答复") == 2


def test_an_english_reader_reads_what_the_node_said() -> None:
    """Once for each place, with its rule."""
    form = Sample({"title": "a", "text": "b", "kind": "a", "side": "a", "is_sure": "on"})
    assert form.is_valid()
    form.refuse(REFUSED)
    summary = render_to_string("form/summary.html", {"form": form})
    assert summary.count("It was answered. Read the answer.") == 1
    assert '<code class="cm-code">request.answered-already</code>' in summary


def test_a_form_asks_where_only_where_there_is_a_choice() -> None:
    """What opens a matter goes to the one channel there is; of two, an officer says which."""
    row = case_verbs.TABLE.row("open")
    one = VerbForm(row, Choices(("en",)))
    assert WHERE.key not in one.fields
    two = VerbForm(row, Choices(("en",), channels=("a/live/1", "a/other/1")))
    assert [code for code, _ in two.fields[WHERE.key].choices if code] == ["a/live/1", "a/other/1"]  # type: ignore[attr-defined] # it is a choice
