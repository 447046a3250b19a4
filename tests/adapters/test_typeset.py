"""The formal letter as a PDF: what it holds, that it is the same every time, odd characters."""

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pypdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.adapters import print_data, typeset
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

AT_MS = 1_764_000_000_000


def data(text: str = "Please preserve.", value: Json = "a fact", lang: str = "en") -> bytes:
    """Return the data of a letter that says so."""
    nobody: Json = {"party": "fr", "names": {"en": "Freedonia"}, "agency": {"id": "", "names": {}}}
    letter: dict[str, Json] = {
        "format": "comity-letter/1",
        "title": {"en": "Request for assistance: data", "zh": "协助请求书"},
        "mark": "TLP:AMBER",
        "matter": "u7sth3m54hk34gv7mfhoscfdva",
        "from": nobody,
        "to": [nobody],
        "own_reference": "",
        "references": [],
        "type": {"id": "preservation", "words": {}},
        "urgency": {"id": "urgent", "words": {}},
        "codes": [],
        "times": [],
        "received_at_ms": None,
        "items": [],
        "elements": [{"id": "facts", "words": {"en": "Facts", "zh": "案情"}, "value": value}],
        "texts": [[{"lang": lang, "text": text, "by": "desk", "original": True}]],
        "attachments": [{"name": "a", "media_type": "", "mark": "", "size": None, "sha256": "ab"}],
        "act": {"id": "a", "tag": "request.submitted/1", "words": {}, "log": "fr", "index": 0},
        "guideline": None,
    }
    return ijson.render({**letter, "digest": hashlib.sha256(ijson.render(letter)).hexdigest()})


def read(pdf: bytes) -> pypdf.PdfReader:
    """Return a PDF as another program reads it."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """Return what stands on its pages, without line breaks."""
    return "".join("".join(page.extract_text().split()) for page in read(pdf).pages)


def test_the_data_lie_in_the_pdf_and_their_digest_on_every_page() -> None:
    """Who has the file alone can check what it was made from."""
    given_data = data("Please preserve. " * 900)
    found = read(typeset.letter(given_data, AT_MS))
    (kept,) = found.attachments["data.json"]
    value = json.loads(kept)
    digest = value.pop("digest")

    assert kept == given_data
    assert hashlib.sha256(ijson.render(value)).hexdigest() == digest
    assert len(found.pages) > 1
    assert all(digest in "".join(page.extract_text().split()) for page in found.pages)


def test_file_numbers_are_told_with_the_names_of_who_gave_them() -> None:
    """An id is written for whom the letter does not name alone."""
    value = ijson.parse(data("Please preserve."))
    assert isinstance(value, dict)
    value["references"] = [
        {"party": "fr", "reference": "FR-7"},
        {"party": "sy", "reference": "SY-1"},
    ]
    shown = words(typeset.letter(ijson.render(value), AT_MS))

    assert "Freedonia:FR-7" in shown
    assert "sy:SY-1" in shown


def test_it_says_that_it_is_archivable_and_accessible() -> None:
    """PDF/A-3a and PDF/UA-1, with a title, a language and a structure."""
    found = read(typeset.letter(data(), AT_MS))
    root: Any = found.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()

    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert found.metadata is not None
    assert found.metadata.title == "Request for assistance: data / 协助请求书"


def test_the_same_data_give_the_same_bytes() -> None:
    """Both sides file one letter."""
    assert typeset.letter(data(), AT_MS) == typeset.letter(data(), AT_MS)


def test_chinese_stands_beside_english() -> None:
    """Labels are in both languages, and so is what was written."""
    shown = words(typeset.letter(data("请贵方保全数据。"), AT_MS))
    assert "请贵方保全数据。" in shown
    assert "Theoriginalisauthoritative." in shown
    assert "以原文为准。" in shown


def test_a_character_without_a_glyph_stands_as_its_code_point() -> None:
    """Nothing is lost, and the letter is made all the same."""
    pdf = typeset.letter(data("a \U0001faea b \ue123 c"), AT_MS)
    assert "[U+1FAEA]" in words(pdf)
    assert "[U+E123]" in words(pdf)
    assert "\U0001faea".encode() in read(pdf).attachments["data.json"][0]


@settings(max_examples=12, deadline=None)
@given(
    st.text(max_size=40),
    st.recursive(
        st.text(max_size=8) | st.integers(0, 9) | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)
def test_whatever_an_officer_writes_is_set(text: str, value: Json) -> None:
    """Text is text: no markup in it does anything, and no shape of a value stops the letter."""
    assert read(typeset.letter(data(text or "-", value), AT_MS)).pages


@pytest.mark.parametrize("lang", ["", "x-klingon", "Chinese", "zh_CN", "-"])
def test_no_tag_of_a_language_stops_a_letter(lang: str) -> None:
    """A partner's program may call a language as it likes."""
    assert "保全" in words(typeset.letter(data("保全", lang=lang), AT_MS))


@pytest.mark.parametrize("word", ["a1b2" * 60, "FR/2026-4471." * 20])
def test_no_word_runs_off_the_paper(word: str) -> None:
    """It breaks where its line ends, wherever it stands, and is copied as it was written."""
    pages = read(typeset.letter(data(word, [word, {"number": word}]), AT_MS)).pages
    lines = [line for page in pages for line in page.extract_text().splitlines()]
    assert max(map(len, lines)) < 150
    assert "".join("".join(lines).split()).count(word) == 3


def test_what_is_read_from_the_right_begins_there() -> None:
    """As a person of that language reads it, and whatever its tag says."""
    places: dict[str, float] = {}

    def seen(text: str, now: list[float], at: list[float], _font: object, _size: float) -> None:
        places.update(dict.fromkeys(text, now[4] + at[4]))

    for page in read(typeset.letter(data("\N{ARABIC LETTER ALEF}1", "\u03a9"), AT_MS)).pages:
        page.extract_text(visitor_text=seen)
    assert places["\N{ARABIC LETTER ALEF}"] > 2 * places["\u03a9"]


def test_markup_in_a_text_is_shown_and_not_done() -> None:
    """A text that looks like commands of the typesetter is only a text."""
    nasty = '#panic("x") $x$ = *a* `b` #read("/etc/passwd") <label> @ref \\'
    assert "".join(nasty.split()) in words(typeset.letter(data(nasty), AT_MS))


@pytest.mark.skipif("COMITY_TEST_DATA" not in os.environ, reason="COMITY_TEST_DATA is not set")
def test_naughty_strings_are_set() -> None:
    """Those that break programs break no letter."""
    file = Path(os.environ["COMITY_TEST_DATA"]) / "blns.json"
    naughty = [one for one in json.loads(file.read_text(encoding="utf-8")) if one]
    pdf = typeset.letter(data("\n\n".join(naughty)), AT_MS)
    assert len(read(pdf).pages) > 3


def test_a_list_of_a_thousand_long_words_is_set() -> None:
    """Hashes or addresses, as a request for many of them has them, in a text and in a value."""
    word = "a1b2" * 12
    shown = words(typeset.letter(data(f"{word}\n" * 600, [word] * 600), AT_MS))
    assert shown.count(word) == 1_200


def test_what_nothing_breaks_is_cut_in_print_and_lies_whole_in_the_pdf() -> None:
    """Marks without end hold the typesetter up, or end it: the paper says what is left out."""
    marks = "a" + "\N{COMBINING ACUTE ACCENT}" * 12_000
    given_data = data(marks, "\N{MAN}\N{ZERO WIDTH JOINER}" * 10_000)
    pdf = typeset.letter(given_data, AT_MS)
    assert "Thisprintisshortened" in words(pdf)
    assert "本打印件有删节" in words(pdf)
    assert read(pdf).attachments["data.json"] == [given_data]
    assert "shortened" not in words(typeset.letter(data(), AT_MS))


def test_of_a_text_and_of_lists_without_end_some_is_printed() -> None:
    """As much as anybody reads on paper; how much is left out is counted."""
    value: dict[str, Json] = {
        "texts": [{"text": "word " * 200_000}],
        "elements": [
            {"value": [["x"]] * 9_000},
            {"value": {"n" * 500 + str(k): 1 for k in (1, 2)}},
        ],
        "acts": [{"id": str(k)} for k in range(5_000)],
    }
    shown, left_out = print_data.shortened(value)
    spelled = ijson.render(shown).decode()
    assert len(spelled) < print_data.CHARS_MAX + 200_000
    assert left_out > 600_000
    assert '"[… 6000]"' in spelled
    assert spelled.count('"id"') == 5_000
    plain = ijson.parse(data("A text. " * 4_000, ["x"] * 900))
    assert print_data.shortened(plain) == (plain, 0)


def test_that_the_typesetter_gave_up_is_told_as_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A panic of it is no `Exception`: it would end the thread that serves."""
    panic = type("PanicException", (BaseException,), {})

    def compiled(*_: object, **__: object) -> bytes:
        raise panic("not a char boundary")

    monkeypatch.setattr(typst, "compile", compiled)
    with pytest.raises(Fault, match="not a char boundary"):
        typeset.letter(data(), AT_MS)
