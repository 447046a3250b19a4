"""The guideline as a text: what is wrong in one is told at once, with its line."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.joint.guideline import document, model
from comity.joint.guideline.model import Guideline
from comity.joint.request import reasons
from comity.kernel.fault import Fault
from comity.kernel.legal_text import UNVERIFIED, Sources
from comity.kernel.problem import Unfit

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "src" / "comity" / "catalogue" / "guideline" / "dialogue.yaml"
DATA = SHIPPED.read_bytes()
TEXT = DATA.decode()

TYPES = (
    "preservation", "preservation-extension", "subscriber", "traffic", "content",
    "emergency-disclosure", "stop-payment", "infrastructure", "court-evidence", "spontaneous",
    "status-query", "victim-identification", "deconfliction",
)  # fmt: skip

MANDATORY = {
    "victim-identification": ("authority", "offence", "facts", "confidentiality"),
    "deconfliction": ("authority", "facts", "confidentiality"),
    # Budapest article 29(2)
    "preservation": (
        "authority", "offence", "facts", "data", "relation-to-offence", "necessity",
        "mla-intention",
    ),
    # UNTOC article 18(15), ECMA 1959 article 14, the Hong Kong texts
    "court-evidence": (
        "authority", "conducting-authority", "nature-of-case", "facts", "offence", "data",
        "procedure", "purpose", "confidentiality", "time-limit", "translation",
    ),
    # UNTOC article 18(15), T-CY(2018)10
    "subscriber": (
        "authority", "conducting-authority", "nature-of-case", "facts", "offence", "data",
        "purpose", "legal-basis", "translation",
    ),
    # FBI Financial Fraud Kill Chain
    "stop-payment": (
        "incident", "victim", "originating-bank", "beneficiary", "transaction", "recall",
        "necessity",
    ),
    # T-CY(2018)11, field 3
    "preservation-extension": ("authority", "earlier-request", "extension-reason"),
    "traffic": ("authority", "offence", "facts", "data-of-period", "relation-to-offence"),
    "content": ("authority", "offence", "facts", "data-of-period", "purpose", "procedure"),
    "emergency-disclosure": ("authority", "facts-of-emergency", "relation-to-emergency", "data"),
    "infrastructure": ("authority", "indicators", "action"),
    "spontaneous": ("authority", "information", "why-sent"),
    "status-query": ("authority", "earlier-request", "question"),
}  # fmt: skip

BACKGROUND = re.compile(
    r"CETS 224|UN Convention against Cybercrime|MLA Agreement \(2000\) art\. [4-9]"
    r"|MLA Agreement art\. 3|Judicial Assistance Law \(2018\) art|U\.S\.C\."
)
"""What practitioners only remember: nobody has checked it against the instrument."""


@cache
def shipped() -> Guideline:
    """Return the document that ships."""
    return document.parse(DATA)


def every_source(guideline: Guideline) -> list[Sources]:
    """Return the sources of every part."""
    lists = (
        guideline.crimes, guideline.refusals, guideline.postponements, guideline.deficiencies,
        guideline.conditions, guideline.marks, guideline.quality, guideline.elements,
        guideline.clocks, guideline.urgencies, guideline.types,
    )  # fmt: skip
    found = [one.sources for each in lists for one in each.values()]
    found += [asked.sources for kind in guideline.types.values() for asked in kind.elements]
    found += [one.sources for one in guideline.retention]
    found += [one.sources for one in guideline.ladders.values()]
    return [*found, guideline.languages.sources, guideline.hotline.sources]


def problems(changed: str) -> dict[str, int]:
    """Return what is wrong in a text, `{path: line}`."""
    with pytest.raises(Unfit) as caught:
        document.parse(changed.encode())
    return {problem.pointer: problem.line for problem in caught.value.problems}


def line_of(text: str) -> int:
    """Return the line of the shipped document that begins so."""
    return next(n for n, line in enumerate(TEXT.splitlines(), 1) if line.strip().startswith(text))


def test_the_document_that_ships_is_whole() -> None:
    """It parses, and has every type of request."""
    assert tuple(shipped().types) == TYPES


@pytest.mark.parametrize("type_id", TYPES)
def test_every_type_asks_for_what_its_instrument_demands(type_id: str) -> None:
    """What a treaty or a form makes mandatory is always asked for."""
    always = {
        asked.element
        for asked in shipped().types[type_id].elements
        if asked.need.kind == model.ALWAYS
    }
    assert set(MANDATORY[type_id]) <= always


def test_everything_says_where_it_comes_from() -> None:
    """Each part has a source; what rests on memory alone says that it is to be verified."""
    for sources in every_source(shipped()):
        assert sources
        for source in sources:
            is_background = bool(BACKGROUND.search(source.text))
            assert is_background == (source.standing == UNVERIFIED), source


def test_its_codes_are_those_that_requests_know() -> None:
    """A ground that a request cannot name would be of no use."""
    guideline = shipped()
    assert set(guideline.refusals) == set(reasons.REFUSALS)
    for code, ground in guideline.refusals.items():
        assert ground.label["en"] == reasons.REFUSALS[code].en
        assert ground.label["zh"] == reasons.REFUSALS[code].zh


def test_every_type_is_answered_in_time_at_every_urgency() -> None:
    """There is no request whose acknowledgement and answer have no period."""
    guideline = shipped()
    for type_id, kind in guideline.types.items():
        for urgency in kind.urgencies:
            for clock in ("acknowledge", "completion"):
                assert guideline.length(type_id, clock, urgency) is not None, (type_id, urgency)


def test_more_urgent_is_never_slower_in_hours() -> None:
    """Where both are counted in hours, an emergency is acknowledged before what is urgent."""
    guideline = shipped()
    for type_id, kind in guideline.types.items():
        for clock in kind.clocks:
            lengths = [guideline.length(type_id, clock, one) for one in ("emergency", "urgent")]
            amounts = [one.amount for one in lengths if one is not None and one.unit == "hours"]
            assert amounts == sorted(amounts), (type_id, clock)


def test_every_problem_is_told_at_once_with_its_line() -> None:
    """Its authors correct a text in one go."""
    changed = (
        TEXT.replace("starts: [transaction-at]", "starts: [money-sent]")
        .replace("urgencies: [emergency]\n", "urgencies: [emergency, instant]\n", 1)
        .replace('zh: "案件编号"', 'zh: " "')
    )
    with pytest.raises(Unfit) as caught:
        document.parse(changed.encode())
    assert any("instant" in problem.what for problem in caught.value.problems)

    changed = changed.replace("[emergency, instant]", "[emergency]")
    found = problems(changed)
    assert found["/clocks/7/starts/0"] == line_of("starts: [transaction-at]")
    at = list(shipped().elements).index("case-reference")
    assert found[f"/elements/{at}/label"] == line_of('label: {en: "File number of the case"')
    assert len(found) == 2


@pytest.mark.parametrize(
    ("before", "after", "pointer"),
    [
        ("  - id: routine\n", "  - id: urgent\n", "/urgencies/2/id"),
        ("{id: facts, need: always}", "{id: data, need: always}", "/types/0/elements/7/id"),
        ("{id: facts, need: always}", "{id: fact, need: always}", "/types/0/elements/6/id"),
        (
            "{element: deadline, present: true}",
            "{element: dead-line, present: true}",
            "/types/0/elements/16/need/when/0/element",
        ),
        (
            "{element: urgency, is: urgent}",
            "{element: urgency, is: emergency}",
            "/types/8/elements/23/need/when/0",
        ),
        (
            "routine: {amount: 2, unit: working-days, of: addressee}",
            "routine: {amount: 2, unit: working-days}",
            "/clocks/0/lengths/routine",
        ),
        ("      - id: preservation-expiry\n", "      - id: expiry\n", "/types/0/clocks/6/id"),
        ("    element: transaction\n", "    element: payment\n", "/joint/0/element"),
        ("after: closed", "after: ended", "/retention/0/after"),
        ("text: [en, zh]", "text: [en, zh, fr]", "/title"),
        (
            "except_types: [preservation, preservation-extension]",
            "except_types: [preserve]",
            "/refusals/3/except_types/0",
        ),
        ('    source: "Budapest art. 28(3)"\n\npost', "\npost", "/refusals/14"),
        ("translator: asker", "translator: nobody", "/languages/translator"),
        (
            "amount: 72, unit: hours",
            "amount: 72, unit: minutes",
            "/clocks/7/lengths/emergency/unit",
        ),
    ],
)
def test_what_leads_nowhere_is_found(before: str, after: str, pointer: str) -> None:
    """A name that nothing bears, a name twice, a language or a source that is missing."""
    assert before in TEXT
    assert pointer in problems(TEXT.replace(before, after, 1))


@settings(max_examples=12)
@given(st.integers(0, len(TEXT.splitlines()) - 1))
def test_a_line_that_is_missing_never_breaks_the_reader(at: int) -> None:
    """Whatever is cut out, there is a guideline, or a fault in words."""
    lines = TEXT.splitlines(keepends=True)
    try:
        document.parse("".join(lines[:at] + lines[at + 1 :]).encode())
    except Fault as fault:
        assert fault.code in {"guideline.document.unfit", "kernel.yaml.malformed"}
