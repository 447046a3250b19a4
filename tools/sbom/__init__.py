"""Writes what comity is made of: a CycloneDX 1.6 list and a table of licences.

    python -m tools.sbom      docs/sbom/comity.cdx.json, docs/sbom/licences.md

What stands in it is what uv.lock names for the program and its extras, without the tools of the
check; the licence is what the installed package says of itself.

Source: CycloneDX 1.6 (ECMA-424); PEP 639.
"""

import json
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docs" / "sbom"
PROGRAM: Final = "comity"
_CLASSIFIER: Final = "License :: OSI Approved :: "
_LICENCE_CHARS_MAX: Final = 60
"""Of a field that names a licence; longer ones hold its text."""
_TABLE: Final = """\
# Licences of what comity is made of

Written by `python -m tools.sbom` from `uv.lock` and from what each package says of itself. The
tools of the check are not in it. `comity.cdx.json` beside it is the same as a CycloneDX list, with
the hash of every archive.

| package | version | licence |
|---|---|---|
"""


def locked() -> dict[str, dict[str, Any]]:
    """Return every package of the lock, by name."""
    found = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    return {one["name"]: one for one in found["package"]}


def needed(packages: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    """Return the names of what the program needs with all its extras, sorted: to what they need."""
    found: dict[str, set[str]] = {}
    left = [(PROGRAM, tuple(packages[PROGRAM].get("optional-dependencies", {})))]
    while left:
        name, extras = left.pop()
        is_new = name not in found
        needs = found.setdefault(name, set())
        for one in _dependencies(packages[name], extras):
            if is_new or one["name"] not in needs:
                needs.add(one["name"])
                left.append((one["name"], tuple(one.get("extra", ()))))
    return dict(sorted(found.items()))


def _dependencies(package: dict[str, Any], extras: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    yield from package.get("dependencies", ())
    for extra in extras:
        yield from package.get("optional-dependencies", {}).get(extra, ())


def licence(name: str) -> str:
    """Return what an installed package says of its licence, or "" where it is not installed."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    for field in ("License-Expression", "License"):
        said = str(told.get(field, "")).strip()
        if said and len(said) <= _LICENCE_CHARS_MAX and "\n" not in said:
            return said
    classified = [str(one) for one in told.get_all("Classifier", [])]
    return ", ".join(
        sorted(one.removeprefix(_CLASSIFIER) for one in classified if _CLASSIFIER in one)
    )


def component(package: dict[str, Any]) -> dict[str, Any]:
    """Return a package as CycloneDX has it."""
    name, version = package["name"], package["version"]
    archives = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "externalReferences": [
            {
                "type": "distribution",
                "url": one["url"],
                "hashes": [{"alg": "SHA-256", "content": one["hash"].removeprefix("sha256:")}],
            }
            for one in sorted(archives, key=lambda one: str(one["url"]))
        ],
    }
    said = licence(name)
    return found | ({"licenses": [{"license": {"name": said}}]} if said else {})


def bill(packages: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the whole list; it has no time and no serial, so that a lock gives one."""
    needs = needed(packages)
    refs = {name: f"{name}@{packages[name]['version']}" for name in needs}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": refs[PROGRAM],
                "name": PROGRAM,
                "version": packages[PROGRAM]["version"],
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [component(packages[name]) for name in needs if name != PROGRAM],
        "dependencies": [
            {"ref": refs[name], "dependsOn": sorted(refs[one] for one in others)}
            for name, others in needs.items()
        ],
    }


def table(packages: dict[str, dict[str, Any]]) -> str:
    """Return the licences, one line a package."""
    rows = [
        f"| {name} | {packages[name]['version']} | {licence(name) or 'not installed here'} |"
        for name in needed(packages)
        if name != PROGRAM
    ]
    return _TABLE + "\n".join(rows) + "\n"


def main() -> None:
    """Write both files."""
    packages = locked()
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(bill(packages), indent=1, sort_keys=True, ensure_ascii=False)
    (FOLDER / "comity.cdx.json").write_text(text + "\n", encoding="utf-8")
    (FOLDER / "licences.md").write_text(table(packages), encoding="utf-8")
