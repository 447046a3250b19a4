"""What a line need not ask its database again.

Floor: adapters.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Known:
    """Numbers of logs that a line has seen committed: where it leads they are never taken back.

    Another line may lead elsewhere: after a failover, to a server that lost what was committed
    last and gives the same number to another log.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def add(self, numbers: dict[str, int]) -> None:
        """Note numbers that were committed."""
        self.numbers.update(numbers)
        self.names.update({number: name for name, number in numbers.items()})
