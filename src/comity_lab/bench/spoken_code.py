"""How often a spoken code that somebody guessed is taken for the one that was committed to.

    false_proofs(1_000_000)  ->  0

Floor: lab.
"""

import random
from typing import Final

from comity.joint.arrangement import pairing
from comity.joint.hotline import coming

_NONCE_BYTES: Final = 32
_CODE_BYTES: Final = 5


def false_proofs(draws: int, seed: int = 1) -> int:
    """Return how many of so many guesses, each of a code of its own, were proved and wrong."""
    chance, found = random.Random(seed), 0  # noqa: S311 -- a history that is played again
    for _ in range(draws):
        nonce = chance.randbytes(_NONCE_BYTES).hex()
        code, guess = (pairing.spelled(chance.randbytes(_CODE_BYTES)) for _ in range(2))
        committed = coming.voice_commitment(nonce, code)
        found += guess != code and coming.voice_commitment(nonce, guess) == committed
    return found
