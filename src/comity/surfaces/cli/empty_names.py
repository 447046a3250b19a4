"""Names that a command line gives: an empty one, of a variable that is not set, is no name.

Floor: surfaces.
"""

import argparse
from pathlib import Path


def home_folder(text: str) -> Path:
    """Read the name of a folder, as `type` of an argument: an empty one is not the one here."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty, and names no folder")
    return Path(text)


def officer_name(text: str) -> str:
    """Read the name of an officer, as `type` of an argument: an empty one is nobody."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty, and names nobody")
    return text
