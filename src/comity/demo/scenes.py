"""The scenes of the demo, in order: what two States agree on, ask, answer, refuse and take back.

Each scene is what a guideline is for: an agreement, a request that lacks something, an emergency,
money that is about to be lost, a refusal, an answer on conditions, and two acts that cross.

Floor: demo.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from comity.demo.hotline import hotline
from comity.demo.pair_of_nodes import told
from comity.demo.sessions import dialogue, packed
from comity.demo.story import (
    FIRST,
    FR,
    SECOND,
    SY,
    Play,
    calendars,
    instant,
    is_held,
    on_both,
    until,
)

type Scene = Callable[[Play], None]

PRESERVATION: Final = "preservation"
EMERGENCY: Final = "emergency"
STOP_PAYMENT: Final = "stop-payment"
REFUSAL: Final = "refusal"
CONDITION: Final = "condition"
CROSSING: Final = "crossing"

_GROUND: Final = "dual-criminality"
_ALLOWS: Final = ("--verdict", "allows", "--question")
_HELD: Final = "held"


def houses(play: Play) -> None:
    """A second officer on each side, who is counsel, and the law of one of them."""
    review = ("contact-point", "case-officer", "releasing", "secretariat")

    def settle(party: str) -> None:
        play.nodes.add_officer(party, SECOND[party], "contact-point", "counsel", "releasing")
        play.nodes.give_roles(party, FIRST[party], *review)

    on_both(settle)
    play.counsel(SY, "nation", "adopt", play.file("sylvania.yaml"))
    play.story.tell("Each has two officers: one is of the secretariat too, the other is counsel.")
    play.story.tell("Sylvania's law is in its profile.")


def agreement(play: Play) -> None:
    """Both adopt a calendar for each side and the guideline that ships, if not in their past."""
    story = play.story
    if not play.past:
        _adopt(play)
        story.tell("Both adopted a calendar for each side, and the guideline that ships.")
    found = [str(play.runs(party, "guideline", "show")["in_force"]) for party in FIRST]
    story.facts["guideline"] = found[0]
    story.check("one guideline is in force on both nodes", holds=len({"", *found}) == len(found))


def _adopt(play: Play) -> None:
    """Let Freedonia propose each text, and both adopt it."""
    year = play.now().year
    texts = calendars(play.nodes, year - 1, year + 1)
    named = [("--document", str(file), "--name", name) for name, file in texts.items()]
    for words in (*named, ("--shipped",)):
        play.says(FR, "guideline", "propose", *words)
        name = words[2:]
        play.says(SY, "guideline", "adopt", *name)
        play.says(FR, "guideline", "adopt", *name)


def preservation(play: Play) -> None:
    """Deficient, clarified, accepted, answered with an evidence file."""
    story, asked = play.story, play.file("preservation-deficient.json")
    story.tell("Freedonia wants data preserved; when the address was used is not known yet.")
    no = play.stopped(FR, "request", "send", asked, "--to", SY)
    story.check("what a request lacks stops it before it leaves", holds=no == "request.incomplete")
    matter = play.asks(PRESERVATION, asked, "--lacks", "data=to-follow")
    story.tell(f"It asked all the same, and said what is to follow: request {matter}.")
    held = is_held(play.acts["request"])
    story.check("Sylvania's node has signed that it holds the request", holds=held)
    play.says(SY, "request", "acknowledge", matter, "--own-reference", "CB-2026-5512")
    found = _lacks(play, matter)
    play.says(SY, "request", "find-deficient", matter, "--finding", *found)
    story.tell(f"Sylvania registered it, and found it deficient: {' '.join(found)}.")
    play.says(FR, "request", "clarify", matter, play.file("clarification.json"))
    story.tell("Freedonia clarified it.")
    story.check("nothing is lacking after the clarification", holds=_lacks(play, matter) == [])
    play.says(SY, "request", "accept", matter)
    play.acts["answer"] = _answers(play, matter, "evidence.json")
    story.tell("Sylvania accepted it, and answered with a file of evidence.")
    held = is_held(play.acts["answer"])
    story.check("Freedonia's node has signed that it holds the answer", holds=held)
    came = _came(play, matter, "evidence/connections.csv")
    story.check("the evidence came whole, under its exhibit number and mark", holds=came)


def _lacks(play: Play, matter: str) -> list[str]:
    """Return what a review of Sylvania would have mended, as `deficient --on` takes it."""
    done = play.nodes.attempt(SY, "request", "review", matter, "--as", FIRST[SY])
    return [f"{element}={kind}" for element, kind in told(done)["suggested"].items()]


def _answers(play: Play, matter: str, name: str) -> dict[str, Any]:
    return play.says(SY, "request", "answer", matter, play.file(name))


def _came(play: Play, matter: str, name: str) -> bool:
    """Wait until Freedonia holds a file that Sylvania gave, and compare its hash."""
    sent = hashlib.sha256((play.files / name).read_bytes()).hexdigest()

    def is_here() -> bool:
        items = play.runs(FR, "evidence", "list", matter)["items"]
        return any(
            one["sha256"] == sent and one["state"] == _HELD and one["exhibit"] and one["mark"]
            for one in items
        )

    return until(is_here)


def emergency(play: Play) -> None:
    """One officer alone releases it, with a reason that stays at home; another reviews that."""
    story, asked = play.story, play.file("emergency.json")
    draft = str(play.runs(FR, "request", "draft", asked, "--to", SY)["draft"])
    read = ("--content", str(play.runs(FR, "draft", "show", draft)["content_sha256"]))
    alone = ("--break-glass", "--reason", "Nobody else is on duty.", "--wait")
    sent = play.runs(FR, "draft", "release", draft, *read, *alone)
    matter = play.matters[EMERGENCY] = str(sent["matter"])
    story.tell("An emergency, a missing child: one officer of Freedonia released it alone.")
    play.says(SY, "request", "acknowledge", matter, "--own-reference", "CB-2026-5513")
    _answers(play, matter, "emergency-answer.json")
    story.tell("Sylvania disclosed who uses the account, and where it was used last.")
    before = _verdicts(play, str(sent["act"]))
    note = ("--note", "The duty roster had one officer that night.")
    play.counsel(FR, "release", "review", sent["act"], "--verdict", "justified", *note)
    after = _verdicts(play, str(sent["act"]))
    is_done = (before, after) == ([""], ["justified"])
    story.check("a release by one officer alone is reviewed by another", holds=is_done)


def _verdicts(play: Play, act: str) -> list[str]:
    """Return what reviews of a release by one officer alone have found; "" where none has."""
    reviews = play.counsel(FR, "release", "list")["reviews"]
    return [str(one["verdict"]) for one in reviews if one["act_id"] == act]


def stop_payment(play: Play) -> None:
    """Money that was obtained by fraud is held within 72 hours of its transfer."""
    matter = play.asks(STOP_PAYMENT, play.file("stop-payment.json"))
    play.says(SY, "request", "acknowledge", matter, "--own-reference", "CB-2026-5514")
    play.says(SY, "request", "accept", matter)
    play.story.tell("A stop-payment: Sylvania accepted it within 72 hours of the transfer.")
    _answers(play, matter, "stop-payment-answer.json")
    play.story.tell("A bank holds 161,500 of 184,000 EUR; the answer says where the rest went.")


def refusal(play: Play) -> None:
    """A refusal comes after a consultation, on a ground that counsel has decided."""
    story = play.story
    story.tell("Freedonia asked for a subscriber, in a case that is no offence in Sylvania.")
    matter = play.asks(REFUSAL, play.file("subscriber.json"))
    play.says(SY, "request", "acknowledge", matter, "--own-reference", "CB-2026-5515")
    no = play.stopped(SY, "request", "refuse", matter, "--reason", _GROUND)
    story.check("nothing is refused before a consultation", holds=no == "request.not-consulted")
    by = instant(play.now() + timedelta(days=7))
    play.says(
        SY, "request", "consult", matter, "--reason", _GROUND, "--answer-by", by,
        "--text", "What is described is no offence here. Is there more to it than the statements?",
    )  # fmt: skip
    play.says(
        FR, "request", "answer-consultation", matter, "--position", "maintains",
        "--text", "There is not; the statements were false and did the damage that is described.",
    )  # fmt: skip
    story.tell("Sylvania consulted; Freedonia maintained the request.")
    drafted = play.runs(SY, "request", "refuse", matter, "--reason", _GROUND)
    play.counsel(
        SY, "legal", "decide", matter, "--question", f"grounds/{_GROUND}", "--verdict", "stops",
        "--note", "No provision of our code covers untrue statements about an enterprise.",
    )  # fmt: skip
    play.approves(SY, drafted)
    story.tell("Sylvania's counsel decided the ground, and it was refused.")


def condition(play: Play) -> None:
    """Content is given once its conditions are accepted, and counsel has decided."""
    story = play.story
    story.tell("Freedonia asked for the messages of a mailbox.")
    matter = play.asks(CONDITION, play.file("content.json"))
    play.says(SY, "request", "acknowledge", matter, "--own-reference", "CB-2026-5516")
    conditions = ("--condition", "confidential", "--condition", "no-other-use")
    drafted = play.runs(SY, "request", "accept", matter, *conditions)
    is_stopped = bool(drafted["waits_for"])
    story.check("content is not accepted before counsel has decided", holds=is_stopped)
    play.counsel(
        SY, "legal", "decide", matter, *_ALLOWS, "legal-basis", "--named", "procedure-code"
    )
    warrant = ("--named", "search-warrant", "--number", "SW-2026-0388")
    play.counsel(SY, "legal", "decide", matter, *_ALLOWS, "instrument", *warrant)
    play.approves(SY, drafted)
    story.tell("Counsel decided basis and warrant, and it was accepted on two conditions.")
    answer = play.file("content-answer.json")
    no = play.stopped(SY, "request", "answer", matter, answer)
    story.check(
        "nothing is given before the conditions are accepted", holds=no == "request.condition-open"
    )
    play.says(FR, "request", "accept-condition", matter)
    drafted = play.runs(SY, "request", "answer", matter, answer)
    goes_with = ("--condition", "no-other-use")
    play.counsel(SY, "legal", "decide", drafted["draft"], *_ALLOWS, "conditions", *goes_with)
    play.approves(SY, drafted)
    story.tell("Freedonia bound itself to the conditions; then Sylvania gave the message.")
    story.check("the message came whole", holds=_came(play, matter, "content/message.txt"))


def crossing(play: Play) -> None:
    """Withdrawn by one side while the other answers: both are really said before seen."""
    story = play.story
    matter = play.asks(CROSSING, play.file("infrastructure.json"))
    play.says(SY, "request", "acknowledge", matter, "--own-reference", "CB-2026-5517")
    play.nodes.stop(SY)
    withdrawn = play.says(
        FR, "request", "withdraw", matter, "--reason", "obtained-otherwise", waits=False
    )
    answer = play.file("infrastructure-answer.json")
    answered = play.says(SY, "request", "answer", matter, answer, waits=False)
    is_unseen = not (is_held(withdrawn) or is_held(answered))
    play.nodes.start(SY)
    story.tell("The line was down: Freedonia withdrew a request while Sylvania answered it.")
    story.check("each was said before the other was seen", holds=is_unseen)
    said = {str(withdrawn["act"]), str(answered["act"])}
    met = until(lambda: all(said <= _effects(play, party, matter).keys() for party in FIRST))
    effects = [_effects(play, party, matter) for party in FIRST]
    is_same = met and effects[0] == effects[1] and all(effects[0][one] for one in said)
    story.check("both took effect, under the same name on both nodes", holds=is_same)


def _effects(play: Play, party: str, matter: str) -> dict[str, list[str]]:
    """Return `{act: what it did}` of the acts that took effect."""
    return {
        str(turn["act"]): sorted(turn["results"].values())
        for turn in play.shown(party, matter)["turns"]
        if turn["takes_effect"]
    }


SCENES: Final[tuple[Scene, ...]] = (
    agreement,
    preservation,
    emergency,
    stop_payment,
    refusal,
    condition,
    crossing,
    dialogue,
    hotline,
    packed,
)
"""In the order in which they are played, once both have their `houses`."""
