"""A page of a PDF as a picture in which a mark is burnt: the same mark gives the same bytes.

    render(pdf, 1, "ABCD-EFGH")      ->  a PNG

A file of a peer is read by a process of its own, which has little memory, few seconds and no
way back but the picture: what breaks the reader breaks nothing here.

Floor: rooms.
"""

import struct
import subprocess
import sys
import zlib
from typing import Any, Final

from comity.kernel.fault import Fault

DPI: Final = 150
PAGES_MAX: Final = 2_000
_POINTS_AN_INCH: Final = 72
_MEMORY_BYTES: Final = 2 << 30
_SECONDS: Final = 20
_FONT_POINTS: Final = 22
_ACROSS, _DOWN = 3, 7
_GREY: Final = (120, 120, 120, 90)


def render(pdf: bytes, page: int, mark: str) -> bytes:
    """Return a page, counted from 1, with a mark.

    Raises:
        Fault: `compartment.page.unreadable`.
    """
    words = [sys.executable, "-m", __name__, str(page), mark]
    try:
        done = subprocess.run(  # noqa: S603 -- this program
            words, input=pdf, capture_output=True, timeout=2 * _SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(page) from None
    if done.returncode or not done.stdout.startswith(b"\x89PNG"):
        raise _unreadable(page)
    return done.stdout


def _unreadable(page: int) -> Fault:
    return Fault(
        code="compartment.page.unreadable",
        what=f"Page {page} of this file cannot be drawn: it is no PDF, or has no such page.",
        fix="Give the number of a page that it has; ask the other side for a PDF that opens.",
    )


def draw(pdf: bytes, page: int, mark: str) -> bytes:
    """Draw a page in this process; without a mark where it is ""."""
    import pypdfium2  # noqa: PLC0415 -- a library of 7 MB, in a process of its own

    document = pypdfium2.PdfDocument(pdf)
    leaf = document[page - 1]
    if mark:
        _burn(document, leaf, mark)
    bitmap = leaf.render(scale=DPI / _POINTS_AN_INCH, rev_byteorder=True, draw_annots=False)
    return _png(bitmap.width, bitmap.height, bitmap.n_channels, bitmap.stride, bytes(bitmap.buffer))


def _burn(document: Any, leaf: Any, mark: str) -> None:  # noqa: ANN401 -- of a library without types
    """Put the mark all over a page, before it is drawn."""
    import ctypes  # noqa: PLC0415 -- as above

    import pypdfium2.raw as pdfium  # noqa: PLC0415 -- as above

    width, height = leaf.get_size()
    letters = [*mark.encode("utf-16-le"), 0, 0]
    buffer = (ctypes.c_ubyte * len(letters))(*letters)
    text = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    for row in range(_DOWN):
        for column in range(_ACROSS):
            one = pdfium.FPDFPageObj_NewTextObj(document, b"Helvetica-Bold", _FONT_POINTS)
            pdfium.FPDFText_SetText(one, text)
            pdfium.FPDFPageObj_SetFillColor(one, *_GREY)
            x = (column + (row % 2) / 2 + 0.05) * width / _ACROSS
            y = (row + 0.2) * height / _DOWN
            pdfium.FPDFPageObj_Transform(one, 0.94, 0.34, -0.34, 0.94, x, y)
            pdfium.FPDFPage_InsertObject(leaf, one)
    pdfium.FPDFPage_GenerateContent(leaf)


def _png(width: int, height: int, channels: int, stride: int, data: bytes) -> bytes:
    """Return rows of pixels, 8 bits a channel, as a PNG."""
    used = width * channels
    rows = b"".join(b"\0" + data[row * stride : row * stride + used] for row in range(height))
    colours = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in parts
    )


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), int(sys.argv[1]), sys.argv[2]))
