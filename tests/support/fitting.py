"""The least value that fits a JSON Schema, so that a call is judged for more than its shape.

Floor: tests.
"""

import re
from collections.abc import Mapping
from typing import Any

import hypothesis
from hypothesis import strategies as st

type Schema = Mapping[str, Any]


def least(schema: Schema, components: Schema) -> Any:  # noqa: ANN401 -- JSON
    """Return a value with what is required and nothing else.

    Args:
        schema: of one value, as OpenAPI 3.1 gives it.
        components: `{name: schema}`, for references.
    """
    if "$ref" in schema:
        return least(components[schema["$ref"].rpartition("/")[2]], components)
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return least(schema[word][0], components)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return _of_type(schema, components)


def _of_type(schema: Schema, components: Schema) -> Any:  # noqa: ANN401 -- JSON
    kind = schema.get("type", "object")
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: least(fields[name], components) for name in schema.get("required", ())}
    if kind == "array":
        items = schema.get("items", {})
        return [least(items, components) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        return _text(schema)
    return {"integer": schema.get("minimum", 0), "boolean": False}.get(kind)


def _text(schema: Schema) -> str:
    least_chars: int = schema.get("minLength", 0)
    if schema.get("format") == "date-time":
        return "2027-01-01T00:00:00Z"
    if "pattern" in schema:
        texts = st.from_regex(re.compile(schema["pattern"], re.ASCII), fullmatch=True)
        found: str = hypothesis.find(texts, lambda text: len(text) >= least_chars)
        return found
    return "x" * max(1, least_chars)
