"""The pages of agencies: who there is, who would get a request, what a changed profile does."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from support.pair import World
from surfaces.web import agreed_stage, stage

from comity.domestic.officer import role
from comity.node.desk import account_changes

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
PAGES = ("/agencies/", "/agencies/routing/", "/agencies/law/", "/agencies/profile/")
ROLES = (role.CASE_OFFICER, role.COUNSEL, role.AUDITOR, role.OPERATOR, role.CONTACT_POINT)


def text() -> str:
    """Return the example profile of the United States, as if Freedonia had copied it."""
    data = files("comity.catalogue").joinpath("nation/us.yaml").read_text(encoding="utf-8")
    return data.replace("id: us\n", "id: fr\n", 1).replace("doj", "police").replace("dhs", "moj")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States; Freedonia has been asked for something."""
    made = stage.world_of(tmp_path, "fr", "sy")
    made.ask("sy")
    made.pump()
    return made


def client(world: World, name: str = "nora", *roles: str) -> Client:
    """Return the browser of an officer, counsel if nothing is said."""
    stage.have_officer(world.node("fr"), name, *(roles or (role.COUNSEL,)))
    return stage.client(world.node("fr"), officer=name)


def plain(data: bytes) -> str:
    """Return what a page says, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", data.decode()))


def adopt(world: World, profile: str) -> None:
    """Put a profile in force through the page."""
    given = {"yaml": profile, "extend": "on", "do": "adopt"}
    answer = client(world).post("/agencies/profile/", given)
    assert answer.status_code == 303, plain(answer.content)[:2000]


def test_without_a_profile_every_page_says_what_to_do(world: World) -> None:
    """An empty room is no dead end."""
    for path in PAGES[:3]:
        assert "No nation profile is in force" in plain(client(world).get(path).content)
    assert "no profile is in force" in plain(
        client(world).get("/agencies/routing/?type=preservation").content
    )


def test_everybody_reads_the_profile_and_counsel_alone_puts_one_in_force(world: World) -> None:
    """Each role sees the same; who is no counsel checks, and is told why they cannot adopt."""
    adopt(world, text())
    for one in ROLES:
        browser = client(world, one, one)
        for path in PAGES:
            for headers in ({}, CHINESE):
                answer = browser.get(path, headers=headers)
                assert answer.status_code == 200, (one, path)
        if one != role.COUNSEL:
            given = {"yaml": text().replace("version:", "version: x-"), "do": "adopt"}
            refused = browser.post("/agencies/profile/", {"yaml": text(), "do": "adopt"})
            assert refused.status_code == 422, given
            assert "officer.role.lacking" in refused.content.decode()
    said = plain(client(world).get("/agencies/").content)
    assert "contact point" in said
    assert "Sylvania" in said
    assert "National Cybercrime Directorate" in said
    assert client(world).get("/agencies/versions/1/yaml").content.decode() == text()
    assert client(world).get("/agencies/versions/9/yaml").status_code == 404


def test_a_rule_is_asked_who_would_get_a_request(world: World) -> None:
    """The agency, the rule, and what became of each other rule."""
    adopt(world, text())
    address = "/agencies/routing/?type=preservation&crime=fraud&urgency=emergency"
    said = plain(client(world).get(address).content)
    assert "by the first rule that fits" in said
    assert "an earlier rule fits" in said or "does not fit" in said
    assert "按第一条适用的规则" in plain(client(world).get(address, headers=CHINESE).content)
    wrong = client(world).get("/agencies/routing/?type=nothing")
    assert wrong.status_code == 422


def test_a_bad_profile_is_told_whole_by_line(world: World) -> None:
    """Every flaw at once with its place; nothing is adopted."""
    broken = text().replace("always", "sometimes", 1).replace("id: fr\n", "id: zz\n", 1)
    upload = SimpleUploadedFile("nation.yaml", broken.encode(), "application/yaml")
    answer = client(world).post("/agencies/profile/", {"file": upload, "do": "adopt"})
    assert answer.status_code == 422
    said = plain(answer.content)
    assert "wrong in this text" in said
    assert re.search(r"\d+ /", said)
    assert "No nation profile is in force" in plain(client(world).get("/agencies/").content)
    assert client(world).post("/agencies/profile/", {"do": "check"}).status_code == 422


def test_a_changed_profile_is_tried_on_what_there_is(world: World) -> None:
    """Which requests it would route otherwise is told before anybody puts it in force."""
    adopt(world, text())
    changed = re.sub(
        r"(?m)^competence:\n",
        "competence:\n  - {id: mine, types: [preservation], crimes: any, agency: moj, "
        'why: {en: "All of it", zh: "全部"}, source: "Ours"}\n',
        text(),
        count=1,
    )
    answer = client(world).post(
        "/agencies/profile/", {"yaml": changed, "extend": "on", "do": "check"}
    )
    said = plain(answer.content)
    assert answer.status_code == 200, said[:3000]
    assert "1 request would be routed otherwise" in said
    assert "0 acts of ours would have been stopped" in said
    once = "ab" * 16
    again = client(world).post("/agencies/profile/", {"yaml": changed, "once": once, "do": "check"})
    assert f'value="{once}"' in again.content.decode()
    same = client(world).post("/agencies/profile/", {"yaml": text(), "extend": "on", "do": "check"})
    assert "It is the version in force, byte for byte." in plain(same.content)


def test_a_profile_waits_for_an_auditor_where_there_is_one(world: World) -> None:
    """Counsel without a factor is told to add one; then it waits, is read, and is in force."""
    node = world.node("fr")
    stage.have_officer(node, "aude", role.AUDITOR)
    given = {"yaml": text(), "extend": "on", "do": "adopt"}
    bare = client(world).post("/agencies/profile/", given)
    assert bare.status_code == 422
    assert "officer.factor.missing" in bare.content.decode()
    counsel, aude = (agreed_stage.proven(node, name) for name in ("nora", "aude"))
    assert counsel.post("/agencies/profile/", given).headers["Location"] == "/agencies/profile/"
    for headers, said in (({}, "waits for an auditor"), (CHINESE, "等待审计人员同意")):
        assert said in plain(counsel.get("/agencies/profile/", headers=headers).content)
    assert aude.get("/agencies/profile/asked/").content.decode() == text()
    page = plain(aude.get("/account/changes/").content)
    assert "A nation profile" in page
    assert "One change waits for your word" in page
    (asked,) = account_changes.listing(node)
    assert aude.post(f"/account/changes/{asked.id}/agree/").status_code == 303
    assert counsel.get("/agencies/profile/asked/").status_code == 404
    assert counsel.get("/agencies/versions/1/yaml").content.decode() == text()
