"""What a request lacks, found before it is sent."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joint.guideline.test_document import TYPES, shipped

from comity.clocks import instants
from comity.joint.guideline import completeness, rules
from comity.joint.guideline.completeness import Finding

EXAMPLES = Path(__file__).parents[3] / "examples"
NOW = instants.parse("2026-11-24T21:00:00Z")
assert NOW is not None
NOW_MS: int = NOW
TEXTS: list[Any] = [{"lang": "en", "text": "We ask."}, {"lang": "zh-Hans", "text": "我方请求。"}]

FACTS = (
    "On 17 November 2026 an employee of a hospital supplier received invoices whose bank details "
    "had been changed; two payments went to an account that was opened a week before."
)
LEGAL = "Budapest Convention, articles 29 and 30; Criminal Procedure Code art. 60-1"
LINK = "The address read the mailbox from which the changed invoices were sent."

AUTHORITY = {
    "name": "Cybercrime Prosecution Office",
    "phone": "+99 1 5550 0142",
    "office_hours": "24/7",
    "time_zone": "UTC+01:00",
}
ADDRESS = {
    "kind": "ipv4",
    "value": "8.8.8.8",
    "port": 51212,
    "from": "2026-11-02T08:14:00Z",
    "to": "2026-11-17T16:40:00+08:00",
}
PRESERVATION: dict[str, Any] = {
    "authority": AUTHORITY,
    "confirmation-contact": AUTHORITY,
    "crime-type": "business-email-compromise",
    "offence": {"provisions": ["Criminal Code art. 323-1"], "maximum_penalty_years": 7},
    "facts": FACTS,
    "data": {"kinds": ["subscriber", "traffic"], "identifiers": [ADDRESS]},
    "relation-to-offence": LINK,
    "necessity": "The provider keeps connection data for thirty days; the first are lost soon.",
    "mla-intention": "A request for mutual legal assistance follows within sixty days.",
    "legal-basis": LEGAL,
}
STOP: dict[str, Any] = {
    "authority": AUTHORITY,
    "incident": "Business e-mail compromise: the bank details of a supplier were changed in an "
    "invoice, and the buyer paid it.",
    "victim": {"name": "Nordlicht Klinikbedarf GmbH", "city": "Hafenstadt"},
    "originating-bank": {"name": "First Bank", "iban": "DE89370400440532013000"},
    "beneficiary": {"name": "Bright Harbour", "bank": "Second Bank", "account": "6222000000000193"},
    "transaction": {"at": "2026-11-24T09:12:00Z", "amount": "184000.00", "currency": "EUR"},
    "recall": {"sent": True, "at": "2026-11-24T13:50:00Z"},
    "necessity": "Funds are usually moved on within seventy-two hours of the transfer.",
}


def check(
    values: dict[str, Any],
    type_id: str = "preservation",
    urgency: str = "urgent",
    texts: list[Any] | None = None,
    to: tuple[str, ...] = (),
) -> tuple[Finding, ...]:
    """Return what a request lacks."""
    return completeness.check(
        shipped(), type_id, urgency, values,
        texts=list(TEXTS) if texts is None else texts, attachments=[], now_ms=NOW_MS, to=to,
    )  # fmt: skip


def must(findings: tuple[Finding, ...]) -> set[tuple[str, str, str]]:
    """Return (element, kind, rule) of what must be mended."""
    return {(one.element, one.kind, one.rule) for one in findings if one.is_required}


def changed(values: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return the values with one of them put otherwise, or taken out."""
    result = copy.deepcopy(values)
    *way, last = path.split("/")
    place: Any = result
    for name in way:
        place = place[int(name) if name.isdigit() else name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return result


def test_complete_requests_have_nothing_to_mend() -> None:
    """A good request is not sent back."""
    assert must(check(PRESERVATION)) == set()
    assert must(check(STOP, "stop-payment", "emergency")) == set()


IDENTIFIER = "data/identifiers/0"
CASES: list[tuple[str, object, tuple[str, str, str]]] = [
    ("authority", None, ("authority", "missing", "absent")),
    ("authority", "the police", ("authority", "wrong", "shape")),
    ("authority/time_zone", None, ("authority", "missing", "zone-missing")),
    ("authority/phone", None, ("authority", "missing", "not-reachable")),
    ("authority/phone", "5550142", ("authority", "wrong", "phone-malformed")),
    ("offence/provisions", [], ("offence", "no-legal-basis", "no-provision")),
    ("offence/provisions", ["fraud"], ("offence", "no-legal-basis", "no-provision")),
    ("facts", "Fraud on the internet.", ("facts", "vague", "too-short")),
    ("facts", "any information", ("facts", "vague", "placeholder")),
    ("facts", "待补充", ("facts", "vague", "placeholder")),
    ("facts", "所有相关数据", ("facts", "vague", "placeholder")),
    ("facts", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ("facts", "vague", "placeholder")),
    ("facts", 7, ("facts", "wrong", "shape")),
    ("data/kinds", None, ("data", "vague", "kinds-missing")),
    ("data/kinds", ["all"], ("data", "overbroad", "kinds-all")),
    ("data/kinds", ["thoughts"], ("data", "wrong", "choice-unknown")),
    ("data/identifiers", [], ("data", "missing", "no-identifier")),
    (f"{IDENTIFIER}/value", "8.8.8.8.8", ("data", "wrong", "address-malformed")),
    (f"{IDENTIFIER}/value", "192.168.1.4", ("data", "wrong", "address-not-public")),
    (f"{IDENTIFIER}/value", "8.8.0.0/16", ("data", "overbroad", "whole-network")),
    (f"{IDENTIFIER}/port", 70_000, ("data", "wrong", "port-malformed")),
    (f"{IDENTIFIER}/from", "2026-11-02T08:14:00", ("data", "missing", "zone-missing")),
    (f"{IDENTIFIER}/from", "2 November", ("data", "wrong", "time-malformed")),
    (f"{IDENTIFIER}/to", "2027-11-02T08:14:00Z", ("data", "wrong", "time-in-future")),
    (f"{IDENTIFIER}/to", "2026-11-01T08:14:00Z", ("data", "wrong", "period-reversed")),
    (f"{IDENTIFIER}/from", "2020-11-02T08:14:00Z", ("data", "overbroad", "period-too-long")),
    (f"{IDENTIFIER}/kind", "face", ("data", "wrong", "kind-unknown")),
    (
        IDENTIFIER.rpartition("/")[0],
        [{"kind": "ipv6", "value": "2606:4700::1111"}],
        ("data", "missing", "address-without-time"),
    ),
    (
        IDENTIFIER.rpartition("/")[0],
        [{"kind": "account", "value": "u-1"}],
        ("data", "missing", "service-missing"),
    ),
    ("relation-to-offence", None, ("relation-to-offence", "no-link", "link-missing")),
    ("relation-to-offence", "see above", ("relation-to-offence", "no-link", "link-missing")),
    ("legal-basis", None, ("legal-basis", "no-legal-basis", "legal-basis-missing")),
    ("legal-basis", "to be determined", ("legal-basis", "no-legal-basis", "legal-basis-missing")),
    ("mla-intention", False, ("mla-intention", "missing", "absent")),
    ("confirmation-contact", None, ("confirmation-contact", "missing", "absent")),
    ("crime-type", "theft", ("crime-type", "wrong", "choice-unknown")),
    ("deadline", "2027-01-01T00:00:00Z", ("deadline-reason", "missing", "absent")),
    ("deadline", "2026-01-01T00:00:00Z", ("deadline", "wrong", "time-past")),
]


@pytest.mark.parametrize(("path", "value", "found"), CASES)
def test_what_is_wrong_in_a_preservation_request_is_found(
    path: str, value: object, found: tuple[str, str, str]
) -> None:
    """The usual grounds of refusal are caught at drafting."""
    values = changed({**PRESERVATION, "deadline": "x"}, path, value) if path == "deadline" else None
    assert found in must(check(values or changed(PRESERVATION, path, value)))


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("transaction/at", "2026-11-21T20:59:00Z", ("transaction", "wrong", "too-late")),
        ("transaction/at", "2026-11-25T20:59:00Z", ("transaction", "wrong", "time-in-future")),
        ("transaction/at", "2026-11-24T09:12", ("transaction", "missing", "zone-missing")),
        ("transaction/amount", "49999.99", ("transaction", "wrong", "below-threshold")),
        ("transaction/amount", "much", ("transaction", "wrong", "amount-malformed")),
        ("transaction/amount", "1e400000000", ("transaction", "wrong", "amount-malformed")),
        ("transaction/currency", "euro", ("transaction", "wrong", "amount-malformed")),
        ("recall/sent", False, ("recall", "wrong", "no-recall")),
        (
            "originating-bank/iban",
            "DE89370400440532013001",
            ("originating-bank", "wrong", "iban-malformed"),
        ),
        ("beneficiary/bic", "NOTONE", ("beneficiary", "wrong", "swift-malformed")),
        ("beneficiary/account", None, ("beneficiary", "wrong", "bank-account-malformed")),
        ("victim", {"city": "Hafenstadt"}, ("victim", "missing", "name-missing")),
    ],
)
def test_what_is_wrong_in_a_stop_payment_is_found(
    path: str, value: object, found: tuple[str, str, str]
) -> None:
    """Too late, too small, without a recall, or to an account that cannot be one."""
    assert found in must(check(changed(STOP, path, value), "stop-payment", "emergency"))


def test_seventy_two_hours_to_the_second_are_in_time() -> None:
    """The last moment counts."""
    last = changed(STOP, "transaction/at", instants.render(NOW_MS - 72 * 3_600_000))
    assert must(check(last, "stop-payment", "emergency")) == set()


def test_who_is_asked_for_what_lies_elsewhere_is_told() -> None:
    """A State acts on its own soil; the wrong addressee is found before the request leaves."""
    values = {**PRESERVATION, "custodian-state": "cc"}
    assert ("custodian-state", "wrong-addressee", "another-state") in must(
        check(values, to=("bb",))
    )
    assert must(check(values, to=("cc",))) == set()


def test_a_missing_translation_is_told_and_an_emergency_is_not_held_up() -> None:
    """In an emergency the translation follows."""
    one = TEXTS[:1]
    assert ("translation", "translation", "untranslated") in must(check(PRESERVATION, texts=one))
    assert must(check(PRESERVATION, urgency="emergency", texts=one)) == set()


def test_nothing_about_form_holds_an_emergency_up() -> None:
    """A short text, a short link and a zone of office hours warn; what is absent is still asked."""
    values = changed(PRESERVATION, "facts", "A child is missing.")
    values = changed(values, "relation-to-offence", "Her account.")
    values = changed(values, "authority/time_zone", None)
    rules = {("facts", "too-short"), ("relation-to-offence", "link-missing")}
    rules |= {("authority", "zone-missing")}
    for urgency, is_required in (("urgent", True), ("emergency", False)):
        found = check(values, urgency=urgency)
        assert {(one.element, one.rule) for one in found} >= rules
        told = {one.is_required for one in found if (one.element, one.rule) in rules}
        assert told == {is_required}, urgency
    silent = check(changed(values, "facts", None), urgency="emergency")
    assert [one.is_required for one in silent if one.element == "facts"] == [True]
    values = changed(values, f"{IDENTIFIER}/from", "2026-11-02T08:14:00")
    timeless = check(values, urgency="emergency")
    assert any(one.rule == "zone-missing" and one.is_required for one in timeless)


def test_what_no_type_knows_is_told() -> None:
    """A type, an urgency or an element that the guideline does not define for it."""
    assert check({}, "wiretap")[0].rule == "type-unknown"
    assert check(STOP, "stop-payment", "routine")[0].rule == "urgency-not-allowed"
    found = check({**PRESERVATION, "recall": {"sent": True}})
    assert [one.element for one in found if one.rule == "not-asked-for"] == ["recall"]


def test_what_is_where_possible_is_told_and_not_demanded() -> None:
    """Who does not know the custodian may ask all the same."""
    (found,) = [one for one in check(PRESERVATION) if one.element == "custodian"]
    assert not found.is_required
    assert found.sources[0].text == "Budapest art. 29(2)(d)"


@pytest.mark.parametrize("type_id", TYPES)
def test_each_finding_says_why_it_matters_in_both_languages(type_id: str) -> None:
    """An officer who is told no is told why, what to do, and where the rule comes from."""
    for one in check({}, type_id, shipped().types[type_id].urgencies[0], []):
        for words in (one.what, one.why, one.fix):
            assert set(words) == {"en", "zh"}
        assert one.sources


def test_every_rule_has_its_words() -> None:
    """Each rule speaks both languages, and its kind is one that a receiver can say."""
    for rule in rules.RULES.values():
        assert rule.kind in completeness.KINDS
        assert all(words for each in (rule.what, rule.fix) for words in each.values())
    assert set(completeness.KINDS) <= set(shipped().deficiencies)


def of_example(name: str) -> tuple[Finding, ...]:
    """Return what an example lacks by the shipped guideline."""
    example = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    return completeness.check(
        shipped(), example["type"], example["urgency"], example["elements"],
        texts=example["texts"], attachments=example["attachments"], now_ms=NOW_MS,
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["content", "emergency", "infrastructure", "preservation", "stop-payment", "subscriber"],
)
def test_examples_have_nothing_to_mend(name: str) -> None:
    """What ships as an example shows what is good."""
    assert must(of_example(name)) == set()


def test_the_deficient_example_lacks_one_thing() -> None:
    """It shows what a guideline finds: an address without a time; its clarification gives that."""
    assert must(of_example("preservation-deficient")) == {
        ("data", "missing", "address-without-time")
    }
    both = [
        json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))["elements"]
        for name in ("preservation-deficient", "clarification")
    ]
    assert must(check({**both[0], **both[1]})) == set()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["kind", "value", "from", "to", "at", "identifiers", "kinds", "name", "amount",
             "currency", "provisions", "period", "port", "sent", "account", "iban", "reference"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60)
@given(
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(sorted(shipped().elements)), json_values, max_size=8),
    st.lists(json_values, max_size=2),
)
def test_any_draft_is_judged(type_id: str, values: dict[str, Any], texts: list[Any]) -> None:
    """Whatever stands in a draft there are findings, and the same twice."""
    once = check(values, type_id, "urgent", texts)
    assert check(values, type_id, "urgent", texts) == once


@given(st.sets(st.sampled_from(sorted(PRESERVATION))))
def test_supplying_what_is_missing_never_makes_it_worse(absent: set[str]) -> None:
    """Each element that is added in good order takes its finding away and brings no other."""
    without = {name: value for name, value in PRESERVATION.items() if name not in absent}
    missing = {one.element for one in check(without) if one.is_required}
    assert missing == absent
