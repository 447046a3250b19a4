"""The scenarios that the program ships, by name.

Floor: rooms.
"""

from importlib import resources

from comity.joint.exercise import scenario
from comity.joint.exercise.scenario import Scenario
from comity.kernel.fault import Fault, quoted

_END = ".yaml"


def names() -> list[str]:
    """Return what the shipped scenarios are called."""
    folder = resources.files("comity").joinpath("catalogue", "scenario")
    return sorted(one.name.removesuffix(_END) for one in folder.iterdir())


def load(name: str) -> Scenario:
    """Return a shipped scenario.

    Raises:
        Fault: `exercise.scenario.unknown`.
    """
    if name not in names():
        raise Fault(
            code="exercise.scenario.unknown",
            what=f"There is no scenario {quoted(name)}.",
            fix=f"Use one of: {', '.join(names())}.",
        )
    folder = resources.files("comity").joinpath("catalogue", "scenario")
    return scenario.parse(folder.joinpath(f"{name}{_END}").read_bytes())
