"""Why an act of an exercise does nothing, by name.

Floor: joint (pure).
"""

from typing import Final

OPENED_BEFORE: Final = "opened-before"
NOTHING_OPENED: Final = "nothing-opened"
NOT_ENTITLED: Final = "not-entitled"
ENDED_BEFORE: Final = "ended-before"
CLOSED_BEFORE: Final = "closed-before"
AGREED_BEFORE: Final = "agreed-before"
NOT_AGREED: Final = "not-agreed"
ANSWERED_BEFORE: Final = "answered-before"
NOTHING_SAID: Final = "nothing-said"
WINDOW_UNKNOWN: Final = "window-unknown"
SAME_WINDOW: Final = "same-window"
PROPOSED_BEFORE: Final = "proposed-before"
FIXED_BEFORE: Final = "fixed-before"
NOTHING_FIXED: Final = "nothing-fixed"
COMMITMENT_DIFFERS: Final = "commitment-differs"
DISCLOSED_BEFORE: Final = "disclosed-before"
TEXT_UNADOPTED: Final = "text-unadopted"
NOT_NOW: Final = "not-at-this-status"
REPLACED_BEFORE: Final = "replaced-before"
STOP_UNNAMED: Final = "stop-unnamed"
PARTY_UNKNOWN: Final = "party-unknown"
SEAT_DIFFERS: Final = "seat-differs"
TAKEN_BEFORE: Final = "taken-before"
WITHDRAWN_BEFORE: Final = "withdrawn-before"
