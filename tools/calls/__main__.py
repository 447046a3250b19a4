"""Writes openapi.json and a page of all calls into docs/api.

python -m tools.calls
"""

import json
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from comity.adapters.store import connect
from tools.check.steps import ROOT

FOLDER = ROOT / "docs" / "api"
HEAD = """# Every call

The addresses below follow `/api/v1`. What each takes and answers stands in
[openapi.json](openapi.json), which a node gives at `/api/openapi.json` too; how calls work is
told in [../api.md](../api.md). This page is written by `python -m tools.calls`.
"""


def described() -> dict[str, Any]:
    """Return openapi.json of this program, whatever its version."""
    with tempfile.TemporaryDirectory() as folder:
        connect.configure(Path(folder), None, "signs nothing")
        from comity.boot.rooms import TABLES  # noqa: PLC0415 -- once the framework is configured
        from comity.surfaces.api.app import add_rooms, api  # noqa: PLC0415 -- as above

        add_rooms(TABLES)

        value: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    assert value["info"]["version"] == version("comity")
    return value


def page(value: dict[str, Any]) -> Iterator[str]:
    """Give the lines of a page that names every call, by subject."""
    calls = [
        (operation["tags"][0], method.upper(), path.removeprefix("/api/v1"), operation)
        for path, operations in value["paths"].items()
        for method, operation in operations.items()
    ]
    yield HEAD.rstrip()
    for tag, group in groupby(sorted(calls, key=lambda one: one[0]), key=lambda one: one[0]):
        yield f"\n## {tag[0].upper()}{tag[1:]}\n"
        yield "| call | scope | what it does |"
        yield "|---|---|---|"
        for _, method, path, operation in group:
            (scope,) = operation["security"][0]["token"]
            yield f"| `{method} {path}` | `{scope}` | {operation['summary']} |"


def main() -> None:
    """Write both files."""
    value = described()
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    (FOLDER / "openapi.json").write_text(text + "\n", encoding="utf-8")
    (FOLDER / "calls.md").write_text("\n".join(page(value)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
