"""Ways of using what was given that a condition can forbid.

Source: Budapest art. 28; docs/spec/request.md, clause 7.
Floor: acts (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SHARE: Final = "share"
HAND_OVER: Final = "hand-over"
COURT: Final = "court"
EXPORT: Final = "export"
DISCLOSE: Final = "disclose"
OTHER_MATTER: Final = "other-matter"
THIRD_STATE: Final = "third-state"

WAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        SHARE: "letting another agency or officer of the same State read it",
        HAND_OVER: "handing it to a person or authority that is no court",
        COURT: "handing it to a court",
        EXPORT: "taking it out with its proofs, as evidence is taken to court",
        DISCLOSE: "a proof that opens it for whoever has the file",
        OTHER_MATTER: "attaching it to another request",
        THIRD_STATE: "letting a State read it that did not",
    }
)
