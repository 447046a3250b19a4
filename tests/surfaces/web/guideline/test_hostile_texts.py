"""Joint texts that another State proposes with bad intent: what officers read before they adopt."""

import hashlib
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from django.http import HttpResponse
from django.test import Client
from support import agreed, hostile_texts
from support.hostile_words import MARK
from support.pair import World
from surfaces.web import agreed_stage
from surfaces.web.matrix import test_naughty

from comity.joint.text import acts
from comity.kernel import limits
from comity.kernel.printable import printable

GUIDELINES: Final = 1
CALENDARS: Final = 2
LOOKED_AT: Final = 3
"""Of the pages about what can be read as no text."""
LANGUAGES: Final = ("en", "zh-hans")


def _proposed(world: World, name: str, data: bytes) -> tuple[str, str]:
    """Let Sylvania propose a text; return the hash and the id of the proposal."""
    sha256, node = hashlib.sha256(data).hexdigest(), world.node("sy")
    is_small = len(data) <= limits.ROW_BLOB_BYTES_MAX
    if not is_small:
        node.bodies.stage(sha256, 0, data)
        assert node.bodies.commit(sha256)
    said = acts.Text(acts.document(sha256, len(data)))
    act = acts.proposed(agreed._speaks(world, "sy", name), said)
    sent = world.say("sy", act, {sha256: data} if is_small else {})
    world.pump()
    return sha256, sent.act.id


def _pages(world: World, name: str, data: bytes) -> Iterator[str]:
    """Give the addresses of the pages about a text that was proposed."""
    sha256, proposal = _proposed(world, name, data)
    shipped = agreed.MAIN if name == acts.MAIN else agreed.CALENDARS["bb"]
    held = hashlib.sha256(agreed.shipped(shipped)).hexdigest()
    base = f"/guidelines/{world.arrangement}/{name}/"
    for page in ("", "whole/", "types/preservation/", f"types/{'a' * 63}/"):
        yield f"{base}versions/{sha256}/{page}"
    yield from (f"{base}difference/?old={held}&new={sha256}", base, "/guidelines/")
    yield f"{base}proposals/{proposal}/adopt/"


def _looked_at(client: Client, address: str, language: str) -> list[str]:
    """Return what is wrong with a page."""
    answer = cast("HttpResponse", client.get(address, headers={"Accept-Language": language}))
    text = answer.content.decode()
    page = test_naughty.Page(MARK)
    page.feed(text)
    found = [f"{address} lets run {one}" for one in page.running]
    found += [f"{address} does not isolate {one}" for one in page.bare]
    if printable(text) != text:
        found.append(f"{address} is steered")
    if answer.status_code >= 500:
        found.append(f"{address} is answered {answer.status_code}")
    return found


def test_no_page_of_a_text_is_steered_by_it_or_fails(tmp_path: Path) -> None:
    """What stands in a proposal is read as it was written, or told to be none."""
    world, chance = agreed_stage.world_of(tmp_path), random.Random(1)  # noqa: S311 -- a test
    agreed.adopt(world, "calendar.sy", agreed.shipped(agreed.CALENDARS["bb"]))
    client = agreed_stage.proven(world.node("fr"), "ann")
    readable: list[tuple[str, bytes]] = [
        *((acts.MAIN, data) for data in hostile_texts.guidelines(chance, GUIDELINES)),
        *(("calendar.sy", data) for data in hostile_texts.calendars(chance, CALENDARS)),
    ]
    addresses = [one for name, data in readable for one in _pages(world, name, data)]
    for data in hostile_texts.unreadable():
        addresses += chance.sample([*_pages(world, acts.MAIN, data)], LOOKED_AT)
    asked = zip(addresses, itertools.cycle(LANGUAGES), strict=False)
    wrong = [found for one in asked for found in _looked_at(client, *one)]
    assert wrong == [], "\n".join(wrong)


def test_what_is_wrong_in_a_text_of_another_state_fills_no_page(tmp_path: Path) -> None:
    """A hundred problems are enough to decline it; it may have a hundred thousand."""
    world = agreed_stage.world_of(tmp_path)
    value: dict[str, Any] = hostile_texts.plain("guideline/dialogue.yaml")
    value["crimes"] = [{"code": "", "label": {}} for _ in range(600)]
    address = next(_pages(world, acts.MAIN, hostile_texts.spelled(value)))
    answer = agreed_stage.proven(world.node("fr"), "ann").get(address)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "/crimes/20/" in text
    assert "/crimes/599/" not in text


def test_a_text_that_repeats_itself_fills_no_page_of_hundreds_of_megabytes(
    tmp_path: Path,
) -> None:
    """Twenty long labels in thousands of places: their beginnings, and that the YAML has all."""
    world = agreed_stage.world_of(tmp_path)
    data = hostile_texts.repeating(20, 120)
    assert len(data) < 600_000
    client = agreed_stage.proven(world.node("fr"), "ann")
    front, whole, *_ = _pages(world, acts.MAIN, data)
    for address, is_cut in ((front, False), (whole, True)):
        text = client.get(address).content.decode()
        assert len(text) < 12_000_000
        assert ("marked with an ellipsis" in text) is is_cut
    short = client.get("/guidelines/shipped/whole/").content.decode()
    assert "marked with an ellipsis" not in short


def test_pages_speak_of_requests_under_a_text_in_other_languages(tmp_path: Path) -> None:
    """Two States may agree in French alone: its words stand on pages in English and in Chinese."""
    world = agreed_stage.world_of(tmp_path)
    sha256 = agreed.adopt(world, acts.MAIN, hostile_texts.in_one_language("fr"))
    for party in world.states:
        agreed.ask(world, party, "preservation", "urgent", guideline=sha256)
    world.pump()
    client = agreed_stage.proven(world.node("fr"), "ann")
    agreed_stage.sheet_of(world.node("fr"))
    for address in ("/", "/requests/", "/drafts/", "/drafts/new/"):
        for language in LANGUAGES:
            answer = client.get(address, headers={"Accept-Language": language})
            assert answer.status_code == 200, address
