"""Runs the generator of the list of parts."""

from tools.sbom import main

main()
