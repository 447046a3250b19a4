"""Style, script, type, licences from the package: a table of few files, read once; and one font.

    {% asset 'desk.css' %}           /static/4be08f1f9c2d/desk.css, kept by a browser for a year

The address changes with the bytes of any of them, so that nothing is asked for twice and nothing
is old.  A path that is not in the table is not there, so none can lead out of the folder.

Floor: surfaces.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    "": "text/plain; charset=utf-8",
}


_YEAR_S: Final = 31_536_000
_KEPT: Final = f"public, max-age={_YEAR_S}, immutable"
_RELEASE_CHARS: Final = 12
_RELEASE: Final = re.compile(rf"[0-9a-f]{{{_RELEASE_CHARS}}}")
_TAG_CHARS: Final = 32
_GZIP: Final = re.compile(r"\bgzip\b")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file.

    Attributes:
        data: its bytes.
        packed: the same as gzip has it; `None` for type, which is packed already.
        media_type: what it is.
        sha256: hex, of its bytes.
    """

    data: bytes
    packed: bytes | None
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which file an address names.

    Attributes:
        path: under `static/`.
        is_of_release: whether the address changes with its bytes.
    """

    path: str
    is_of_release: bool = False


@cache
def assets() -> dict[str, Asset]:
    """Return every file by its path under `static/`."""
    return {
        path.relative_to(FOLDER).as_posix(): _read(path)
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
    }


FONT: Final = "fonts/NotoSansSC-Regular.otf"
"""Noto Sans SC, 8 MB, as its package has it: for characters that no slice has (`tools.fonts`)."""
_FONTS: Final = "pylopdf_fonts_zh_cn"
_FONT_S: Final = 30 * 86_400


@cache
def _font() -> tuple[Path, str]:
    """Return where the font lies and its tag; it is sent from there and never held in memory."""
    found = resources.files(_FONTS).joinpath(Path(FONT).name)
    assert isinstance(found, Path)
    return found, quote_etag(f"{version('pylopdf-fonts-zh-cn')}-{found.stat().st_size}")


@cache
def release() -> str:
    """Return what changes with any of the files: a part of every address."""
    every = "".join(f"{path} {asset.sha256}\n" for path, asset in assets().items())
    return hashlib.sha256(every.encode()).hexdigest()[:_RELEASE_CHARS]


class AssetConverter:
    """A path in an address: with the release where we make it, with or without where it is asked.

    An address of an older release leads to the file as it is now, and is asked for again.
    """

    regex = rf"(?:[0-9a-f]{{{_RELEASE_CHARS}}}/)?.+"

    def to_python(self, value: str) -> "Asked":
        """Return which file is asked for."""
        found, _, path = value.partition("/")
        return Asked(path, found == release()) if _RELEASE.fullmatch(found) else Asked(value)

    def to_url(self, value: str) -> str:
        """Return the address of a file."""
        return f"{release()}/{value}"


@cache
def address(path: str) -> str:
    """Return the address of a file, made once: every page names eight of them."""
    return reverse("static", args=(path,))


def _etag(request: HttpRequest, asked: Asked) -> str | None:
    if asked.path == FONT:
        return _font()[1]
    found = assets().get(asked.path)
    if found is None:
        return None
    return quote_etag(found.sha256[:_TAG_CHARS] + ("-gzip" if _packed(found, request) else ""))


def _packed(found: Asset, request: HttpRequest) -> bytes | None:
    """Return what is sent to who can unpack it."""
    return found.packed if _GZIP.search(request.headers.get("Accept-Encoding", "")) else None


@require_safe
@condition(etag_func=_etag)
def serve(request: HttpRequest, asked: Asked) -> HttpResponse | FileResponse:
    """Answer with one file, packed for who can unpack it.

    By the address of this release a browser keeps it; by any other it asks again each time and
    mostly gets 304.  The whole font it keeps for a month: it is large, and changes with its package
    alone.
    """
    if asked.path == FONT:
        sent = FileResponse(_font()[0].open("rb"), content_type="font/otf")
        sent["Cache-Control"] = f"public, max-age={_FONT_S}"
        return sent
    found = assets().get(asked.path)
    if found is None:
        raise Http404
    packed = _packed(found, request)
    answer = HttpResponse(packed or found.data, content_type=found.media_type)
    if packed:
        answer["Content-Encoding"] = "gzip"
    answer["Vary"] = "Accept-Encoding"
    answer["Cache-Control"] = _KEPT if asked.is_of_release else "no-cache"
    return answer


def _read(path: Path) -> Asset:
    data = path.read_bytes()
    packed = None if path.suffix == ".woff2" else gzip.compress(data, mtime=0)
    return Asset(data, packed, _TYPES[path.suffix], hashlib.sha256(data).hexdigest())
