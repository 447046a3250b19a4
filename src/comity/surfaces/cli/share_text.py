"""What would leave of a share, as a terminal shows it.

Floor: surfaces.
"""

from collections.abc import Iterator
from typing import Final

from comity.domestic.share.guard import RULES
from comity.kernel.printable import one_line
from comity.rooms.share.weigh import Weighed

_LINES_MAX: Final = 20


def lines(weighed: Weighed) -> Iterator[str]:
    """Give what would leave, what is held back, and who would read it."""
    yield f"{len(weighed.objects)} objects leave as {weighed.mark}: for {weighed.readers}."
    for one in weighed.audience:
        doors = ", ".join(one.reaches) or "no program"
        yield f"  {one.party}: officers; programs: {doors}"
    yield from (f"{count} of them are {mark}." for mark, count in weighed.narrower.items())
    for rule, count in weighed.by_rule.items():
        yield f"{count} held back ({rule}): {RULES[rule]['en']}"
    for at, (id_, why) in [*weighed.held.items()][:_LINES_MAX]:
        detail = f" ({one_line(why.detail)})" if why.detail else ""
        yield f"  {at}  {why.rule}{detail}  {one_line(id_)}"
    for left in weighed.left_out[:_LINES_MAX]:
        yield f"not read: {left.place}  {one_line(left.text)}"
    yield from (f"Counsel decides: {one.get('en', '')}" for one in weighed.counsel)
