"""A form is late once something was said since, and not by a receipt."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import pair
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene
from surfaces.web.request.test_saying import filled

from comity.joint.request import acts, state
from comity.joint.request.state import State
from comity.rooms.request import reading


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Scene]:
    """Two States."""
    with pair.closing():
        yield scene.made(tmp_path)


def now(made: Scene, matter: str) -> State:
    """Return where a request stands at the asker's."""
    found: State = reading.show(made.node("aa"), made.officer("ann", "aa"), matter).state
    return found


def test_a_receipt_alone_makes_no_form_late(made: Scene) -> None:
    """When an act was held changes neither what may be said nor what is said."""
    matter = made.asks()
    made.says("bb", acts.ACKNOWLEDGED, matter, own_reference="CB-5")
    made.world.cut("aa", "bb")
    texts = [{"lang": "en", "text": "At nine.", "by": "author", "original": True}]
    wrong = now(made, matter).request_id
    made.says("aa", acts.CORRECTED, matter, {"about": wrong, "error": "wrong-time"}, texts=texts)
    client = made.client("ann", "aa")
    path = f"/requests/{matter}/withdraw/"
    form = filled(client, path, reason="no-longer-needed", text="We found it.")
    before = now(made, matter)
    made.world.mend()
    made.world.pump()
    assert state.digest(now(made, matter)) != state.digest(before)
    answer = client.post(path, form)
    assert answer.status_code == 303
