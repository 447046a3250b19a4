"""`comity publish make|verify|compare`: an adopted text for everybody; verified with no home.

Floor: surfaces.
"""

from comity.surfaces.cli import wording_publish
from comity.surfaces.cli.context import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    wording_publish.add(subparsers)
