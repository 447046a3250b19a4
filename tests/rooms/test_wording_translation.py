"""Files of translators: what other programs read of ours, what of theirs is taken, and what not."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desks import Desks
from translate.storage import tbx, tmx, xliff, xliff2

from comity.joint.wording import document
from comity.kernel.fault import Fault
from comity.kernel.problem import Unfit
from comity.rooms.wording import interchange
from comity.rooms.wording.interchange import Sheet, Unit

NAME = "outcomes.2015-12"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp", "Zs")), min_size=1
).map(document.spelled)
UNITS = st.lists(st.tuples(WORDS.filter(bool), WORDS, st.booleans()), min_size=1, max_size=4)


def sheet(of: list[tuple[str, str, bool]]) -> Sheet:
    """Return a text of such paragraphs."""
    units = tuple(
        Unit(f"us.{number}", {"en": en, "zh": zh}, "paragraph", "0" * 64, is_settled)
        for number, (en, zh, is_settled) in enumerate(of, start=1)
    )
    return Sheet(NAME, "en", ("zh",), units)


@given(UNITS, st.sampled_from([*interchange.ENDS]))
def test_what_is_written_is_read_back(of: list[tuple[str, str, bool]], form: str) -> None:
    """In every format, with any words that a paragraph can have: name, words and variant."""
    made = sheet(of)
    found, problems = interchange.read(interchange.write(made, form))
    assert not problems
    assert (found.name, found.source, found.targets) == (made.name, made.source, made.targets)
    for one, other in zip(found.units, made.units, strict=True):
        assert (one.name, dict(one.words), one.variant) == (
            other.name,
            dict(other.words),
            other.variant,
        )
        assert one.part in ("paragraph", "")


@pytest.mark.parametrize(
    ("form", "reader"),
    [
        (interchange.XLIFF_12, xliff.xlifffile),
        (interchange.XLIFF_21, xliff2.Xliff2File),
        (interchange.TMX, tmx.tmxfile),
        (interchange.TBX, tbx.tbxfile),
    ],
)
def test_another_program_reads_and_changes_our_files(form: str, reader: Any) -> None:  # noqa: ANN401 -- a class of it
    """translate-toolkit finds each unit with its words; what it saves, we read."""
    made = sheet([("{us} & <they> met.", "{us}和他们举行了会晤。", True), ("Five.", "五。", False)])
    store = reader.parsestring(interchange.write(made, form))
    assert [(one.source, one.target) for one in store.units] == [
        (one.words["en"], one.words["zh"]) for one in made.units
    ]
    store.units[1].target = "第五。"
    found, problems = interchange.read(bytes(store))
    assert not problems
    assert [one.words["zh"] for one in found.units] == ["{us}和他们举行了会晤。", "第五。"]


def test_what_lacks_words_is_offered_to_translators_with_those_of_the_source() -> None:
    """OmegaT shows no unit whose target is empty; untranslated, it comes back without words."""
    made = sheet([("Five.", "", False), ("Six.", "", False)])
    data = interchange.write(made, interchange.XLIFF_12)
    reader: Any = xliff.xlifffile
    assert [one.target for one in reader.parsestring(data).units] == ["Five.", "Six."]
    back, problems = interchange.read(data.replace(b">Six.</target>", ">六。</target>".encode()))
    assert not problems
    assert [one.words["zh"] for one in back.units] == ["", "六。"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no file at all",
        b"<html/>",
        b'<xliff version="9"/>',
        b'<!DOCTYPE tmx [<!ENTITY a "aaaa">]><tmx version="1.4"><body>&a;</body></tmx>',
        b'<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx>&a;</tmx>',
        b'<tmx version="1.4"><header/><body/></tmx>',
        b"<tmx>" + b" " * interchange.FILE_BYTES_MAX + b"</tmx>",
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    """Nothing is resolved, fetched or guessed."""
    with pytest.raises(Fault) as found:
        interchange.read(data)
    assert found.value.code == "wording.file.unreadable"


FIRST = (
    *("--words", "us.1.en=Outcomes", "--words", "us.1.zh=成果", "--part", "us.1=title"),
    *("--words", "us.2.en={us} and {cn} met.", "--words", "us.2.zh={us}和{cn}会面。"),
)


def test_a_translated_file_changes_our_own_variants_and_nothing_else(tmp_path: Path) -> None:
    """Out, changed, in: one tabling of what changed; the other side's words stay as they were."""
    desks = Desks(tmp_path)
    text = str(desks.do("us", "wording", "open", "--name", NAME)["matter"])
    desks.do("us", "wording", "table", text, *FIRST)
    out, tmx_file = tmp_path / "out.xlf", tmp_path / "out.tmx"
    told = desks.do("cn", "wording", "export", text, "--out", out)
    assert (told["paragraphs"], told["source"], told["targets"]) == (2, "en", ["zh"])
    assert "file-unchanged" in desks.no("cn", "wording", "import", text, out)
    data = out.read_text(encoding="utf-8")
    out.write_text(data.replace("会面。", "举行了会晤。"), encoding="utf-8")
    desks.do("cn", "wording", "import", text, out)
    _, second = desks.do("us", "wording", "read", text)["paragraphs"]
    assert second["status"] == "bracketed"
    assert second["brackets"]["en"] == [{"text": "{us} and {cn} met.", "parties": []}]
    for party, words in (("us", "{us}和{cn}会面。"), ("cn", "{us}和{cn}举行了会晤。")):
        pieces = second["brackets"]["zh"]
        said = [one["text"] for one in pieces if party in (one["parties"] or [party])]
        assert "".join(said) == words
    desks.do("us", "wording", "export", text, "--format", "tmx", "--out", tmx_file)
    assert "会面" in tmx_file.read_text(encoding="utf-8"), "our own variant leaves, not theirs"
    stale = refused(desks, "cn", "wording", "import", text, tmx_file)
    assert [one.rule for one in stale.problems] == ["wording.file.stale"]


def test_a_new_paragraph_stands_where_the_file_has_it(tmp_path: Path) -> None:
    """It is named after this State, in each language, behind the one before it."""
    desks = Desks(tmp_path)
    text = str(desks.do("us", "wording", "open", "--name", NAME)["matter"])
    assert "nothing-tabled" in desks.no("us", "wording", "export", text, "--out", tmp_path / "no")
    desks.do("us", "wording", "table", text, *FIRST)
    made = Sheet(
        NAME,
        "en",
        ("zh",),
        (
            Unit("us.1", {"en": "Outcomes", "zh": "成果"}, "title"),
            Unit("us.3", {"en": "First.", "zh": "第一。"}, "item"),
            Unit("us.2", {"en": "{us} and {cn} met.", "zh": "{us}和{cn}会面。"}),
        ),
    )
    file = tmp_path / "new.xlf"
    file.write_bytes(interchange.write(made, interchange.XLIFF_12))
    desks.do("us", "wording", "import", text, file)
    read = desks.do("us", "wording", "read", text)["paragraphs"]
    assert [(one["name"], one["part"]) for one in read] == [
        ("us.1", "title"),
        ("us.3", "item"),
        ("us.2", "paragraph"),
    ]


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_done(tmp_path: Path) -> None:
    """Each paragraph with its rule; the text stands as it stood."""
    desks = Desks(tmp_path)
    text = str(desks.do("us", "wording", "open", "--name", NAME)["matter"])
    desks.do("us", "wording", "table", text, *FIRST)
    before = desks.do("us", "wording", "show", text)["digest"]
    wrong = Sheet(
        "plan.other",
        "en",
        ("fr", "zh"),
        (
            Unit("us.1", {"en": "Results", "zh": "成果", "fr": "Résultats"}),
            Unit("us.2", {"en": "{us} and {cn} met.", "zh": "{xx}和{cn}会面。", "fr": " "}),
            Unit("us.2", {"en": "{us} and {cn} met.", "zh": "", "fr": "x"}),
            Unit("cn.7", {"en": "a", "zh": "b", "fr": "c"}),
            Unit("us.8", {"en": "a", "zh": "b", "fr": "c"}, "poem"),
        ),
    )
    file = tmp_path / "wrong.tmx"
    file.write_bytes(
        interchange.write(wrong, interchange.TMX).replace(b"<seg>c<", b"<seg><ph/>c<", 1)
    )
    found = refused(desks, "us", "wording", "import", text, file)
    rules = {one.rule.removeprefix("wording.").removeprefix("file.") for one in found.problems}
    assert rules == {
        "another-text",
        "markup",
        "twice",
        "stale",
        "language-unknown",
        "state-unknown",
        "words-empty",
        "paragraph-unknown",
        "part-unknown",
    }
    assert str(file) in found.what
    assert desks.do("us", "wording", "show", text)["digest"] == before


def refused(desks: Desks, party: str, *words: str | Path) -> Unfit:
    """Return what a command raises."""
    with pytest.raises(Unfit) as found:
        desks.do(party, *words)
    return found.value
