# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The document that a text in the making becomes: one spelling, one hash, alternat."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from comity.joint.wording import brackets, document
from comity.joint.wording.document import Document, Paragraph
from comity.kernel.fault import Fault

LANGUAGES = ("en", "zh")
NAMES = {"us": "the United States", "cn": "China", "fr": "France"}

WORDS = (
    st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40
    )
    .map(document.spelled)
    .filter(bool)
)
PARAGRAPHS = st.builds(
    Paragraph,
    st.sampled_from((document.TITLE, document.HEADING, document.PARAGRAPH, document.ITEM)),
    st.fixed_dictionaries({"en": WORDS, "zh": WORDS}),
)
DOCUMENTS = st.builds(
    Document, st.just(LANGUAGES), st.lists(PARAGRAPHS, min_size=1, max_size=5).map(tuple)
)


@given(DOCUMENTS)
def test_what_is_rendered_is_read_back_and_commonmark_reads_the_same_words(text: Document) -> None:
    """parse(render(t)) = t; whatever the words, they are words to every reader of CommonMark."""
    data = document.render(text)
    assert document.parse(data) == text
    tokens = MarkdownIt("commonmark").parse(data.decode())
    told = [
        "".join(c.content for c in one.children or ()) for one in tokens if one.type == "inline"
    ]
    assert told == [one.words[name] for one in text.paragraphs for name in LANGUAGES]


@given(DOCUMENTS, st.data())
def test_a_document_has_one_spelling(text: Document, data: st.DataObject) -> None:
    """Another byte is another document, or none: what is read is written again as it was."""
    told = bytearray(document.render(text))
    at = data.draw(st.integers(0, len(told) - 1))
    told[at] ^= data.draw(st.integers(1, 255))
    try:
        found = document.parse(bytes(told))
    except Fault as fault:
        assert fault.code == "wording.document.unfit"
        return
    assert found != text
    assert document.render(found) == told


def test_each_original_names_its_own_state_first_where_states_are_listed() -> None:
    """Lists alone are turned; who asks whom stays, and the hash is one."""
    words = "{us} and {cn} met. {us} thanks {cn}. {fr}, {us}, and {cn} agree."
    assert document.original(words, "cn", NAMES) == (
        "China and the United States met. the United States thanks China. "
        "China, France, and the United States agree."
    )
    assert (
        document.original("{us}和{cn}会晤", "cn", {"us": "美国", "cn": "中国"}) == "中国和美国会晤"
    )
    assert document.alternat(words, "us").startswith("{us} and {cn}")


def test_an_original_names_states_in_its_own_language() -> None:
    """A name in `zh-Hans` is one in `zh`; a State with none has another, and never its id."""
    names = {"us": {"en": "the United States"}, "cn": {"en": "China", "zh-Hans": "中国"}}
    assert document.named(names, "zh") == {"us": "the United States", "cn": "中国"}
    assert document.named(names, "en") == {"us": "the United States", "cn": "China"}
    assert document.named({"fr": {}}, "zh") == {"fr": "fr"}


@given(st.lists(st.sampled_from(["us", "cn", "fr"]), min_size=2, max_size=3, unique=True))
def test_a_turned_list_names_the_same_states(listed: list[str]) -> None:
    """Nobody is lost, whoever comes first."""
    words = ", ".join(f"{{{one}}}" for one in listed)
    for first in ("us", "cn", "fr"):
        found = re.findall(r"\{(\w+)\}", document.alternat(words, first))
        assert sorted(found) == sorted(listed)
        assert first not in listed or found[0] == first


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("  ", "words-empty"),
        ("They met\u202e", "words-unseen"),
        ("a\u200bb", "words-unseen"),
        ("p\u0430per", "words-mixed"),
        ("{xx} met", "state-unknown"),
        ("{us met", "state-unknown"),
        ("{us} met in Beijing（北京）.", ""),
    ],
)
def test_words_that_would_mislead_are_refused(words: str, name: str) -> None:
    """Nobody signs what does not show all of itself."""
    assert document.flaw(words, NAMES) == name


@given(WORDS, WORDS)
def test_brackets_hold_both_variants_whole(one: str, other: str) -> None:
    """What all have with what a party has is its variant, to the last character."""
    pieces = brackets.bracketed({"us": one, "cn": other})
    for party, words in (("us", one), ("cn", other)):
        told = "".join(o.text for o in pieces if not o.parties or party in o.parties)
        assert told == words


def test_brackets_are_by_word_and_say_whose_they_are() -> None:
    """English by words, Chinese by characters; a third variant stands whole."""
    told = brackets.bracketed({"us": "They met in May.", "cn": "They met in June."})
    assert brackets.shown(told) == "They met in [us: May][cn: June]."
    chinese = brackets.bracketed({"us": "双方五月会晤。", "cn": "双方六月会晤。"})
    assert brackets.shown(chinese) == "双方[us: 五][cn: 六]月会晤。"
    three = brackets.bracketed({"us": "May", "cn": "June", "fr": "July"})
    assert [one.parties for one in three] == [("us",), ("cn",), ("fr",)]


def test_numbers_that_differ_between_languages_are_seen() -> None:
    """Whoever attests looks there first."""
    assert document.numbers_differ({"en": "within 14 days", "zh": "15天内"})
    assert not document.numbers_differ({"en": "within 14 days", "zh": "14天内"})
    assert not document.numbers_differ({"en": "On 1 December 2015", "zh": "2015年12月1日"})
    assert document.numbers_differ({"en": "before May 2016", "zh": "2016年6月前"})
    assert not document.numbers_differ({"en": "They may meet. May they?", "zh": "可以会晤。"})
