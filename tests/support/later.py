"""The program of a machine whose clock is ahead:  python -m support.later DAYS COMMAND ..."""

import sys
import time

from comity.boot import main

if __name__ == "__main__":
    _now_ns, _ahead_ns = time.time_ns, int(sys.argv.pop(1)) * 86_400 * 1_000_000_000
    time.time_ns = lambda: _now_ns() + _ahead_ns
    sys.exit(main())
