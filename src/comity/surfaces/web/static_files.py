"""Style, script and licences, from the package: a table of few files, read once; and one font.

A path that is not in the table is not there, so none can lead out of the folder.

Floor: surfaces.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    "": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, its media type, and the tag that changes with them."""

    data: bytes
    media_type: str
    etag: str


@cache
def assets() -> dict[str, Asset]:
    """Return every file by its path under `static/`."""
    return {
        path.relative_to(FOLDER).as_posix(): _read(path)
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
    }


FONT: Final = "fonts/NotoSansSC-Regular.otf"
"""Noto Sans SC, 8 MB, as its package has it: for machines without a Chinese font."""
_FONTS: Final = "pylopdf_fonts_zh_cn"
_FONT_S: Final = 30 * 86_400


@cache
def _font() -> tuple[Path, str]:
    """Return where the font lies and its tag; it is sent from there and never held in memory."""
    found = resources.files(_FONTS).joinpath(Path(FONT).name)
    assert isinstance(found, Path)
    return found, quote_etag(f"{version('pylopdf-fonts-zh-cn')}-{found.stat().st_size}")


def _etag(_request: HttpRequest, path: str) -> str | None:
    if path == FONT:
        return _font()[1]
    found = assets().get(path)
    return found.etag if found else None


@require_safe
@condition(etag_func=_etag)
def serve(_request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """Answer with one file; a browser asks again each time and mostly gets 304.

    The font it keeps for a month: it is large, and changes with its package alone.
    """
    if path == FONT:
        sent = FileResponse(_font()[0].open("rb"), content_type="font/otf")
        sent["Cache-Control"] = f"public, max-age={_FONT_S}"
        return sent
    found = assets().get(path)
    if found is None:
        raise Http404
    answer = HttpResponse(found.data, content_type=found.media_type)
    answer["Cache-Control"] = "no-cache"
    return answer


def _read(path: Path) -> Asset:
    data = path.read_bytes()
    tag = quote_etag(hashlib.sha256(data).hexdigest()[:32])
    return Asset(data, _TYPES[path.suffix], tag)
