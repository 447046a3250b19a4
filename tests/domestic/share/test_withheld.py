"""A withheld origin: what names or discloses the source is gone, and what is given stays usable."""

import json
from typing import Any

from stix2validator import ValidationOptions, validate_instance

from comity.domestic.share import withheld
from comity.kernel.ijson import Json

SECRET = bytes(range(32))
CANARIES = 10_000
ORG = "identity--5a7c9d2e-1c1c-4f5e-8a51-1f1f1f1f1f1f"
DAY = "2027-01-31T"


def canary(number: int) -> str:
    """Return the n-th word that must not be seen outside."""
    return f"canary{number:05d}x"


def indicator(number: int, words: list[str]) -> dict[str, Json]:
    """Return an indicator all of whose telltale fields have a canary."""
    a, b, c, d, e, f = words
    time = f"{DAY}08:{number % 60:02d}:{number // 60 % 60:02d}.{number % 997:03d}Z"
    return {
        "type": "indicator", "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012x}",
        "created": time, "modified": time, "valid_from": time,
        "pattern": f"[ipv4-addr:value = '198.51.{number // 250}.{number % 250}']",
        "pattern_type": "stix", "created_by_ref": ORG, "labels": [a], "lang": "en",
        "external_references": [{"source_name": b, "url": f"https://{c}.example/"}],
        "x_sensor": d,
        "object_marking_refs": [f"marking-definition--{number:08x}-0000-4000-8000-000000000000"],
        "granular_markings": [{"selectors": ["labels"], "lang": e}],
        "extensions": {"extension-definition--11111111-1111-4111-8111-111111111111":
                       {"extension_type": "property-extension", "sensor": f}},
    }  # fmt: skip


def bundle() -> tuple[list[dict[str, Json]], list[str]]:
    """Return objects with 10,000 canaries in what discloses their origin."""
    words = [canary(number) for number in range(CANARIES)]
    identity: dict[str, Json] = {
        "type": "identity", "spec_version": "2.1", "id": ORG, "created": f"{DAY}01:02:03.004Z",
        "modified": f"{DAY}01:02:03.004Z", "name": words[0], "contact_information": words[1],
        "identity_class": "organization",
    }  # fmt: skip
    statement: dict[str, Json] = {
        "type": "marking-definition", "spec_version": "2.1", "created": f"{DAY}01:02:03.004Z",
        "id": "marking-definition--22222222-2222-4222-8222-222222222222",
        "definition_type": "statement", "definition": {"statement": words[2]}, "name": words[3],
    }  # fmt: skip
    made: list[dict[str, Json]] = [identity, statement]
    for number, begin in enumerate(range(4, CANARIES - 6, 6)):
        made.append(indicator(number, words[begin : begin + 6]))
    told: dict[str, Json] = {
        "type": "relationship", "spec_version": "2.1", "created": f"{DAY}09:00:00.001Z",
        "modified": f"{DAY}09:00:00.001Z", "relationship_type": "attributed-to",
        "id": "relationship--33333333-3333-4333-8333-333333333333",
        "source_ref": str(made[2]["id"]), "target_ref": ORG, "description": canary(CANARIES - 1),
    }  # fmt: skip
    return [*made, told], words


def test_of_ten_thousand_canaries_none_is_outside() -> None:
    """In creators, references, labels, markings, extensions, ids and times to the second."""
    objects, words = bundle()
    given = json.dumps(objects)
    planted = [word for word in words if word in given]
    assert len(planted) > 9_990
    out = json.dumps(withheld.rewritten(objects, {}, SECRET))
    assert [word for word in words if word in out] == []
    ids = [str(one["id"]) for one in objects]
    assert [one for one in ids if one in out] == []
    assert DAY + "08:" not in out
    assert out.count('"indicator"') == given.count('"indicator"'), "what is given is all there"


def test_what_is_rewritten_is_stix_still() -> None:
    """The validator of OASIS finds nothing wrong with it."""
    objects, _ = bundle()
    options: Any = ValidationOptions(version="2.1")
    for one in withheld.rewritten(objects[:40], {}, SECRET):
        report: Any = validate_instance(one, options)
        assert report.is_valid, report.errors


def test_an_id_stays_the_same_and_needs_the_secret() -> None:
    """So that what is given twice is known again, and nobody else finds the old id."""
    objects, _ = bundle()
    first, again = (withheld.rewritten(objects[:9], {}, SECRET) for _ in range(2))
    assert first == again
    other = withheld.rewritten(objects[:9], {}, bytes(32))
    assert {one["id"] for one in first}.isdisjoint(one["id"] for one in other)


def test_an_observable_keeps_the_id_that_its_value_gives() -> None:
    """It says nothing more than the value; and what refers to it still does."""
    address = "ipv4-addr--12592121-be4c-5a93-a813-5a5af16e50db"
    assert withheld.new_id(address, SECRET) == address
    seen: dict[str, Json] = {
        "type": "observed-data", "id": "observed-data--44444444-4444-4444-8444-444444444444",
        "object_refs": [address, ORG], "created_by_ref": ORG,
    }  # fmt: skip
    (made,) = withheld.rewritten([seen], {}, SECRET)
    assert made["object_refs"] == [address, withheld.new_id(ORG, SECRET)]
