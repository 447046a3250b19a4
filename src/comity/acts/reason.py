"""A code of a closed list, with what it is called and the articles that know it.

Floor: acts (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Reason:
    """One code of a closed list.

    Attributes:
        code: what stands in the act.
        en: in English.
        zh: in Chinese, simplified.
        source: articles that know it, or "".
        verified: False where the source is background knowledge still to be verified.
        consult: whether a refusal on it has to be consulted on before.
    """

    code: str
    en: str
    zh: str
    source: str = ""
    verified: bool = True
    consult: bool = True


type Reasons = Mapping[str, Reason]


def by_code(*reasons: Reason) -> Reasons:
    """Return a closed list."""
    return MappingProxyType({reason.code: reason for reason in reasons})
