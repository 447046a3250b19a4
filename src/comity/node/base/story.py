"""What happened in a matter, as who runs the machine sees it: codes and times, and no content.

Floor: node.
"""

from dataclasses import dataclass

from comity.acts.verb import Both


@dataclass(frozen=True, slots=True)
class Turn:
    """One act on a time line.

    Attributes:
        party: who said it.
        act_id: its id.
        words: what it did.
        items: ids that it names.
        reason: a code, or "".
        is_crossed: whether its author had not seen what stands before it.
        takes_effect: whether it changed more than the time line.
    """

    party: str
    act_id: str
    words: Both
    items: tuple[str, ...] = ()
    reason: str = ""
    is_crossed: bool = False
    takes_effect: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """What happened in a matter, in codes and times: nothing of its content.

    Attributes:
        turns: in the order of the matter.
        text_sha256: of the version of the joint text that it names, or "".
        elements: ids of what it consists of.
        items: (party, item, how far that party is with it).
    """

    turns: tuple[Turn, ...]
    text_sha256: str = ""
    elements: tuple[str, ...] = ()
    items: tuple[tuple[str, str, str], ...] = ()
