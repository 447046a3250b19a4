"""How many statements an act costs its database, where acts come in groups."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support import pair
from support.pair import World, make_world

from comity.acts.record import Addressee, Office
from comity.adapters.store.connections import SqliteLine
from comity.joint.request.acts import Asked, Saying, submitted
from comity.node.exchange.append import Candidate, append

GROUP = 64
SENT_MAX, RECEIVED_MAX = 8, 12
"""Of an act, in a group of 64: from its append until its receipt is understood."""
ASKING = ("run", "overwrite", "run_many", "rows")


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count every statement that is given to SQLite; many rows of one are one."""
    count: Counter[str] = Counter()

    def watched(name: str) -> None:
        real = getattr(SqliteLine, name)

        def asked(line: SqliteLine, sql: str, *rest: Any) -> object:  # noqa: ANN401 -- any values
            if name == "run_many":
                rest = ([*rest[0]],)
                if not rest[0]:
                    return None
            count[" ".join(sql.split())[:150]] += 1
            return real(line, sql, *rest)

        patched.setattr(SqliteLine, name, asked)

    with monkeypatch.context() as patched:
        for name in ASKING:
            watched(name)
        yield count


def said(world: World) -> None:
    """Let the asker say a group of requests in one commit, and deliver it to the last receipt."""
    node = world.node("aa")
    to = (Addressee("bb"),)
    asked = Asked("preservation", "routine", ("one",))
    acts = [
        submitted(Saying(node.act_id(), Office("police")), "aa", to, asked) for _ in range(GROUP)
    ]
    append(node, world.channel, [Candidate(act, {}) for act in acts])
    world.pump()


@pytest.mark.parametrize(("own", "most"), [("aa", SENT_MAX), ("bb", RECEIVED_MAX)])
def test_an_act_in_a_group_takes_so_many_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, most: int
) -> None:
    """Rows of a group are asked for and written together: another act adds few statements."""
    kinds = {party: "sqlite" if party == own else "memory" for party in ("aa", "bb")}
    with pair.closing():
        world = make_world(tmp_path, tuple(kinds), kinds)
        said(world)  # what is read once
        with counted(monkeypatch) as count:
            said(world)
    assert count.total() / GROUP <= most, [f"{n} {q}" for q, n in count.most_common(26)]
