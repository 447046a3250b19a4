"""`comity request`, as a person types it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.commands import parser
from support.states import State, deliver, paired

from comity.adapters import typeset
from comity.boot.rooms import ROOMS
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import Unfit
from comity.node.room.release import send
from comity.surfaces.cli import draft as drafts
from comity.surfaces.cli import release, request
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Home, Paths, Program, Settings

EXAMPLES = Path(__file__).parents[3] / "examples"
PRESERVATION = EXAMPLES / "preservation.json"


def _refuse(*_: object) -> Any:  # noqa: ANN401 -- stands for any callable that is not called
    raise AssertionError


class Desk:
    """Two paired States, and the command over them."""

    def __init__(self, folder: Path) -> None:
        fr, sn = paired(folder, "fr", "sn")
        fr.officer("ann")
        sn.officer("ben")
        self.states: dict[str, State] = {"fr": fr, "sn": sn}
        self.shown: list[tuple[Json, str]] = []
        self.noted: list[str] = []
        self.approvals = 1
        self.reading_ms = 0

    def run(self, party: str, *words: str | Path, name: str = "") -> int:
        """Run one command at a State's node as its officer; return its exit code."""
        name = name or ("ann" if party == "fr" else "ben")
        given = [*map(str, words), "--home", party, "--as", name]
        if words[0] not in ("draft", "release", "request"):
            given = ["request", *given]
        options = parser(request, drafts, release).parse_args(given)
        return int(options.run(self._program(self.states[party].tokens[name]), options))

    def text(self, party: str, *words: str | Path) -> str:
        """Run a command that succeeds; return what it printed."""
        assert self.run(party, *words) == EXIT_OK, self.noted
        return self.shown[-1][1]

    def value(self, party: str, *words: str | Path) -> dict[str, Any]:
        """Run a command that succeeds with --json; return the object."""
        assert self.run(party, *words, "--json") == EXIT_OK, self.noted
        value = json.loads(json.dumps(self.shown[-1][0]))
        assert isinstance(value, dict)
        return value

    def deliver(self) -> None:
        """Let the nodes exchange what they have."""
        deliver(*self.states.values())

    def _program(self, token: str) -> Program:
        return Program(
            rooms=lambda: ROOMS,
            create_home=_refuse,
            open_home=self._open,
            open_to_mend=self._open,
            serve=_refuse,
            doctor=_refuse,
            token=lambda _name: token,
            show=lambda value, text: self.shown.append((value, text)),
            note=self.noted.append,
            now_ms=self._now_ms,
            random=_refuse,
            letter=typeset.letter,
        )

    def _now_ms(self) -> int:
        self.reading_ms += 1_500  # each look at the clock takes a while, so that waiting ends
        return self.states["fr"].clock.at_ms + self.reading_ms

    @contextmanager
    def _open(self, path: Path) -> Iterator[Home]:
        held = self.states[str(path)]
        paths = Paths(path, path, path, path, path, path, path)
        settings = Settings(held.node.party, approvals=self.approvals)
        send.set_approvals(held.node, self.approvals)  # as boot does
        yield Home(held.node, held.maker, paths, settings, lambda: None)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two paired States."""
    return Desk(tmp_path)


def test_the_main_job_by_command(desk: Desk) -> None:
    """Asked, listed, acknowledged, answered, read."""
    sent = desk.value("fr", "send", PRESERVATION, "--to", "sn")
    desk.deliver()
    assert "preservation" in desk.text("sn", "list")
    matter = sent["matter"][:8]
    desk.text("sn", "acknowledge", matter, "--own-reference", "CB-1")
    desk.text("sn", "answer", matter, EXAMPLES / "answer.json")
    desk.deliver()

    shown = desk.text("fr", "show", matter)
    for words in (
        "answered or refused in part",
        "CB-1",
        "已要求服务商",
        "item      sn: content open",
    ):
        assert words in shown
    value = desk.value("fr", "show", sent["act"])
    assert [turn["tag"].split("/")[0] for turn in value["turns"]] == [
        "request.submitted",
        "request.acknowledged",
        "request.answered",
    ]
    assert value["turns"][2]["values"]["items"]["subscriber"]["preserved"] is True


def test_waiting_ends_with_when_the_peer_signed(desk: Desk) -> None:
    """`--wait` prints the time of the cosignature and of the receipt."""
    desk.text("fr", "send", PRESERVATION, "--to", "sn", "--key", "k")
    desk.deliver()
    text = desk.text("fr", "send", PRESERVATION, "--to", "sn", "--key", "k", "--wait")

    assert "Sent before, with the same key." in text
    assert "signed for it  2025-" in text
    assert "not yet" not in text


def test_waiting_is_bounded(desk: Desk) -> None:
    """With the peer out of reach the act stays sent, and the exit code says that it waits."""
    code = desk.run("fr", "send", PRESERVATION, "--to", "sn", "--wait", "--wait-seconds", "5")

    assert code == EXIT_REFUSED
    assert "not yet" in desk.shown[-1][1]
    assert "Waiting for sn" in desk.noted[1]


def test_a_lawful_no_says_what_to_do(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A ground that is not on the list is answered with the list."""
    sent = desk.value("fr", "send", PRESERVATION, "--to", "sn")
    desk.deliver()

    with pytest.raises(SystemExit):
        desk.run("sn", "refuse", sent["matter"], "--reason", "bank-secrecy")
    assert "essential-interests" in capsys.readouterr().err
    desk.text("sn", "refuse", sent["matter"], "--reason", "impossible", "--text", "All is gone.")
    number = ("--own-reference", "FR-1")
    assert desk.run("fr", "acknowledge", sent["matter"], *number) == EXIT_REFUSED
    assert desk.noted[-1].startswith("Not sent: ")
    assert desk.run("fr", "withdraw", sent["matter"], "--reason", "replaced") == EXIT_OK
    desk.deliver()
    assert "All is gone." in desk.text("fr", "show", sent["matter"])


def test_attachments_are_saved_under_safe_names(desk: Desk, tmp_path: Path) -> None:
    """What the other side named is written into the folder and nowhere else."""
    sent = desk.value("fr", "send", PRESERVATION, "--to", "sn")
    desk.deliver()
    desk.text("sn", "show", sent["matter"], "--save", tmp_path / "out")

    (saved,) = (tmp_path / "out").iterdir()
    assert saved.name.endswith("-1-headers.txt")
    assert saved.read_bytes() == (EXAMPLES / "preservation/headers.txt").read_bytes()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"urgency": "now"}, "node.file.unfit"),
        ({"attachments": [{"path": "no.txt", "media_type": "text/plain", "mark": "TLP:RED"}]},
         "surfaces.attachment.missing"),
        ({"attachments": [{"path": "link", "media_type": "text/plain", "mark": "TLP:RED"}]},
         "surfaces.attachment.outside"),
    ],
)  # fmt: skip
def test_a_bad_file_sends_nothing(
    desk: Desk, tmp_path: Path, change: dict[str, object], code: str
) -> None:
    """What is wrong is said before anything is stored."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(PRESERVATION)
    file = tmp_path / "in" / "bad.json"
    good = {"type": "emergency", "urgency": "routine", "elements": {}}
    file.write_text(json.dumps({**good, **change}))
    with pytest.raises(Fault) as caught:
        desk.run("fr", "send", file, "--to", "sn")

    assert caught.value.code == code
    assert desk.value("fr", "list")["requests"] == []


def test_a_wrong_token_opens_nothing(desk: Desk, tmp_path: Path) -> None:
    """A token from a file is read like one from elsewhere, and a wrong one refused."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text(desk.states["fr"].tokens["ann"] + "\n")
    bad.write_text(desk.states["sn"].tokens["ben"])

    assert desk.run("fr", "list", "--token-file", good) == EXIT_OK
    with pytest.raises(Fault) as caught:
        desk.run("fr", "list", "--token-file", bad)
    assert caught.value.code == "officer.token.wrong"


def test_the_number_of_approvals_is_a_setting(desk: Desk) -> None:
    """With two needed, one officer's send is a draft that waits."""
    desk.approvals = 2
    value = desk.value("fr", "send", PRESERVATION, "--to", "sn")

    assert (value["sent"], value["approvals_missing"]) == (False, 1)


def test_a_second_officer_sees_what_will_cross_and_approves_that(
    desk: Desk, tmp_path: Path
) -> None:
    """Fields, values, texts and attachments by hash; an approval names what was read."""
    desk.approvals = 2
    desk.states["fr"].officer("cyd")
    draft = desk.value("fr", "send", PRESERVATION, "--to", "sn")["draft"]
    assert draft in desk.text("fr", "draft", "list")
    shown = desk.text("fr", "draft", "show", draft[:8], "--save", tmp_path / "read")
    value = desk.value("fr", "draft", "show", draft)
    written = json.loads(PRESERVATION.read_text())
    content = value["content_sha256"]

    for text in written["texts"]:
        assert text["text"] in shown
    for line, body in zip(written["attachments"], value["bodies"][-1:], strict=False):
        data = (EXAMPLES / line["path"]).read_bytes()
        assert body["sha256"] == hashlib.sha256(data).hexdigest()
        assert body["sha256"] in shown
        assert data in [path.read_bytes() for path in (tmp_path / "read").iterdir()]
    assert value["values"]["elements"] == written["elements"]
    assert content in shown
    assert "key" not in json.dumps(value["act"])
    approve = ("draft", "approve", draft, "--content")
    for wrong in (content[:15], "0" * 64):
        assert desk.run("fr", *approve, wrong, name="cyd") == EXIT_REFUSED
    with pytest.raises(Unfit):
        desk.run("fr", *approve, "", name="cyd")
    assert desk.run("fr", *approve, content[:16]) == EXIT_REFUSED
    assert desk.run("fr", *approve, content[:16], name="cyd") == EXIT_OK
    desk.deliver()
    assert "preservation" in desk.text("sn", "list")
    assert desk.text("fr", "draft", "list") == "No drafts wait for an approval."


def test_a_request_is_drafted_edited_discussed_and_released(desk: Desk, tmp_path: Path) -> None:
    """Each step by its verb; nothing crosses before the last, and then exactly once."""
    desk.approvals = 2
    desk.states["fr"].officer("cyd")
    file = tmp_path / "asked.json"
    file.write_text((EXAMPLES / "emergency.json").read_text())
    first = desk.value("fr", "request", "draft", file, "--to", "sn", "--key", "one")
    assert desk.value("fr", "request", "draft", file, "--to", "sn", "--key", "one") == first
    draft = first["draft"]
    assert (first["sent"], first["approvals_missing"]) == (False, 2)
    assert desk.run("fr", "draft", "comment", draft, "--text", "Give the zone.", name="cyd") == 0
    written = json.loads(file.read_text())
    written["own_reference"] = "FR-77"
    file.write_text(json.dumps(written))
    read = desk.value("fr", "draft", "show", draft)["content_sha256"]
    edited = desk.value("fr", "draft", "edit", draft[:8], file, "--content", read[:16])
    assert edited["draft"] == draft
    text = desk.text("fr", "draft", "show", draft[:8])
    for words in ("by ann", "cyd: Give the zone.", "lacks     2 of 2", "FR-77"):
        assert words in text
    desk.deliver()
    assert desk.value("sn", "list")["requests"] == []

    content = desk.value("fr", "draft", "show", draft)["content_sha256"]
    offered = desk.value("fr", "draft", "release", draft, "--content", content)
    assert offered["approvals_missing"] == 1
    assert desk.run("fr", "draft", "approve", draft, "--content", content, name="cyd") == EXIT_OK
    desk.deliver()
    (asked,) = desk.value("sn", "list")["requests"]
    assert asked["matter"] == first["matter"]
    assert "cyd" not in json.dumps(desk.value("sn", "show", asked["matter"]))


def test_who_edits_names_what_he_read(desk: Desk, tmp_path: Path) -> None:
    """Of two who change one draft the later is told, and nothing of the earlier is lost."""
    desk.approvals = 2
    desk.states["fr"].officer("cyd")
    file = tmp_path / "asked.json"
    file.write_text((EXAMPLES / "emergency.json").read_text())
    draft = desk.value("fr", "request", "draft", file, "--to", "sn")["draft"]
    read = desk.value("fr", "draft", "show", draft)["content_sha256"]
    written = json.loads(file.read_text())
    for reference, name, code in (("FR-1", "cyd", EXIT_OK), ("FR-2", "ann", EXIT_REFUSED)):
        written["own_reference"] = reference
        file.write_text(json.dumps(written))
        words = ("draft", "edit", draft, file, "--content", read)
        assert desk.run("fr", *words, name=name) == code

    for wrong in (read[:15], "0" * 64):
        assert desk.run("fr", "draft", "edit", draft, file, "--content", wrong) == EXIT_REFUSED
    text = desk.text("fr", "draft", "show", draft)
    assert "FR-1" in text
    assert "FR-2" not in text


def test_an_answer_is_held_and_released(desk: Desk) -> None:
    """`--hold` keeps what any verb would send."""
    sent = desk.value("fr", "send", PRESERVATION, "--to", "sn")
    desk.deliver()
    held = desk.value("sn", "acknowledge", sent["matter"], "--own-reference", "CB-1", "--hold")
    assert held["sent"] is False
    read = desk.value("sn", "draft", "show", held["draft"])["content_sha256"]
    assert desk.value("sn", "draft", "release", held["draft"], "--content", read)["sent"] is True


def test_one_officer_breaks_the_glass_and_another_reviews(desk: Desk) -> None:
    """With a reason, in an emergency; the review is listed until it is done, and after."""
    desk.approvals = 2
    desk.states["fr"].officer("cyd")
    emergency = EXAMPLES / "emergency.json"
    draft = desk.value("fr", "request", "draft", emergency, "--to", "sn")["draft"]
    read = desk.value("fr", "draft", "show", draft)["content_sha256"]
    release_ = ("draft", "release", draft, "--content", read)
    assert desk.run("fr", *release_, "--break-glass") == EXIT_REFUSED
    with pytest.raises(Fault) as caught:
        desk.run("fr", *release_, "--reason", "A life.")
    assert caught.value.code == "node.draft.reason-unasked"
    reason = ("--break-glass", "--reason", "A life is at risk.")
    assert desk.value("fr", *release_, *reason)["sent"] is True

    assert "A life is at risk." in desk.text("fr", "release", "list")
    verdict = ("--verdict", "justified", "--note", "It was.")
    assert desk.run("fr", "release", "review", draft, *verdict) == EXIT_REFUSED
    assert desk.run("fr", "release", "review", draft[:8], *verdict, name="cyd") == EXIT_OK
    (done,) = desk.value("fr", "release", "list")["reviews"]
    assert (done["status"], done["reviewer"], done["verdict"]) == ("reviewed", "cyd", "justified")


def test_a_draft_can_be_dropped(desk: Desk) -> None:
    """What is dropped does not cross, and is named wrongly no longer."""
    desk.approvals = 2
    draft = desk.value("fr", "send", PRESERVATION, "--to", "sn")["draft"]
    assert desk.value("fr", "draft", "drop", draft[:6]) == {"dropped": draft}
    with pytest.raises(Fault) as caught:
        desk.run("fr", "draft", "show", draft)
    assert caught.value.code == "node.draft.unknown"
    desk.deliver()
    assert desk.text("sn", "list") == "There is no such request that you can read."


def test_the_other_side_steers_no_terminal_and_forges_no_line(desk: Desk, tmp_path: Path) -> None:
    """Control characters are shown as what they are; lines of its own stand behind a bar."""
    file, forged = tmp_path / "a.json", "So.\nstatus    answered\nsn answered the request"
    elements = {"facts": forged, "more": "safe\x1b[2Jand\u202esound"}
    value = {"type": "x", "urgency": "routine", "elements": elements}
    text = {"lang": "en", "text": forged, "by": forged, "original": True}
    file.write_text(json.dumps({**value, "texts": [text]}))
    sent = desk.value("fr", "send", file, "--to", "sn")
    desk.deliver()
    shown = desk.text("sn", "show", sent["matter"])
    lines = shown.split("\n")

    assert "safe\ufffd[2Jand\ufffdsound" in shown
    assert not {"\x1b", "\u202e"} & {*shown}
    assert [line for line in lines if line.startswith(("status    answered", "sn answered"))] == []
    assert "    | status    answered" in lines


def test_the_option_that_does_not_fit_is_named(desk: Desk) -> None:
    """A file number that is too long is not told to be a wrong text."""
    sent = desk.value("fr", "send", PRESERVATION, "--to", "sn")
    desk.deliver()
    number = ("--own-reference", "x" * 300)
    with pytest.raises(Unfit) as caught:
        desk.run("sn", "acknowledge", sent["matter"], *number, "--text", "It is registered.")
    (problem,) = caught.value.problems
    assert problem.pointer == "/own_reference"
    assert "own-reference" in problem.what


def test_a_list_of_what_nobody_knows_is_no_empty_list(desk: Desk) -> None:
    """Else who mistypes a name reads that nothing waits; what is known may have asked nothing."""
    for name in ("--party", "--asker", "--holder", "--type", "--agency"):
        desk.value("fr", "send", PRESERVATION, "--to", "sn")
        with pytest.raises(Fault, match="'nobody'; known: ") as told:
            desk.run("fr", "list", name, "nobody")
        assert told.value.code == "node.list.name-unknown"
    assert desk.value("fr", "list", "--asker", "sn")["requests"] == []
