"""What programs read: every operation, by officers of every role, of everything on the node.

The operations are found in openapi.json, and the node is that of the matrix of pages.  Half of the
officers ask for each thing, in turns; in a deep search all of them do.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import pytest
from django.test import Client
from support import pair
from surfaces.api import shaped
from surfaces.api.stage import ALL
from surfaces.web.matrix import world
from surfaces.web.matrix.stage import ID_CHARS, LEFT, PEOPLE, Stage, Thing
from surfaces.web.matrix.test_matrix import DEEP

from comity.boot.rooms import TABLES
from comity.node.room import api_tokens
from comity.surfaces.api.wsgi import KEY, PORTS, Ports

NAMED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "matter": (("request", "matter_id"),),
    "act": (("request", "act_id"),),
    "draft": (("draft", "draft_id"),),
    **dict.fromkeys(("subject", "file"), (("request", "subject"), ("draft", "subject"))),
    "case": (("case", "case_id"),),
    "snapshot": (("snapshot", "snapshot_id"),),
    "upload": (("upload", "upload_id"),),
    "webhook": (("hook", "hook"),),
}
"""What a parameter of an address names: kinds of things, and the argument that has their id."""

FREE: Final = {
    "text": "guideline",
    "part": "current",
    "number": "1",
    "page": "1",
    "sha256": "0" * 64,
    **dict.fromkeys(
        {"roll", "compartment", "contact", "line", *(t.noun for t in TABLES)} - NAMED.keys(),
        "abcdefgh",
    ),
}
"""What everybody may name; of rooms printed from their verbs there is nothing here."""

ASKED: Final = {
    "take_evidence": "purpose=trial",
    "export_evidence": "purpose=trial",
    "prove_act": "disclose=true",
    "list_figure_requests": "cell=all/volume/asked",
    "fetch_conviction": "log=x",
    "diff_texts": "old=current&new=current",
    "export_figures": "disclose=all",
    "export_log": "facts=all",
    "show_match_budget": "party=cn",
    "trace_page": "mark=ABCD-EFGH",
}
NAMING: Final = frozenset({"compare_review"})
"""A difference of figures names to both States the acts that explain it."""

FILES: Final = frozenset(
    {
        "export_evidence", "export_figures", "export_log", "fetch_calendar", "fetch_contact_cards",
        "fetch_conviction", "fetch_duty_plan", "fetch_figures", "fetch_nation", "fetch_text",
        "print_figures", "print_letter", "prove_act", "prove_non_receipt", "prove_silence",
        "publish_text", "read_body", "take_evidence",
    }
)  # fmt: skip
"""What answers bytes, which have no shape."""

NOWHERE: Final = {
    "list_compartment_files",
    "open_compartment_page",
    "show_contact",
    "show_code_sheet",
    "show_roll_feedback",
    "read_wording",
    "assemble_wording",
    "export_wording",
    "show_share_audience",
    "trace_page",
    "explain_share",
}
"""Of rooms of which nothing is here."""

UNREAD: Final = frozenset({403, 404, 409})
"""There is none for them; or they lack a role, whatever there is."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The node of the matrix, and a token of everybody with every scope."""
    with pair.closing():
        found = world.made(tmp_path_factory.mktemp("matrix"))
        yield found
        found.close()


def operations() -> dict[str, str]:
    """Return the address of each operation that reads, by its name."""
    paths: dict[str, Any] = shaped.described()["paths"]
    return {one["get"]["operationId"]: path for path, one in paths.items() if "get" in one}


def asked(name: str, path: str, stage: Stage) -> Iterator[tuple[str, Thing | None]]:
    """Give the addresses of an operation, and what each names."""
    words = re.findall(r"{(\w+)}", path)
    by = next((word for word in words if word in NAMED), "")
    query = f"?{ASKED[name]}" if name in ASKED else ""
    for kind, arg in NAMED[by] if by else (("", ""),):
        for thing in stage.objects[kind] if kind else [None]:
            args = {**FREE, **(thing.args if thing else {})}
            if thing is not None:
                args[by] = thing.args[arg]
            yield path.format(**args) + query, thing


def test_no_program_reads_what_its_officer_may_not(stage: Stage) -> None:
    """Neither what stands in it, nor an id that tells that it is there; all is shaped as told."""
    people = [name for name in PEOPLE if name != LEFT]
    tokens = {one: api_tokens.add(stage.node, stage.officer(one), "test", ALL)[0] for one in people}
    environ = {KEY: stage.node, PORTS: Ports(letter=lambda data, _: data)}
    client = Client(**cast("Any", {**environ, "SERVER_NAME": "127.0.0.1"}))
    wrong: list[str] = []
    shown: set[str] = set()
    for name, path in operations().items():
        for number, (address, thing) in enumerate(asked(name, path, stage), start=len(name)):
            for who in people if DEEP else people[number % 2 :: 2]:
                bearer = {"Authorization": f"Bearer {tokens[who]}"}
                answer: Any = client.get(address, headers=bearer)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                hidden = [word for word in stage.hidden_from(who) if word not in address]
                if name in NAMING:
                    hidden = [word for word in hidden if len(word) > ID_CHARS]
                told = f"{name} {thing.state if thing else ''} for {who}: {answer.status_code}"
                wrong += [f"{told} {word}" for word in hidden if word.encode() in body]
                if "json" in answer.get("Content-Type", ""):
                    shown |= {name} if answer.status_code == 200 else set()
                    wrong += shaped.flaws("GET", address, answer.status_code, json.loads(body))
                if answer.status_code >= 500 or answer.status_code == 422:
                    wrong.append(f"{told} is not asked well")
                if thing is not None and who not in thing.readers:
                    wrong += [] if answer.status_code in UNREAD else [told]
    assert wrong == [], "\n".join(wrong)
    of_rooms = {f"show_{table.noun}" for table in TABLES} | NOWHERE
    assert {*operations()} - shown - of_rooms == FILES, "what is read is looked at, and is no file"
