"""The files that people write."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import Unfit
from comity.node.room import request_file

TESTS = Path(__file__).parents[2]
EXAMPLES = TESTS.parent / "examples"
GOOD: dict[str, Json] = {"type": "preservation", "urgency": "routine", "elements": {}}
BUDAPEST_29_2 = {
    "authority", "offence", "facts", "data", "relation-to-offence", "custodian", "necessity",
    "mla-intention", "confidentiality",
}  # fmt: skip


def test_all_that_a_file_says_is_read() -> None:
    """A field that were passed over would be missing from what another State is asked."""
    value: dict[str, Json] = {
        "type": "content",
        "urgency": "urgent",
        "own_reference": "CB-7",
        "guideline": "v2",
        "mark": "TLP:GREEN",
        "elements": {"facts": "What is known."},
        "items": ["one", {"id": "two", "what": "Letters."}],
        "attachments": [{"path": "a.txt", "media_type": "text/plain", "mark": "TLP:RED"}],
        "texts": [{"lang": "en", "text": "Please.", "by": "human", "original": True}],
        "times": {"transaction-at": "1970-01-01T01:00:01+01:00"},
        "lacks": {"offence": "to-follow"},
        "extends": "a" * 26,
        "follows": "b" * 26,
        "oral": True,
    }
    found = request_file.from_json(value, request_file.REQUEST, "a.json")
    assert found == request_file.Written(
        kind=request_file.REQUEST,
        type="content",
        urgency="urgent",
        own_reference="CB-7",
        guideline="v2",
        mark="TLP:GREEN",
        elements={"facts": "What is known."},
        items=value["items"],
        item_ids=("one", "two"),
        attachments=(request_file.AttachmentLine("a.txt", "text/plain", "TLP:RED"),),
        texts=({"lang": "en", "text": "Please.", "by": "human", "original": True},),
        times={"transaction-at": 1_000},
        lacks={"offence": "to-follow"},
        extends="a" * 26,
        follows="b" * 26,
        is_oral=True,
    )
    least = request_file.from_json(GOOD, request_file.REQUEST, "a.json")
    assert (least.is_oral, least.mark) == (False, "TLP:AMBER+STRICT"), "the narrower one"


def problems_of(value: Json, kind: str = request_file.REQUEST) -> dict[str, str]:
    """Return `{pointer: what}` of a file that does not fit."""
    with pytest.raises(Unfit) as caught:
        request_file.from_json(value, kind, "a.json")
    assert all(one.fix for one in caught.value.problems)
    return {one.pointer: one.what for one in caught.value.problems}


REQUESTS = {
    "content",
    "emergency",
    "infrastructure",
    "preservation",
    "preservation-deficient",
    "stop-payment",
    "subscriber",
}
ANSWERS = {
    "answer": "preservation",
    "clarification": "preservation",
    "content-answer": "content",
    "emergency-answer": "emergency",
    "evidence": "preservation",
    "infrastructure-answer": "infrastructure",
    "stop-payment-answer": "stop-payment",
}
PROPOSALS = {"proposal-experts", "proposal-seminar"}
"""They are put with what an answer file has: words in each language."""
FILES = REQUESTS | ANSWERS.keys() | PROPOSALS
OF_OTHERS = {"threat": "rooms/test_threat.py"}
"""Those that have a form of their own, and where they are tried."""


def test_every_example_is_known() -> None:
    """A file that ships and is tried by nobody would be wrong one day."""
    assert {file.stem for file in EXAMPLES.glob("*.json")} == FILES | OF_OTHERS.keys()
    for name, where in OF_OTHERS.items():
        assert f"{name}.json" in (TESTS / where).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_examples_fit(name: str) -> None:
    """What we show to newcomers works, in English and Chinese, with its attachments."""
    kind = request_file.REQUEST if name in REQUESTS else request_file.ANSWER
    written = request_file.parse((EXAMPLES / f"{name}.json").read_bytes(), kind, name)

    languages = {text["lang"] for text in written.texts if isinstance(text, dict)}
    assert languages == {"en", "zh-Hans"}
    assert all((EXAMPLES / line.path).is_file() for line in written.attachments)


def test_the_preservation_example_has_the_elements_of_the_convention() -> None:
    """Budapest article 29(2): authority, offence, data, custodian, necessity, intention."""
    data = (EXAMPLES / "preservation.json").read_bytes()

    assert (
        set(request_file.parse(data, request_file.REQUEST, "preservation").elements)
        >= BUDAPEST_29_2
    )


@pytest.mark.parametrize(("name", "request_name"), sorted(ANSWERS.items()))
def test_an_answer_names_items_of_its_request(name: str, request_name: str) -> None:
    """Each example of an answer belongs to an example of a request."""
    answer = request_file.parse((EXAMPLES / f"{name}.json").read_bytes(), request_file.ANSWER, name)
    asked = request_file.parse(
        (EXAMPLES / f"{request_name}.json").read_bytes(), request_file.REQUEST, "request"
    )

    assert set(answer.item_ids) <= set(asked.item_ids)


def test_every_problem_is_told_at_once() -> None:
    """Each with its pointer, so that a person corrects the file once."""
    found = problems_of(
        {
            "type": "A request",
            "urgency": "now",
            "elements": {"facts": None},
            "items": ["ok", 3],
            "texts": [{"lang": "en"}],
            "surprise": 1,
        }
    )

    assert set(found) == {"/type", "/urgency", "/elements/facts", "/items/1", "/texts/0", ""}
    assert "'surprise'" in found[""]


def test_items_are_named_once() -> None:
    """An item that stands twice could not be answered."""
    assert set(problems_of({**GOOD, "items": ["a", {"id": "a"}]})) == {"/items/1"}


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "a/../../b", "..\\b", "\\\\host\\b", "C:\\b", "", "."]
)
def test_an_attachment_never_leads_out_of_its_folder(path: str) -> None:
    """Whatever a path looks like, on whatever system."""
    line: Json = {"path": path, "media_type": "text/plain", "mark": "TLP:GREEN"}

    assert set(problems_of({**GOOD, "attachments": [line]})) == {"/attachments/0/path"}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """A file that is no request is refused in words, never by a crash."""
    with pytest.raises(Fault):
        request_file.parse(data, request_file.REQUEST, "a.json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["type", "urgency", "elements", "items", "texts", "attachments"]),
        json_values,
    )
)
def test_any_value_is_read_or_refused(value: Json) -> None:
    """Whatever JSON a person writes, they get a request or the list of what is wrong."""
    try:
        written = request_file.parse(ijson.render(value), request_file.REQUEST, "a.json")
    except Unfit as unfit:
        assert unfit.problems
    else:
        assert written.type
