"""Whoever audits reads everything and changes nothing, by any verb."""

import json
from dataclasses import fields

import pytest
from surfaces.test_need import CANARY, VERBS, Stage, made_stage, typed_words

from comity.adapters.memory import MemoryStore, copy_of
from comity.node.base.context import Node


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A request that only one agency, and the auditor, may read."""
    return made_stage(tmp_path_factory.mktemp("audit"))


def rows(node: Node) -> str:
    """Return everything that a node keeps, as text."""
    assert isinstance(node.store, MemoryStore)
    tables = copy_of(node.store.disk).tables
    return repr([(one.name, vars(getattr(tables, one.name))) for one in fields(tables)])


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - {"letter"}))  # typesets what it read
def test_an_auditor_changes_nothing_by_any_verb(stage: Stage, verb: str) -> None:
    """They read what only one agency reads; whatever they try, not a row is another."""
    before = rows(stage.node)
    folder, matter = stage.desk.folder, stage.hidden.act.matter.id
    told = stage.desk.told("aud", "request", verb, *typed_words(VERBS[verb], matter, folder))
    assert rows(stage.node) == before, told


def test_an_auditor_reads_what_only_one_agency_reads(stage: Stage) -> None:
    """All of it, without opening it for those whose alarm waits: nothing is marked as seen."""
    matter = stage.hidden.act.matter.id
    assert CANARY in stage.desk.told("aud", "request", "show", matter)
    assert matter in stage.desk.told("aud", "request", "list")
    assert matter in stage.desk.told("aud", "request", "list", "--search", CANARY)
    said = {"facts": "Nobody asked them."}
    (stage.desk.folder / "asked.json").write_text(json.dumps({"elements": said}), "utf-8")
    before = rows(stage.node)
    file = str(stage.desk.folder / "asked.json")
    told = stage.desk.told("aud", "request", "send", file, "--to", "aa")
    assert rows(stage.node) == before, told
