"""`python -m comity` is the command `comity`, where that is on no path.

Floor: boot.
"""

import sys

from comity.boot import main

if __name__ == "__main__":
    sys.exit(main())
