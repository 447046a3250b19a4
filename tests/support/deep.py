"""How much of a law is looked at: a share by the check, all of it by `./comity test --deep`.

    for seed in range(many(150, deep=500)):

Floor: tests.
"""

from hypothesis import settings


def many(check: int, *, deep: int) -> int:
    """Return how often: `deep` is for runs that have the time."""
    return deep if settings.get_current_profile_name() == "deep" else check
