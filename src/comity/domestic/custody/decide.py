"""What may be done with an item now.

Floor: domestic (pure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts import marks
from comity.acts.marks import Mark
from comity.domestic.custody import acts
from comity.domestic.custody.fold import Chain
from comity.kernel.inadmissible import Inadmissible

SAMPLE_ROLE: Final = "malware-sample"

_PROGRAMS: Final = frozenset(
    {
        "application/java-archive",
        "application/vnd.android.package-archive",
        "application/vnd.microsoft.portable-executable",
        "application/x-dosexec",
        "application/x-elf",
        "application/x-executable",
        "application/x-mach-binary",
        "application/x-ms-shortcut",
        "application/x-msdos-program",
        "application/x-msdownload",
        "application/x-msi",
        "application/x-powershell",
        "application/x-sh",
        "application/x-sharedlib",
        "application/hta",
        "application/x-malware",
        "text/vbscript",
    }
)
"""Media types of what runs when it is opened."""

_ENDINGS: Final = frozenset(
    {
        *("apk", "bat", "cmd", "com", "dll", "docm", "elf", "exe", "hta", "iso", "jar", "js"),
        *("jse", "lnk", "msi", "ps1", "scr", "sh", "vbe", "vbs", "wsf", "xlsm"),
    }
)
"""How names of files end that run when they are opened."""


def is_sample(media_type: str, role: str, name: str = "") -> bool:
    """Return whether an attachment is a sample of malware, or a program, which is treated so.

    Args:
        media_type: as its author tells it.
        role: likewise.
        name: of the file, likewise.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return role == SAMPLE_ROLE or media_type in _PROGRAMS or ending in _ENDINGS


@dataclass(frozen=True, slots=True)
class Limit:
    """A condition that forbids a use.

    Attributes:
        code: of the condition.
        text: what it says, in words.
        party: who attached it, and can waive it.
    """

    code: str
    text: str
    party: str


def may_use(limits: Sequence[Limit], use: str) -> Inadmissible | None:
    """Return why what was given may not be used so, or None if nothing forbids it.

    Args:
        limits: conditions that bind and forbid it.
        use: what would be done, in words: `letting the agency justice read it`.
    """
    if not limits:
        return None
    named = "; ".join(f"{one.code}, “{one.text}” (of {one.party})" for one in limits)
    parties = " and ".join(dict.fromkeys(one.party for one in limits))
    return Inadmissible(
        FORBIDDEN,
        f"What was given was given on a condition that forbids {use}: {named}.",
        f"Ask {parties} for consent, which it gives with `comity request waive-condition`.",
    )


FORBIDDEN: Final = "custody.condition-forbids"


def may_leave(chain: Chain, *, is_sample: bool, quarantined: bool) -> Inadmissible | None:
    """Return why an item may not leave the node now, or None if it may."""
    if chain.is_destroyed:
        return Inadmissible(
            "custody.destroyed",
            "The item was destroyed here.",
            "Read its chain of custody: `comity evidence custody`.",
        )
    if is_sample and not quarantined:
        return Inadmissible(
            "custody.sample",
            "A sample of malware, or a program, leaves in a quarantined form alone.",
            "Save it with `comity request show --save`: it becomes a zip under `infected`.",
        )
    return None


def may_hand_over(chain: Chain, to: str, purpose: str) -> Inadmissible | None:
    """Return why an item may not be handed over so, or None if it may."""
    if chain.is_destroyed:
        return may_leave(chain, is_sample=False, quarantined=True)
    if not any(step.kind in (acts.COPIED, acts.EXPORTED) for step in chain.steps):
        return Inadmissible(
            "custody.no-copy",
            "Nobody has taken the item out of the node, so that there is nothing to hand over.",
            "Save or export it first, as `comity evidence export` does; that is a step of its "
            "chain.",
        )
    if not to or not purpose:
        return Inadmissible(
            "custody.purpose",
            "A hand-over says to whom and for what.",
            "Give --to and --purpose.",
        )
    return None


def may_attach(
    received: Mark, going: Mark, *, from_party: str, third: tuple[str, ...]
) -> Inadmissible | None:
    """Return why what was received may not be attached under a mark, or None if it may.

    Args:
        received: mark under which it came.
        going: mark under which it is to leave.
        from_party: State that gave it.
        third: States that would read it and were no readers of it then.
    """
    if third and not received.may_go_to_third_state:
        return Inadmissible(
            "custody.mark-onward",
            f"It came from {from_party} under {received}: {received.readers}. "
            f"{' and '.join(third)} would read it.",
            f"Ask {from_party} for a wider mark, or leave it out.",
        )
    if marks.is_wider(going, received):
        return Inadmissible(
            "custody.mark-widened",
            f"It came from {from_party} under {received} and would leave under {going}, "
            "which is wider.",
            f"Mark it {received} or narrower; only {from_party} may widen its mark.",
        )
    return None
