"""The status of a refusal is the one that C2SP names, where it names one."""

from http import HTTPStatus

import pytest

from comity.kernel.fault import Fault
from comity.surfaces.wire import refusals

C2SP = {
    "exchange.log.unknown": 404,
    "exchange.head.bad-signature": 403,
    "exchange.head.old-size": 400,
    "exchange.head.inconsistent": 422,
    "exchange.head.none": 422,
    "exchange.entries.unproven": 422,
    "exchange.entries.none": 400,
    "tlog.wire.add-checkpoint": 400,
    "tlog.wire.add-entries": 400,
    "tlog.wire.package": 400,
    "tlog.wire.trailing": 400,
    "tlog.note.malformed": 400,
    "tlog.checkpoint.malformed": 400,
}


@pytest.mark.parametrize(("code", "status"), C2SP.items())
def test_a_refusal_has_the_status_of_the_standard(code: str, status: int) -> None:
    """A C2SP client understands what went wrong by the number alone."""
    assert refusals.status_of(code) == status


@pytest.mark.parametrize(
    "code", ["exchange.highwater.behind", "exchange.log.damaged", "exchange.clock.skewed"]
)
def test_what_is_wrong_here_is_not_told_as_a_conflict(code: str) -> None:
    """A caller reads sizes in a 409; a trouble of this node's own is one to wait for."""
    answer = refusals.render(Fault(code=code, what="What.", fix="Wait."))
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


def test_a_peer_is_not_told_where_a_store_of_ours_is() -> None:
    """What obstore says names machines of this State; the peer learns that it may try again."""
    what = "s3://evidence/fr does not answer as it should: HEAD http://10.0.0.3/evidence/fr."
    answer = refusals.render(
        Fault(code="node.bodies.unreachable", what=what, fix="AWS_ENDPOINT_URL")
    )

    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert b"10.0.0.3" not in answer.body
    assert b"evidence" not in answer.body
    assert b"AWS" not in answer.body
    assert b"node.bodies.unreachable" in answer.body


@pytest.mark.parametrize(
    "code", ["adapters.disk.failed", "keys.file.missing", "highwater.damaged", "node.store.full"]
)
def test_words_of_what_is_ours_alone_stay_here(code: str) -> None:
    """A path of this machine, or which key lacks, is told in a code and no words."""
    answer = refusals.render(Fault(code=code, what="/srv/keys/card-3.age lacks.", fix="/srv"))
    assert b"/srv" not in answer.body
    assert code.encode() in answer.body
