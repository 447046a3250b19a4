"""What comity is made of is listed: by name, version, hash and licence."""

import json

from tools import sbom

FREE = (
    "Apache", "BSD", "ISC", "MIT", "MPL", "PSF", "OFL", "LGPL-3.0", "Public Domain", "Dual License",
)  # fmt: skip
"""Words of which a licence has one: each may be used beside Apache-2.0 (LGPL: psycopg alone)."""


def test_every_part_has_hashes_and_a_licence_that_may_stand_beside_ours() -> None:
    """A part of another licence is a decision, and not an accident of an update."""
    listed = json.loads((sbom.FOLDER / "comity.cdx.json").read_text(encoding="utf-8"))
    parts = listed["components"]
    assert {one["name"] for one in parts} == {*sbom.needed(sbom.locked())} - {sbom.PROGRAM}
    for one in parts:
        assert all(len(ref["hashes"][0]["content"]) == 64 for ref in one["externalReferences"])
        said = one.get("licenses", [{"license": {"name": ""}}])[0]["license"]["name"]
        assert any(word in said for word in FREE), f"{one['name']}: {said!r}"
        assert "LGPL" not in said or one["name"].startswith("psycopg")


def test_what_depends_on_what_names_parts_that_stand_in_the_list() -> None:
    """And everything is reached from the program."""
    listed = json.loads((sbom.FOLDER / "comity.cdx.json").read_text(encoding="utf-8"))
    refs = {one["bom-ref"] for one in listed["components"]}
    needs = {one["ref"]: set(one["dependsOn"]) for one in listed["dependencies"]}
    assert set().union(*needs.values()) == refs
    assert needs.keys() - refs == {listed["metadata"]["component"]["bom-ref"]}
