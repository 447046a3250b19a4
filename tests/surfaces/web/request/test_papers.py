"""Proofs, letters and prints of a request: what convinces somebody without a node."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pypdf
import pytest
from django.test import Client
from support import pair
from surfaces.web import stage
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.adapters import typeset
from comity.joint.exchange.proof import verify_proof
from comity.joint.request import acts
from comity.kernel import ijson
from comity.node.room import custody
from comity.rooms.request import dossier, print_data, reading
from comity.surfaces.web.desk import KEY, Ports
from comity.tlog import policy

SAMPLE_PURPOSE = {"purpose": "analysis for the case", "authority": "order 12/2026"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def matter(made: Scene) -> str:
    """A request with a file, registered."""
    found = made.asks("preservation")
    made.says("bb", acts.ACKNOWLEDGED, found, own_reference="CB-1")
    return found


def client(made: Scene) -> Client:
    """Return the browser of an officer whose node sets letters."""
    found = made.client("con", "bb")
    desk = stage.desk_of(made.node("bb"))
    found.defaults |= {KEY: replace(desk, ports=Ports(typeset=typeset.letter))}  # type: ignore[dict-item] # the WSGI environment
    return found


def test_the_file_of_a_request_is_the_same_on_both_sides(made: Scene, matter: str) -> None:
    """Its digest is that of its data, and nothing domestic is in it."""
    made.client("con", "bb").post(f"/requests/{matter}/desk/note/", {"text": "Canary at home"})
    files = [
        print_data.of(dossier.of(made.node(party), made.officer("ann", party), matter))
        for party in ("aa", "bb")
    ]
    assert files[0].data == files[1].data
    value = ijson.parse(files[0].data)
    assert isinstance(value, dict)
    digest = value.pop("digest")
    assert digest == files[0].digest == hashlib.sha256(ijson.render(value)).hexdigest()
    assert b"Canary" not in files[0].data


def test_the_file_names_parties_and_agencies(made: Scene, matter: str) -> None:
    """By the names that their cards give, with the id of the office behind them."""
    found = print_data.of(dossier.of(made.node("bb"), made.officer("ann", "bb"), matter))
    value = ijson.parse(found.data)
    assert isinstance(value, dict)
    value["items"] = [{"party": "bb", "item": "one", "state": "open"}]
    pdf = pypdf.PdfReader(io.BytesIO(typeset.letter(ijson.render(value), found.at_ms)))
    shown = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    first = cast("Any", value["acts"])[0]

    assert first["agency"]["names"]["en"] != first["agency"]["id"]
    assert "".join(f"{first['agency']['names']['en']} ({first['office']})".split()) in shown
    (asked,) = (one for one in cast("Any", value["parties"]) if one["party"] == "bb")
    assert "".join(f"one ({asked['names']['en']}".split()) in shown


def test_a_request_and_each_act_are_printed_as_pdf(made: Scene, matter: str) -> None:
    """The digest stands in a header beside, and on the pages."""
    browser = client(made)
    act = reading.show(made.node("bb"), made.officer("con", "bb"), matter).state.request_id
    for path in ("file.pdf", f"{act}/letter.pdf"):
        answer = browser.get(f"/requests/{matter}/papers/{path}")
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF-")
        assert len(answer.headers["Comity-Digest"]) == 64


def test_a_proof_is_judged_in_words_and_verified_by_anybody(made: Scene, matter: str) -> None:
    """The page says that it holds; the two files that it gives convince the verifier alone."""
    browser = client(made)
    act = reading.show(made.node("bb"), made.officer("con", "bb"), matter).state.request_id
    path = f"/requests/{matter}/papers/{act}/proof/"
    assert "The proof holds." in browser.get(path).content.decode()
    chinese = browser.get(path, headers={"accept-language": "zh-CN"}).content.decode()
    assert "证明成立。" in chinese
    proof, trusted = (browser.get(f"{path}?as={one}").content for one in ("proof", "policy"))
    verdict = verify_proof(proof, policy.parse(trusted))
    assert verdict.record is None
    opened = browser.post(path, {"disclose": "on"})
    assert verify_proof(opened.content, policy.parse(trusted)).record is not None


def test_a_copy_is_given_for_a_purpose_and_noted_first(made: Scene, matter: str) -> None:
    """By POST alone; without a purpose nothing leaves, with one the chain of custody has it."""
    browser = client(made)
    node, con = made.node("bb"), made.officer("con", "bb")
    (item,) = custody.items(node, reading.show(node, con, matter))
    path = f"/requests/{matter}/evidence/{item.body.blob.sha256}/"
    assert browser.post(path, {"purpose": ""}).status_code == 422
    answer = browser.post(path, SAMPLE_PURPOSE)
    assert answer.getvalue() == item.body.data
    assert "attachment" in answer.headers["Content-Disposition"]
    (item,) = custody.items(node, reading.show(node, con, matter))
    newest = item.chain.steps[-1]
    assert (newest.kind, newest.purpose) == ("copied", "analysis for the case")
    handed = {"to": "District Court 3", "court": "on", **SAMPLE_PURPOSE}
    assert browser.post(f"{path}hand-over/", handed).status_code == 303
    assert "District Court 3" in browser.get(path).content.decode()


def test_everything_is_exported_as_a_bag(made: Scene, matter: str) -> None:
    """A zip of one folder, with a purpose."""
    browser = client(made)
    answer = browser.post(f"/requests/{matter}/evidence/bag/", SAMPLE_PURPOSE)
    assert answer.getvalue().startswith(b"PK")
