"""Scopes: what a session from outside may use; each is served by a door of the third listener.

Floor: node (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Scope:
    """What one scope allows, in the words of a person who has it.

    Attributes:
        name: of the scope, as a command and a call give it.
        en: what it allows, in English: a verb and its object.
        zh: the same in Simplified Chinese.
        address: of the page on which a person does that, or "" where a program does.
    """

    name: str
    en: str
    zh: str
    address: str = ""


PRESENCE: Final = Scope(
    "presence",
    "see this page: who you are here, until when, and what you may do",
    "查看您在此的身份、有效期限以及您可以做的事",
)
"""The one scope that needs no other room."""


def by_name(*scopes: Scope) -> Mapping[str, Scope]:
    """Return scopes by their names."""
    return MappingProxyType({one.name: one for one in scopes})


@dataclass(frozen=True, slots=True)
class Outside:
    """What a node offers to those who are no officers.

    Attributes:
        origin: where they reach it, `https://guests.example`; "" where it serves none.
        scopes: by name, of every room that has a door.
    """

    origin: str = ""
    scopes: Mapping[str, Scope] = field(default_factory=lambda: by_name(PRESENCE))
