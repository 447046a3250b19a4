"""`python -m tools.bundle`."""

from tools.bundle import main

main()
