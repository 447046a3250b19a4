"""What `bench lanes` compares with: another private matcher, the bare search, the bare page.

Floor: lab.
"""

import io
import os
import time
from collections.abc import Callable, Sequence
from typing import Final

import private_set_intersection.python as psi
import pypdfium2
from hexhamming import check_bytes_arrays_all_within_dist as bare_search

from comity.joint.roll import near, sorting
from comity.joint.roll.entries import Entry, Roll
from comity.kernel.ijson import Json
from comity.rooms.compartment import marked_page

FALSE_HITS: Final = 1e-9
_ASKED: Final = 200
_PAGES: Final = 12
_WORDS: Final = "A line of a formula that only named readers see, under signed terms."


def timed[Made](do: Callable[[], Made]) -> tuple[Made, float]:
    """Return what was made, and the processor time that it took."""
    begun = time.process_time()
    made = do()
    return made, time.process_time() - begun


def intersection(asked: Sequence[str], own: Sequence[str]) -> int:
    """Return how many hits openmined-psi finds, both sides in this process."""
    client = psi.client.CreateWithNewKey(reveal_intersection=True)
    server = psi.server.CreateWithNewKey(reveal_intersection=True)
    setup = server.CreateSetupMessage(FALSE_HITS, len(asked), own, psi.DataStructure.RAW)
    answer = server.ProcessRequest(client.CreateRequest(asked))
    return len(client.GetIntersection(setup, answer))


def pictures(entries: int) -> dict[str, Json]:
    """Measure a search among so many PDQ hashes beside the bare library, and an addition."""
    present = {
        str(number): Entry(str(number), "", sorting.PDQ, os.urandom(32).hex(), "1")
        for number in range(entries)
    }
    part = sorting.Part("bench")
    part.load(sorting.Loaded("bench", Roll(1, present)))
    index = sorting.Index((), [part])
    data = b"".join(bytes.fromhex(one.value) for one in present.values())
    step = max(1, entries // _ASKED)
    asked = [
        _turned(data[at * 32 : at * 32 + 32], 31 + nth % 2)
        for nth, at in enumerate(range(0, entries, step))
    ]
    bare, bare_s = timed(lambda: [bare_search(data, one, near.DISTANCE_MAX) for one in asked])
    found, ours_s = timed(lambda: [index.find(f"{sorting.PDQ};{one.hex()}") for one in asked])
    begun = time.perf_counter()
    new = Entry("new", "", sorting.PDQ, os.urandom(32).hex(), "1")
    part.load(sorting.Loaded("bench", Roll(2, {**present, new.id: new})))
    is_seen = bool(index.find(f"{sorting.PDQ};{new.value}"))
    seen_s = time.perf_counter() - begun
    right = sum(bool(one) == (nth % 2 == 0) for nth, one in enumerate(found))
    return {
        "pictures": entries,
        "pictures_asked": len(asked),
        "pictures_right": right,
        "pictures_alike": [len(one) for one in found] == [len(one) for one in bare],
        "pictures_a_s": round(len(asked) / ours_s, 1),
        "pictures_of_bare": round(bare_s / ours_s, 3),
        "addition_seen": is_seen,
        "addition_s": round(seen_s, 3),
    }


def _turned(value: bytes, bits: int) -> bytes:
    number = int.from_bytes(value)
    for place in range(bits):
        number ^= 1 << place * 7
    return number.to_bytes(32)


def page() -> dict[str, Json]:
    """Measure a page with its mark beside the same page without, in this process."""
    pdf = _pdf()
    marked_page.draw(pdf, 1, "AAAA-AAAA")
    _, marked_s = timed(lambda: [marked_page.draw(pdf, 1, "ABCD-EFGH") for _ in range(_PAGES)])
    _, bare_s = timed(lambda: [marked_page.draw(pdf, 1, "") for _ in range(_PAGES)])
    return {
        "page_ms": round(marked_s * 1_000 / _PAGES, 2),
        "page_of_bare": round(marked_s / bare_s, 2),
    }


def _pdf() -> bytes:
    """Return an A4 page full of text."""
    import ctypes  # noqa: PLC0415 -- for the raw calls below alone

    import pypdfium2.raw as pdfium  # noqa: PLC0415 -- the same

    document, made = pypdfium2.PdfDocument.new(), io.BytesIO()
    leaf = document.new_page(595, 842)
    letters = [*_WORDS.encode("utf-16-le"), 0, 0]
    buffer = (ctypes.c_ubyte * len(letters))(*letters)
    for row in range(50):
        one = pdfium.FPDFPageObj_NewTextObj(document, b"Helvetica", 12)
        pdfium.FPDFText_SetText(one, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
        pdfium.FPDFPageObj_Transform(one, 1, 0, 0, 1, 60, 40 + 15 * row)
        pdfium.FPDFPage_InsertObject(leaf, one)
    pdfium.FPDFPage_GenerateContent(leaf)
    document.save(made)
    return made.getvalue()
