"""What programs call, read from openapi.json, for a page: by subject, with what each is sent.

    of(described, "zh")      every subject with its calls, in words of a language

Floor: surfaces.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

SCHEMAS: Final = "#/components/schemas/"
ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class Field:
    """What a call is sent.

    Attributes:
        name: of a part of the address, of the query, of the head, or of the body.
        place: `path`, `query`, `header` or `body`.
        kind: a word for its shape.
        codes: the closed list that it is of.
        needed: whether it must be given.
        words: what it is.
        language: of the words.
    """

    name: str
    place: str
    kind: str
    codes: tuple[str, ...]
    needed: bool
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes:
        method: of HTTP.
        path: with the parts to be filled in.
        scope: that a token needs.
        name: what it does, briefly.
        more: what it does beyond that, or "".
        fields: what it is sent.
        example: the least that may be sent as its body, or "".
    """

    method: str
    path: str
    scope: str
    name: str
    more: str
    fields: tuple[Field, ...]
    example: str

    def curl(self, here: str) -> str:
        """Return a command that makes it, to be changed.

        Args:
            here: where the node is reached.
        """
        method = "" if self.method == "GET" else f" -X {self.method}"
        body = f"""  -H "Content-Type: application/json" -d '{self.example}' \\\n"""
        return (
            f"""curl{method} -H "Authorization: Bearer $TOKEN" \\\n"""
            f"""{body if self.example else ""}  '{here}{self.path}'"""
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """The calls of one room, or of what is no room.

    Attributes:
        tag: its name in openapi.json.
        words: its name.
        calls: in the order of their addresses.
    """

    tag: str
    words: str
    calls: tuple[Call, ...]

    @property
    def anchor(self) -> str:
        """How an address names it."""
        return self.tag.replace(" ", "-")


def of(described: Mapping[str, Any], language: str) -> tuple[Subject, ...]:
    """Return every subject with its calls.

    Args:
        described: openapi.json.
        language: of the reader: `en` or `zh`.
    """
    reader = _Reader(described["components"]["schemas"], language)
    found: dict[str, list[Call]] = {}
    for path, operations in sorted(described["paths"].items()):
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(reader.call(path, method, operation))
    return tuple(Subject(tag, gettext(tag), tuple(found[tag])) for tag in sorted(found))


@dataclass(frozen=True, slots=True)
class _Reader:
    schemas: Mapping[str, Any]
    language: str

    def call(self, path: str, method: str, operation: Mapping[str, Any]) -> Call:
        summary = operation.get("x-summaries", {}).get(self.language)
        name = operation.get("x-names", {}).get(self.language, "")
        of_summary = operation["summary"]
        if self.language != ENGLISH:
            of_summary = summary or ("" if name else gettext(of_summary))
        body = self._body(operation)
        (scope,) = operation["security"][0]["token"]
        return Call(
            method=method.upper(),
            path=path,
            scope=scope,
            name=name or of_summary,
            more=of_summary if name and of_summary.rstrip(".。") != name else "",
            fields=(*self._parameters(operation), *self._parts(body)),
            example=json.dumps(self._least(body), ensure_ascii=False) if body else "",
        )

    def _body(self, operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
        content = operation.get("requestBody", {}).get("content", {})
        shape = content.get("application/json", {}).get("schema")
        return self._whole(shape) if shape else None

    def _whole(self, shape: Mapping[str, Any]) -> Mapping[str, Any]:
        name = shape.get("$ref", "").removeprefix(SCHEMAS)
        return self.schemas[name] if name else shape

    def _parameters(self, operation: Mapping[str, Any]) -> Iterator[Field]:
        for one in operation.get("parameters", ()):
            yield self._field(one["name"], one["in"], one["schema"], needed=one["required"])

    def _parts(self, body: Mapping[str, Any] | None) -> Iterator[Field]:
        for name, shape in (body or {}).get("properties", {}).items():
            yield self._field(name, "body", shape, needed=name in (body or {}).get("required", ()))

    def _field(self, name: str, place: str, shape: Mapping[str, Any], *, needed: bool) -> Field:
        whole = self._plain(shape)
        described = {**whole, **shape}
        own = described.get("x-descriptions", {}).get(self.language)
        words = own or described.get("description", "")
        codes = tuple(map(str, filter(None, whole.get("enum", ()))))
        return Field(name, place, self._kind(whole), codes, needed, words, self._said_in(own))

    def _said_in(self, own: str | None) -> str:
        return self.language if own else ENGLISH

    def _plain(self, shape: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a shape is where it is not null."""
        whole = self._whole(shape)
        some = [one for one in whole.get("anyOf", ()) if one.get("type") != "null"]
        return self._whole(some[0]) if some else whole

    def _kind(self, whole: Mapping[str, Any]) -> str:
        known = {
            "string": gettext("string"),
            "integer": gettext("whole number"),
            "boolean": gettext("yes or no"),
            "array": gettext("list"),
            "object": gettext("object"),
        }
        return known.get(whole.get("type", ""), gettext("string"))

    def _least(self, shape: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- any JSON
        """Return the least that has this shape, for a reader to change."""
        whole = self._plain(shape)
        if "enum" in whole:
            return next((one for one in whole["enum"] if one), "")
        kind = whole.get("type")
        if kind == "object":
            needed = whole.get("required", ())
            parts = {name: self._least(whole["properties"][name]) for name in needed}
            return parts or ({"en": "…"} if "propertyNames" in whole else {})
        if kind == "array":
            return [self._least(whole["items"])] if "items" in whole else []
        return {"integer": 0, "boolean": True}.get(str(kind), "…")
