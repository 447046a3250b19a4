"""Samples and reports that go with a giving: samples in a zip with the password `infected`.

So nothing opens a sample by chance, on either side; what is in it is never shown.

Floor: rooms.
"""

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Final

from comity.joint.share import acts
from comity.kernel.fault import Fault, quoted
from comity.node.room.act_blobs import Contents, Plain

SAMPLES_MAX: Final = 16
REPORTS_MAX: Final = 16
SAMPLE_BYTES_MAX: Final = 256 << 20
REPORT_BYTES_MAX: Final = 64 << 20
PASSWORD: Final = b"infected"

_ENCRYPTED: Final = 0x1
_AES: Final = 99
"""Method of a zip that Python cannot open: its flag says that it is encrypted."""
_ENTRIES_MAX: Final = 1_000

type File = tuple[str, bytes | Contents]
"""A name, and its bytes or where they are read."""


def bodies(samples: Sequence[File], reports: Sequence[File], mark: str) -> tuple[Plain, ...]:
    """Return what goes with a giving.

    Raises:
        Fault: `share.sample.not-quarantined`, `share.report.not-pdf`, `share.files.too-many`,
            `share.files.too-large`.
    """
    for name, some, most in (("samples", samples, SAMPLES_MAX), ("reports", reports, REPORTS_MAX)):
        if len(some) > most:
            raise Fault(
                code="share.files.too-many",
                what=f"There are {len(some)} {name}.",
                fix=f"Give at most {most} with one share, and more as a series.",
            )
    made = [
        Plain(f"{acts.ROLE_SAMPLE}:{at}", "application/zip", mark, _sample(*one))
        for at, one in enumerate(samples, start=1)
    ]
    made += [
        Plain(f"{acts.ROLE_REPORT}:{at}", "application/pdf", mark, _report(*one))
        for at, one in enumerate(reports, start=1)
    ]
    return tuple(made)


def _sample(name: str, data: bytes | Contents) -> bytes:
    whole = _bytes(name, data, SAMPLE_BYTES_MAX)
    why = _flaw(whole)
    if why:
        raise Fault(
            code="share.sample.not-quarantined",
            what=f"{quoted(name)} is no quarantined sample: {why}.",
            fix="Put it into a zip with the password infected: `zip -P infected sample.zip FILE`.",
        )
    return whole


def _flaw(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            entries = [one for one in found.infolist() if not one.is_dir()]
            if not 0 < len(entries) <= _ENTRIES_MAX:
                return f"it has {len(entries)} files"
            if not all(one.flag_bits & _ENCRYPTED for one in entries):
                return "not every file in it is encrypted"
            for one in entries:
                if one.compress_type != _AES:
                    with found.open(one, pwd=PASSWORD) as opened:
                        opened.read(1)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        return "it is no zip that can be read"
    except RuntimeError:
        return "its password is not infected"
    return ""


def _report(name: str, data: bytes | Contents) -> bytes:
    whole = _bytes(name, data, REPORT_BYTES_MAX)
    if not whole.startswith(b"%PDF-"):
        raise Fault(
            code="share.report.not-pdf",
            what=f"{quoted(name)} is no PDF.",
            fix="Give a report as PDF; what is short goes into the words of the share.",
        )
    return whole


def _bytes(name: str, data: bytes | Contents, bytes_max: int) -> bytes:
    size = len(data) if isinstance(data, bytes) else data.size_bytes
    if size > bytes_max:
        raise Fault(
            code="share.files.too-large",
            what=f"{quoted(name)} has {size:,} bytes.",
            fix=f"Give at most {bytes_max >> 20} MiB a file.",
        )
    if isinstance(data, bytes):
        return data
    with data.open() as source:
        parts = []
        while part := source.read(1 << 20):
            parts.append(part)
    return b"".join(parts)
