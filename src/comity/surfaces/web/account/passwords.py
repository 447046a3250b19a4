"""Which passwords are refused: those that somebody else would guess.

    15 characters           django's `MinimumLengthValidator`
    20,000 leaked ones      django's `CommonPasswordValidator`, whatever their case
    guessable ones          `Guessable`: made of leaked ones, words, names, dates, keys in a row,
                            repeats, or of what everybody here knows: this officer's name, their
                            agency, their State

No rule asks for digits or signs, and none lets a password end: both make people choose worse
ones (NIST SP 800-63B-4, 3.1.1.2).

Floor: surfaces.
"""

from typing import Final

from allauth.core import context
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from zxcvbn import zxcvbn

from comity.kernel.fault import Fault
from comity.node.base import profile
from comity.surfaces.web import desk as desks

SCORE_MIN: Final = 4
"""zxcvbn's best: more than 10^10 guesses."""

_LOOKED_AT_CHARS: Final = 64
"""What comes after can only make it harder to guess, and looking takes the square of it."""


class Guessable:
    """Refuses a password that a guesser finds early."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Check a password.

        Raises:
            ValidationError: it is guessed too soon.
        """
        known = _known_words(user)
        found = zxcvbn(password[:_LOOKED_AT_CHARS], user_inputs=known, max_length=_LOOKED_AT_CHARS)
        if found["score"] < SCORE_MIN:
            raise ValidationError(
                gettext(
                    "This password would be guessed soon: it is made of common passwords, words, "
                    "names, dates or repeats. Four or five unrelated words do better."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Return the rule."""
        return gettext("Choose words that do not belong together; spaces are welcome.")


def _known_words(user: AbstractBaseUser | None) -> list[str]:
    """Return what everybody here knows: no secret is made of it."""
    words = ["comity"]
    if user is not None:
        words += [user.get_username(), getattr(user, "agency", ""), getattr(user, "office", "")]
    request = context.request
    if request is not None:
        node = desks.of(request).node
        words.append(node.party)
        try:
            with node.store.read() as tx:
                said = profile.load(tx)
            words += said.names.values()
            words += [name for agency in said.agencies for name in agency.names.values()]
        except Fault:  # a node without a profile yet
            pass
    return [word for word in words if word]
