"""Webhooks as data, for every surface; their secrets are not in it.

Floor: node.
"""

from dataclasses import asdict

from comity.kernel.ijson import Json
from comity.node.desk.webhooks.registry import Hook, Try


def hook_json(hook: Hook) -> dict[str, Json]:
    """Return a webhook without its secret."""
    return {
        "webhook": hook.id,
        "officer": hook.officer,
        "url": hook.url,
        "kinds": [*hook.kinds],
        "since_ms": hook.since_ms,
        "ended_ms": hook.ended_ms,
        "why_ended": hook.why_ended,
    }


def try_json(one: Try) -> Json:
    """Return one try and what came of it."""
    value: dict[str, Json] = {**asdict(one)}
    return value
