"""Evidence and its chain of custody as CASE: JSON-LD that other tools read.

    Investigation    the request: its references, its acts' authorities
    InvestigativeAction    what was done: acquired by its authority, sealed, received, copied…
    ProvenanceRecord    which items an action was about, with their exhibit numbers
    File, ContentDataFacet    each item, with its name, size and SHA-256

Every action has a performer, its items and, where it can be read, its start; those of one item
form a chain.

Source: CASE 1.3, UCO 1.3 (case-utils 0.18 bundles both); `docs/evidence.md`.
Floor: domestic (pure).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.kernel.ijson import Json

CONTEXT: Final[Mapping[str, Json]] = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:comity:",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that was done with an item.

    Attributes:
        name: `acquired`, `sealed`, `received`, `copied`, `exported`, `destroyed`…
        at: instant, RFC 3339 in UTC; "" where what was told is none.
        by: who: an office, a party, an officer.
        tool: with what, or "".
        purpose: why, or "".
    """

    name: str
    at: str
    by: str
    tool: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One item.

    Attributes:
        number: exhibit number that its authority gave it, or one of ours.
        root: exhibit number that it was derived from, or "".
        name: of the file.
        media_type: of its bytes.
        size_bytes: of its bytes.
        sha256: of its bytes, hex.
        mark: handling mark.
        actions: in their order.
    """

    number: str
    root: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    mark: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What an export is about.

    Attributes:
        matter: id of the request.
        name: what it is called.
        type: of the request.
        status: where it stands.
        references: file numbers of the parties.
        authorities: orders and warrants that are named, each once.
        exhibits: the items.
    """

    matter: str
    name: str
    type: str
    status: str
    references: tuple[str, ...]
    authorities: tuple[str, ...]
    exhibits: tuple[Exhibit, ...] = field(default_factory=tuple)


def graph(case: Case) -> Json:
    """Return the JSON-LD of a case."""
    nodes: list[Json] = []
    authorizations = [_authorization(case, text) for text in case.authorities]
    performers: dict[str, str] = {}
    items: list[Json] = []
    for exhibit in case.exhibits:
        items += _exhibit(case, exhibit, performers)
    members: list[Json] = [{"@id": _id_of(one)} for one in items]
    investigation: dict[str, Json] = {
        "@id": _id("investigation", case.matter),
        "@type": "case-investigation:Investigation",
        "uco-core:name": case.name,
        "uco-core:description": f"{case.type}, {case.status}",
        "case-investigation:focus": case.type,
    }
    if members:
        investigation["uco-core:object"] = members
    if case.references:
        investigation["uco-core:tag"] = [*case.references]
    if authorizations:
        investigation["case-investigation:relevantAuthorization"] = [
            {"@id": _id_of(one)} for one in authorizations
        ]
    people: list[Json] = [
        {"@id": node, "@type": "uco-identity:Identity", "uco-core:name": who}
        for who, node in performers.items()
    ]
    nodes += [investigation, *authorizations, *people, *items]
    return {"@context": dict(CONTEXT), "@graph": nodes}


def _authorization(case: Case, text: str) -> Json:
    return {
        "@id": _id("authorization", case.matter, text),
        "@type": "case-investigation:Authorization",
        "uco-core:name": text,
        "case-investigation:authorizationIdentifier": [text],
        "case-investigation:authorizationType": "order",
    }


def _exhibit(case: Case, exhibit: Exhibit, performers: dict[str, str]) -> list[Json]:
    file_id = _id("file", case.matter, exhibit.number, exhibit.sha256)
    found: list[Json] = [_file(file_id, exhibit)]
    before = ""
    for at, action in enumerate(exhibit.actions):
        key = (case.matter, exhibit.number, exhibit.sha256, str(at))
        record_id, action_id = _id("provenance", *key), _id("action", *key)
        record: dict[str, Json] = {
            "@id": record_id,
            "@type": "case-investigation:ProvenanceRecord",
            "uco-core:description": f"{action.name}: {exhibit.mark}",
            "case-investigation:exhibitNumber": exhibit.number,
            "uco-core:object": [{"@id": file_id}],
        }
        if exhibit.root:
            record["case-investigation:rootExhibitNumber"] = [exhibit.root]
        who = performers.setdefault(action.by, _id("identity", action.by))
        done: dict[str, Json] = {
            "@id": action_id,
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": action.name,
            "uco-action:performer": {"@id": who},
            "uco-action:object": [{"@id": file_id}],
            "uco-action:result": [{"@id": record_id}],
        }
        if action.at:
            done["uco-action:startTime"] = _instant(action.at)
        if action.purpose:
            done["uco-core:description"] = action.purpose
        if before:
            done["case-investigation:wasInformedBy"] = [{"@id": before}]
        if action.tool:
            tool_id = _id("tool", action.tool)
            done["uco-action:instrument"] = [{"@id": tool_id}]
            found.append({"@id": tool_id, "@type": "uco-tool:Tool", "uco-core:name": action.tool})
        found += [record, done]
        before = action_id
    return _once(found)


def _once(nodes: Iterable[Json]) -> list[Json]:
    return list({_id_of(node): node for node in nodes}.values())


def _file(file_id: str, exhibit: Exhibit) -> Json:
    return {
        "@id": file_id,
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [
            {
                "@id": _id("name", file_id),
                "@type": "uco-observable:FileFacet",
                "uco-observable:fileName": exhibit.name,
                "uco-observable:sizeInBytes": exhibit.size_bytes,
            },
            {
                "@id": _id("content", file_id),
                "@type": "uco-observable:ContentDataFacet",
                "uco-observable:mimeType": exhibit.media_type,
                "uco-observable:sizeInBytes": exhibit.size_bytes,
                "uco-observable:hash": [
                    {
                        "@id": _id("hash", file_id),
                        "@type": "uco-types:Hash",
                        "uco-types:hashMethod": "SHA256",
                        "uco-types:hashValue": {
                            "@type": "xsd:hexBinary",
                            "@value": exhibit.sha256,
                        },
                    }
                ],
            },
        ],
    }


def _instant(at: str) -> Json:
    return {"@type": "xsd:dateTime", "@value": at}


def _id(kind: str, *parts: str) -> str:
    """Return the same name for the same thing: a UUID of version 5 over what it is."""
    name = "\0".join((kind, *parts)).encode()
    digest = hashlib.sha1(_NAMESPACE + name, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) % 4]
    uuid = f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
    return f"kb:{kind}-{uuid}"


_NAMESPACE: Final = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")
"""Of URLs, RFC 9562 section 6.6."""


def _id_of(node: Json) -> str:
    assert isinstance(node, dict)
    return str(node["@id"])
