"""What is refused to an officer or a program is told, counted, and fills no log."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from django.test import Client
from support.states import State
from surfaces.api import stage as programs
from surfaces.web import stage

from comity.adapters.alarms import StandingAlarms
from comity.node.desk import sign_in_methods
from comity.surfaces.api.wsgi import KEY as NODE
from comity.surfaces.web import desk as desks
from comity.surfaces.web.account import refusals

type Told = list[tuple[str, Mapping[str, str]]]


def _client(fr: State, told: Told, officer: str | None = "ann") -> Client:
    found = stage.client(fr.node, officer=officer)
    desk = replace(
        cast("desks.Desk", found.defaults[desks.KEY]),
        told=lambda *line: told.append(line),
        noted=partial(sign_in_methods.note, fr.node),
    )
    found.defaults.update(cast("Any", {desks.KEY: desk, NODE: fr.node}))
    return found


def _steps(fr: State) -> list[dict[str, str]]:
    with fr.node.store.read() as tx:
        rows = [cast("Any", one) for one in tx.records("local-fact").values()]
    said = ({name: str(one["value"]) for name, one in row.items()} for row in rows)
    return [one for one in said if "tries" in one]


def test_each_refusal_is_a_line_and_some_are_steps(fr: State) -> None:
    """The first of a day, the fifth and the 25th, which rings: who asks for ever fills no log."""
    told: Told = []
    client = _client(fr, told)
    for _ in range(30):
        assert client.get("/nowhere/").status_code == HTTPStatus.NOT_FOUND
    one = {"officer": "ann", "by": "not-theirs"}
    assert told == [(refusals.REFUSED, one)] * 30
    steps = _steps(fr)
    assert sorted(step.pop("tries") for step in steps) == ["1", "25", "5"]
    assert steps == [one] * 3
    assert isinstance(fr.node.alarms, StandingAlarms)
    assert [code for code, _ in fr.node.alarms.standing()] == [refusals.ALARM]


def test_a_program_is_told_of_by_whose_token_it_has(fr: State) -> None:
    """A token of too little scope names its officer; one that opens nothing names nobody."""
    told: Told = []
    client = _client(fr, told, None)
    given = programs.token(fr.node, "bob", ("read",))
    for one, status in (
        (given, HTTPStatus.FORBIDDEN),
        ("comity-token-no", HTTPStatus.UNAUTHORIZED),
    ):
        found = client.post(
            "/api/v1/requests",
            "{}",
            content_type="application/json",
            headers={"Authorization": f"Bearer {one}"},
        )
        assert found.status_code == status
    assert [facts for _, facts in told] == [{"officer": "bob", "by": "may-not"}, {"by": "token"}]


def test_who_is_not_signed_in_and_what_is_there_is_no_refusal(fr: State) -> None:
    """A stranger is led to sign in; a page that is shown is none."""
    told: Told = []
    assert _client(fr, told, None).get("/account/").status_code == HTTPStatus.SEE_OTHER
    assert _client(fr, told).get("/").status_code in (HTTPStatus.OK, HTTPStatus.FOUND)
    assert not told
