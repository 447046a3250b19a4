"""A request that an officer may not read is for them as one that nobody ever made, on every page.

Every address is found in the URL map, so that a new one is tried by itself.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from support import pair, stores
from surfaces.web import stage
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.joint.arrangement.card import Agency
from comity.node.base import profile
from comity.node.room import custody
from comity.rooms.request import reading

UNKNOWN = "z" * 26
FILLED = {
    "own_reference": "CB-1",
    "purpose": "trial",
    "to": "police",
    "text": "x",
    "reason": "sent-in-error",
    "disclose": "on",
}
WORDS = {
    "<slug:name>": "acknowledge",
    "desk/<slug:name>": "desk/note",
    "<slug:party>": "aa",
}


def addresses() -> list[str]:
    """Return each address of a request, as its URL map has it."""
    stores._configure()
    from comity.surfaces.web.request import urls  # noqa: PLC0415 -- Django has to be set up

    found = (str(one.pattern) for one in urls.urlpatterns)
    return sorted(one for one in found if "<slug:matter_id>" in one)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States; bb has an officer of another agency."""
    with pair.closing():
        found = scene.made(tmp_path_factory.mktemp("scene"))
        node = found.node("bb")
        with node.store.write() as tx:
            known = profile.load(tx)
            more = (*known.agencies, Agency("justice", {"en": "Ministry of Justice"}))
            profile.save(tx, replace(known, agencies=more))
        stage.have_officer(node, "jo", agency="justice")
        yield found


@pytest.fixture(scope="module")
def hidden(made: Scene) -> dict[str, str]:
    """A request to the police, with the ids of what is in it."""
    matter = made.asks("preservation")
    ann = made.officer("ann", "bb")
    shown = reading.show(made.node("bb"), ann, matter)
    (item,) = custody.items(made.node("bb"), shown)
    return {
        "matter_id": matter,
        "act_id": shown.state.request_id,
        "sha256": item.body.blob.sha256,
    }


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", addresses())
def test_a_hidden_request_is_answered_as_an_unknown_one(
    made: Scene, hidden: dict[str, str], address: str, method: str
) -> None:
    """Same status, same page: to an officer of another agency, and to who runs the machine."""
    for pattern, word in WORDS.items():
        address = address.replace(pattern, word)
    for name in ("jo", "op"):
        found = []
        for matter in (hidden["matter_id"], UNKNOWN):
            path = address
            for field, value in {**hidden, "matter_id": matter}.items():
                path = path.replace(f"<slug:{field}>", value)
            answer = getattr(made.client(name, "bb"), method)(f"/requests/{path}", FILLED)
            words = answer.content.decode().replace(matter, "ID")
            found.append((answer.status_code, _without_tokens(words)))
        assert found[0] == found[1], (name, address)
        assert found[0][0] in {404, 405}
        if found[0][0] == 404:
            assert "There is no such page" in found[0][1]


def _without_tokens(page: str) -> str:
    lines = (line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
    return "\n".join(lines)
