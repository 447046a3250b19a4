"""A joint text from convening to verification, by hand: two browsers, two nodes, two languages.

Freedonia's officers read English and Sylvania's Chinese.  They settle a session, table a paragraph
each their own way, see the words that differ in brackets on the screen of the room, take, attest,
adopt and publish; who has no node verifies the file.  Each page that they come by is looked at by
axe.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from journeys.by_hand import Hands, House
from playwright.sync_api import Browser, expect
from support import readers

from comity.adapters import clock
from comity.demo.pair_of_nodes import PairOfNodes
from comity.domestic.officer import role

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

DESK = (role.SECRETARIAT, role.COUNSEL, role.RELEASING)
LABEL = "2015-12"
NAME = f"outcomes.{LABEL}"
TABLED = ("{fr} and {sy} meet twice a year.", "{fr}和{sy}每年会晤两次。")
OTHERWISE = ("{fr} and {sy} meet once a year.", "{fr}和{sy}每年会晤一次。")


@dataclass
class Side:
    """The officers of one State: one speaks, the other releases.

    Attributes:
        speaker: who reads and writes.
        second: who approves.
        flaws: what axe found on the pages that they came by.
    """

    speaker: Hands
    second: Hands
    flaws: list[str] = field(default_factory=list)

    def look(self, who: Hands) -> None:
        """Let axe look at the page that somebody has before them."""
        who.page.evaluate(readers.axe())
        found = readers.violations(who.page)
        self.flaws += [f"{who.page.url}, {who.name}: {one}" for one in found]

    def see(self, path: str, *words: str) -> None:
        """Open a page until all of these words stand on it, and look at it."""
        for one in words or ("",):
            self.speaker.until(path, f"main:has-text({one!r})" if one else "main")
        self.look(self.speaker)

    def say(self, path: str, **fields: str) -> None:
        """Fill a form in and send it; the second officer reads the draft and approves it."""
        page = self.speaker.until(path, "main form button.govuk-button").page
        for name, value in fields.items():
            self.speaker.put(name, value)
        self.look(self.speaker)
        page.locator("main form button.govuk-button").last.click()
        page.wait_for_url("**said=*")
        self.look(self.speaker)
        if page.url.endswith("said=waiting"):
            self.approve()

    def approve(self) -> None:
        """Let the second officer read the draft that waits, and approve it."""
        self.second.until("/release/", "main td a[href*='/release/'], main li a[href*='/release/']")
        self.look(self.second)
        draft = self.second.page.locator("main a[href*='/release/']").first
        draft.click()
        expect(self.second.page.locator(".cm-hash code")).to_be_visible()
        self.look(self.second)
        self.second.press("button[value=approve]")


@pytest.fixture
def sides(browser: Browser, nodes: PairOfNodes) -> Iterator[tuple[Side, Side]]:
    """Both nodes serve, and two officers of each State have come."""
    for party in nodes.sides:
        nodes.start(party)
    house = House(browser, nodes)
    alma, anna = (house.invite("fr", name, *DESK) for name in ("alma", "anna"))
    boris, bela = (house.invite("sy", name, *DESK) for name in ("boris", "bela"))
    yield Side(alma, anna), Side(boris, bela)
    for one in house.everyone:
        one.page.context.close()


def test_a_joint_text_is_negotiated_by_hand_until_anyone_verifies_it(
    sides: tuple[Side, Side], nodes: PairOfNodes
) -> None:
    """Convened, settled, tabled, taken, attested, adopted, published; nothing axe objects to."""
    fr, sy = sides
    convened(fr, sy)
    text = negotiated(fr, sy)
    adopted(fr, sy, text)
    file = published(fr, text, nodes.folder / "outcomes.zip")
    told = nodes.run("sy", "publish", "verify", str(file), home=False)
    assert (told["holds"], told["name"], told["adopted_by"]) == (True, NAME, ["fr", "sy"])
    assert [*fr.flaws, *sy.flaws] == []
    assert {one.name: one.heard for side in sides for one in (side.speaker, side.second)} == {
        "alma": [], "anna": [], "boris": [], "bela": [],
    }  # fmt: skip


def convened(fr: Side, sy: Side) -> None:
    """Freedonia convenes a session; both agree on from when its outcomes may be published."""
    words = {"text_en": "The first session.", "text_zh": "第一次会议。"}
    fr.say("/dialogues/convene/", series="ministers", label=LABEL, **words)
    session = matter(fr, "dialogues")
    yesterday = datetime.fromtimestamp(clock.SystemClock().now_ms() / 1_000 - 86_400, UTC)
    fr.say(f"{session}state/", publish_at=f"{yesterday:%Y-%m-%dT%H:%M}")
    sy.see(session, "publish-at")
    sy.say(f"{session}take/")
    for side, word in ((fr, "Cadence"), (sy, "会议")):
        side.see("/dialogues/", word)
        side.see(session, LABEL)
        side.see("/dialogues/cadence/", LABEL)
        side.see("/dialogues/pack/", LABEL)


def matter(side: Side, plural: str) -> str:
    """Return the address of the only matter of a room."""
    row = side.speaker.until(f"/{plural}/", f"main a[href^='/{plural}/'][href$='/']:has(bdi)")
    row.click()
    side.speaker.page.wait_for_url(f"**/{plural}/*/")
    return f"/{plural}/{side.speaker.part(plural)}/"


def negotiated(fr: Side, sy: Side) -> str:
    """Each tables its own words, both see the brackets, one takes; both attest the languages."""
    fr.say("/wordings/open/", name=NAME)
    text = matter(fr, "wordings")
    for side, (english, chinese) in ((fr, TABLED), (sy, OTHERWISE)):
        words = {"words_1_en": english, "words_1_zh": chinese}
        side.say(f"{text}table/", paragraph_name_1="fr.1", **words)
    for side, word in ((fr, "in brackets"), (sy, "括号内")):
        side.see(text, word, "twice", "once", "两")
        side.see(f"{text}room/", word, "twice", "一")
        side.see(f"{text}translation/")
    fr.say(f"{text}accept/")
    for side in (fr, sy):
        side.see(text, "once")
        side.say(f"{text}attest/", paragraph_name_1="fr.1", on_1="same")
    return text


def adopted(fr: Side, sy: Side, text: str) -> None:
    """The document is proposed and adopted, each in the original that names its State first."""
    for side in (fr, sy, fr):  # proposes, adopts, adopts
        side.see(f"{text}text/", "SHA-256")
        side.say(f"{text}text/")
    fr.see(f"{text}text/", "This State has adopted it.", "Freedonia and Sylvania meet once a year.")
    sy.see(f"{text}text/", "本国已通过。", "林国和自由国每年会晤一次。")


def published(fr: Side, text: str, target: Path) -> Path:
    """Download the file for everybody, once the adoption of the other State is there."""
    link = "a[href$='/publication/']"
    fr.speaker.until(f"{text}text/", link)
    with fr.speaker.page.expect_download() as begun:
        fr.speaker.page.locator(link).click()
    begun.value.save_as(target)
    return target
