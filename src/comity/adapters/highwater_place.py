"""Where the high-water file of a home is, by whatever name the home is called.

    /data/home.highwater    beside the folder itself, which /srv/node may be a link to
    /srv/node.highwater     where versions before looked when the home was called /srv/node

A second file for a second name would know nothing of what was signed under the first.

Source: protocol rule 9.
Floor: adapters.
"""

import os
from contextlib import suppress
from pathlib import Path


def default_path(home: Path) -> Path:
    """Return `<home>.highwater`, beside the folder that the name of the home leads to.

    One that stands beside the name stays in use where it is, and a link beside the folder
    leads every other name to it.  Where both are files the newer one counts: whoever began it
    found none, so it was compared with every peer, and the other was not written since.
    """
    home = home.absolute()
    beside, named = _beside(Path(os.path.realpath(home))), _beside(home)
    if _changed_ns(named) > _changed_ns(beside):
        with suppress(OSError):  # a folder that is not ours: this name finds the file all the same
            _lead(beside, named)
        beside = named
    return Path(os.path.realpath(beside))


def chosen_path(path: str) -> Path:
    """Return the file that a path set by the operator leads to.

    What is written anew would else take the place of a link, and leave the file that it led to.
    """
    return Path(os.path.realpath(path))


def _beside(home: Path) -> Path:
    return home.with_name(home.name + ".highwater") if home.name else home / ".highwater"


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1


def _lead(beside: Path, named: Path) -> None:
    """Put a link where nobody looks for the other name; a file there is kept under another."""
    link = beside.with_name(f"{beside.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(named)
    number = 1
    while (kept := Path(f"{beside}.before-{number}")).exists():
        number += 1
    if beside.exists():
        beside.rename(kept)
    link.replace(beside)
