"""What a request lacks by its guideline, as data, for every surface.

Floor: rooms.
"""

from collections.abc import Mapping, Sequence

from comity.joint.guideline.completeness import Finding
from comity.kernel.ijson import Json
from comity.rooms.request.completeness import Judged


def by_element(findings: Sequence[Finding]) -> Mapping[str, str]:
    """Return the first kind of what must be mended, by element."""
    found: dict[str, str] = {}
    for one in findings:
        if one.is_required:
            found.setdefault(one.element, one.kind)
    return found


def judged_json(judged: Judged, language: str) -> dict[str, Json]:
    """Return what a request lacks, in words of one language."""
    findings: list[Json] = [one.json(language) for one in judged.findings]
    lacks: dict[str, Json] = {**judged.lacks}
    return {
        "guideline": judged.guideline.sha256,
        "version": judged.guideline.version,
        "complete": not judged.unmended,
        "lacks": lacks,
        "findings": findings,
    }
