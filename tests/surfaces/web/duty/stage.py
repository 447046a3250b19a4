"""The desk of `bb` with officers of several agencies, on SQLite as accounts need it.

Floor: tests.
"""

import re
from html import unescape
from pathlib import Path

from django.test import Client
from node.desk.test_duty import Desk, made
from surfaces.web import stage

from comity.domestic.officer import role
from comity.node.desk import officer_admin as officer_rows

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}
PEOPLE = {
    "fa": ("mps", role.COUNSEL),
    "rong": ("mps", role.RELEASING),
    "au": ("mps", role.AUDITOR),
    "xu": ("moj", role.CASE_OFFICER),
    "op": ("mps", role.OPERATOR),
}
"""Beside `wei` (contact point) and `han` of `mps`, `cai` of `cac` and `lin`, counsel of `moj`."""


def desk_of(folder: Path) -> Desk:
    """Return a desk with somebody in every role."""
    desk = made(folder, "sqlite")
    for name, (agency, *roles) in PEOPLE.items():
        officer_rows.add(desk.node, name, agency, roles=roles)
    return desk


def client(desk: Desk, officer: str, seen: list[str] | None = None) -> Client:
    """Return a browser of an officer."""
    return stage.client(desk.node, seen, officer=officer)


def words(page: str) -> str:
    """Return what a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def text(one: Client, path: str, **headers: str) -> str:
    """Return a page that is there."""
    answer = one.get(path, **headers)  # type: ignore[arg-type] # the WSGI environment
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()
