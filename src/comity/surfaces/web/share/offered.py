"""What a form would give: read from its file, its text or a source, with samples and reports.

Floor: surfaces.
"""

from collections.abc import Sequence

from comity.joint.share import acts, bundle
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import uploads
from comity.node.room.act_blobs import Contents
from comity.rooms.share import reading, sources
from comity.rooms.share.offer import Offer
from comity.surfaces.web.share import forms as own_forms


def offered(node: Node, officer: Officer, form: own_forms.Giving, share: str) -> Offer:
    """Return what a form would give.

    Raises:
        Fault: `share.source.none`, and those of uploads, `reading.read` and `sources.objects`.
    """
    given = form.cleaned_data

    def contents(name: str) -> list[tuple[str, bytes | Contents]]:
        return [
            (told, uploads.contents(node, officer, id_))
            for id_, told in own_forms.lines(form, name)
        ]

    values = form.given()
    return Offer(
        _read(node, officer, form, contents("file")),
        str(values.get(acts.MARK, "")),
        str(values.get(acts.CATEGORY, "")),
        str(values.get(acts.ORIGIN, "")),
        frozenset(given["let"]),
        str(values.get("channel", "")),
        share,
        contents("sample"),
        contents("report"),
        given["source"],
    )


def _read(
    node: Node,
    officer: Officer,
    form: own_forms.Giving,
    files: Sequence[tuple[str, bytes | Contents]],
) -> reading.Read:
    given = form.cleaned_data
    if given["source"]:
        return reading.Read(reading.STIX, sources.objects(node, officer, given["source"]))
    for _name, data in files:
        assert not isinstance(data, bytes)
        if data.size_bytes > bundle.BUNDLE_BYTES_MAX:
            raise bundle.too_large(data.size_bytes)
        with data.open() as opened:
            return reading.read(b"".join(iter(lambda: opened.read(1 << 20), b"")))
    if given["text"].strip():
        return reading.read(given["text"].encode("utf-8", "replace"))
    if own_forms.lines(form, "sample") or own_forms.lines(form, "report"):
        return reading.Read(reading.STIX, ())
    raise Fault(
        code="share.source.none",
        what="No file and no source is named.",
        fix="Choose a file, paste its text, or choose a source.",
    )
