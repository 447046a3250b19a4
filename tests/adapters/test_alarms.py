"""What stands is bounded, whoever can have alarms raised."""

from comity.adapters import alarms
from comity.adapters.alarms import StandingAlarms

CODE = "exchange.blob.closed"


def _raised(count: int) -> tuple[StandingAlarms, list[str]]:
    told: list[str] = []
    found = StandingAlarms(lambda _code, what: told.append(what))
    for index in range(count):
        found.raise_alarm(CODE, f"Entry {index:06}.")
    return found, told


def test_of_many_alarms_the_newest_stand_and_how_many_more() -> None:
    """A peer that has one raised for each entry fills neither memory nor what is written."""
    found, told = _raised(alarms.WORDED_MAX + 44)
    found.raise_alarm("exchange.log.forked", "bb")

    (more, *newest), other = found.standing()[:-1], found.standing()[-1]

    assert len(told) == alarms.WORDED_MAX + 45
    assert more == (CODE, "44 older alarms of this code stand too; the log of the node has them.")
    assert newest[0] == (CODE, "Entry 000044.")
    assert len(newest) == alarms.WORDED_MAX
    assert other == ("exchange.log.forked", "bb")


def test_an_older_alarm_is_told_once_and_can_end() -> None:
    """What stands without its words is still known: it is not told anew, and it is counted off."""
    found, told = _raised(alarms.WORDED_MAX + 2)
    before = len(told)

    found.raise_alarm(CODE, "Entry 000000.")
    assert len(told) == before
    assert found.standing()[0][1].startswith("2 older")
    found.clear(CODE, "Entry 000000.")
    found.clear(CODE, "Entry 999999.")
    assert found.standing()[0][1].startswith("1 older")
    found.raise_alarm(CODE, "Entry 000000.")
    assert len(told) == before + 1
    found.clear(CODE)
    assert found.standing() == []


def test_what_is_known_of_older_alarms_is_bounded_too() -> None:
    """Beyond that it is said that there are more."""
    found, _ = _raised(alarms.WORDED_MAX + alarms.OLDER_MAX + 1)

    assert len(found.standing()) == alarms.WORDED_MAX + 1
    assert found.standing()[0][1].startswith(f"{alarms.OLDER_MAX} or more older")
