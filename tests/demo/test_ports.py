"""Ports of a node that starts later: nobody else has them meanwhile.

Floor: demo.
"""

import socket
import subprocess
import sys

from comity.demo import ports

ANOTHER = "import sys; from comity.demo import ports; print(ports._held(int(sys.argv[1])))"


def test_no_port_is_given_twice_nor_to_another_process() -> None:
    """A test, a bench and a demo beside each other never choose the same."""
    given = [ports.free_port() for _ in range(20)]

    asked = [sys.executable, "-c", ANOTHER, str(given[0])]
    other = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60)

    assert len(set(given)) == len(given)
    assert other.stdout == "False\n"


def test_a_port_at_which_somebody_listens_is_not_free() -> None:
    """On any address of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not ports._free(taken.getsockname()[1])
