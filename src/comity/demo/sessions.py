"""The scene of the dialogue: a joint text, from its brackets to a file that anyone verifies.

The sessions before are in the past of the demo; where there is none, one is convened.

Floor: demo.
"""

from typing import Any, Final

from comity.demo.story import FIRST, FR, SY, Play, instant, until

PUBLICATION: Final = "outcomes.zip"
"""The file that is published, in the folder of the nodes."""
_LABEL: Final = "2015-12"


def dialogue(play: Play) -> None:
    """Table, take, attest, adopt and publish a text; verify it without a node."""
    label = play.label or _convened(play)
    name = f"outcomes.{label}"
    text = str(play.says(FR, "wording", "open", "--name", name)["matter"])
    first = _words("{fr} and {sy} meet twice a year.", "{fr}和{sy}每年会晤两次。")
    play.says(FR, "wording", "table", text, *first)
    other = _words("{fr} and {sy} meet once a year.", "{fr}和{sy}每年会晤一次。")
    play.says(SY, "wording", "table", text, *other)
    (read,) = play.runs(FR, "wording", "read", text)["paragraphs"]
    pieces = [one["text"] for one in read["brackets"]["en"] if one["parties"]]
    story = play.story
    story.tell("Joint text: Freedonia tabled a paragraph in two languages, Sylvania other words.")
    story.check("the words that differ stand in brackets", holds={*pieces} == {"twice", "once"})
    _swapped(play, text)
    for party in FIRST:
        play.says(party, "wording", "attest", text, "--on", "fr.1=same")
    play.says(FR, "wording", "propose", text)
    for party in (SY, FR):
        play.says(party, "wording", "adopt", text)
    file = play.nodes.folder / PUBLICATION
    play.runs(FR, "publish", "make", name, "--out", str(file))
    told = play.nodes.run(SY, "publish", "verify", str(file), home=False)
    story.tell("Both attested and adopted the text, and it was published.")
    holds = told["holds"] and len(told["adopted_by"]) == len(FIRST)
    story.check("anyone verifies the publication without a node", holds=holds)


def _swapped(play: Play, text: str) -> None:
    """On the last night, the line down, each takes the words of the other; one act settles it."""
    story = play.story
    play.nodes.stop(SY)
    for party in (FR, SY):
        play.says(party, "wording", "accept", text, waits=False)
    play.nodes.start(SY)

    def is_seen() -> bool:
        found = [play.runs(party, "wording", "read", text)["paragraphs"] for party in FIRST]
        return all(one["crossing"] == "swapped" for (one,) in found)

    story.tell("On the last night the line was down, and each took the words of the other.")
    story.check("both see that they swapped places, and nothing is agreed", holds=until(is_seen))
    play.says(FR, "wording", "accept", text)
    (read,) = play.runs(FR, "wording", "read", text)["paragraphs"]
    story.tell("Freedonia took them once more.")
    story.check("one act settles it", holds=read["status"] == "clean")


def _convened(play: Play) -> str:
    """Convene a session, and agree from when its outcomes may be published; return its label."""
    named = ("--series", "ministers", "--label", _LABEL)
    session = str(play.says(FR, "dialogue", "convene", *named)["matter"])
    play.says(FR, "dialogue", "state", session, "--publish-at", instant(play.now()))
    play.says(SY, "dialogue", "take", session)
    return _LABEL


def _words(english: str, chinese: str) -> tuple[str, ...]:
    return ("--words", f"fr.1.en={english}", "--words", f"fr.1.zh={chinese}")


def packed(play: Play) -> None:
    """See what the drill of the hotline proves, and that both principals have one pack."""
    story = play.story
    packs: list[dict[str, Any]] = []

    def is_same() -> bool:
        packs[:] = [play.runs(party, "dialogue", "pack") for party in FIRST]
        return len({one["digest"] for one in packs}) == 1

    story.check("both principals have the same pack, by one digest", holds=until(is_same))
    if play.label:
        ref = f"{play.label}/hotline"
        rows = [play.runs(party, "commitment", "report")["commitments"] for party in FIRST]
        proofs = {str(one["proof"]) for of in rows for one in of if one["ref"] == ref}
        is_proved = len(proofs) == 1 and proofs.pop().startswith("hotline ")
        born: Any = story.facts["past"]
        is_whole = all(len(of) > born["commitments"] for of in rows)
        story.check("no commitment of ten years is lost, though the series changed", holds=is_whole)
        story.check("the drill proves a commitment, from the logs of both", holds=is_proved)
