"""Every verb of every table is a command and a call, by one name; and has its words."""

import re

import pytest
from support import tables
from surfaces.api import shaped

import comity.demo
import comity.surfaces.cli
import comity_lab
from comity.acts.verb import Table, Verb
from comity.boot.rooms import TABLES
from comity.domestic.officer import api_token
from comity.domestic.webhook import kinds
from comity.node.room import local_log
from comity.surfaces.cli import main
from tools.check import commands

ROWS = [(table, row) for table in tables.EVERY for row in table.verbs]


def ids(one: tuple[Table, Verb]) -> str:
    """Name a row as it is typed."""
    return f"{one[0].noun} {one[1].name}"


@pytest.mark.parametrize("table", tables.EVERY, ids=lambda one: one.noun)
def test_each_verb_of_a_table_is_a_command_and_an_operation(table: Table) -> None:
    """Of the same name, so that what an officer types a program calls: none can be left out."""
    command = COMMANDS.get(table.noun, table.within or table.noun)
    typed = {one.prog.removeprefix("comity ") for one in commands.leaves(commands.parser())}
    called = {
        operation["operationId"]
        for path in shaped.described()["paths"].values()
        for operation in path.values()
    }
    verbs = [one for one in table.verbs if (table.noun, one.name) not in ELSEWHERE]
    assert {f"{command} {one.name}".replace("/", " ") for one in verbs} <= typed
    filled = {one.identifier for one in verbs if not one.is_computed}
    assert {f"{name}_{table.noun}" for name in filled} <= called


@pytest.mark.parametrize(
    "table", [one for one in tables.EVERY if one.within], ids=lambda one: one.noun
)
def test_what_is_within_a_room_is_typed_under_it_and_by_itself(table: Table) -> None:
    """As the program itself reads what is typed: it loads the commands of one word alone."""
    for noun in (table.within, table.noun):
        root = main.parser((comity.surfaces.cli, comity.demo, comity_lab), noun, {}, lambda: TABLES)
        typed = {one.prog.removeprefix("comity ") for one in commands.leaves(root)}
        assert {f"{noun} {one.name}" for one in table.typed} <= typed


def test_no_two_addresses_of_calls_differ_in_the_name_of_a_part_alone() -> None:
    """Of two such, one hides the other: a verb beside a reading would not be allowed."""
    paths = [re.sub(r"{[^}]*}", "{}", one) for one in shaped.described()["paths"]]
    assert len({*paths}) == len(paths)


COMMANDS = {"file": "desk"}
"""What a table is typed under, where that is not its noun."""
ELSEWHERE = {
    ("request", "submit"),
    ("request", "show-draft"),
    ("evidence", "take"),
    ("review", "differ"),
}
"""Rows whose command has another name: what is computed, or reads a file."""


@pytest.mark.parametrize("one", ROWS, ids=map(ids, ROWS))
def test_a_verb_has_its_words_in_both_languages_and_a_scope(one: tuple[Table, Verb]) -> None:
    """A person reads them in English or in Chinese; a token is asked for a scope that there is."""
    table, row = one
    words = [row.words, *(field.words for field in row.asks)]
    words += [hint for hint in (row.hint, *(field.hint for field in row.asks)) if hint]
    words += [known for field in row.asks for known in field.known.values()]
    assert all(each["en"] and re.search(r"[\u4e00-\u9fff]", each["zh"]) for each in words)
    assert (row.scope or table.scope) in api_token.SCOPES


@pytest.mark.parametrize("table", tables.AT_HOME, ids=lambda one: one.noun)
def test_each_verb_at_home_is_a_step_of_the_local_log(table: Table) -> None:
    """What an officer does at home is kept there under its tag, and once under each name."""
    assert {row.tag for row in table.verbs} <= local_log.STEPS
    names = [row.name for row in table.verbs]
    assert len({*names}) == len(names)


@pytest.mark.parametrize("table", tables.AT_HOME, ids=lambda one: one.noun)
def test_a_program_hears_of_each_verb_at_home_by_one_kind(table: Table) -> None:
    """The kind of a webhook follows from the tags of a table: no list names its verbs again."""
    assert {kinds.of_step(row.tag) for row in table.verbs} == {HEARD.get(table.noun, "")}


HEARD = {"file": kinds.DESK, "draft": kinds.DRAFT, "release": kinds.DRAFT}


@pytest.mark.parametrize("table", tables.JOINT, ids=lambda one: one.noun)
def test_each_draft_has_its_label(table: Table) -> None:
    """In both languages, of each act that can wait for an approval."""
    labels = [*(table.label(one.tag) for one in table.verbs), *table.written.values()]
    assert all(one and one["en"] and one["zh"] for one in labels)
