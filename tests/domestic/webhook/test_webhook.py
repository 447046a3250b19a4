"""What a program is told of, and how it knows who told it."""

import pytest

from comity.domestic.webhook import kinds, signature


def test_a_signature_is_that_of_the_standard() -> None:
    """The example of the Standard Webhooks specification, as its libraries verify it."""
    found = signature.headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        b'{"test": 2432232314}',
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert found["webhook-timestamp"] == "1614265330"


def test_a_secret_is_shown_as_libraries_read_it() -> None:
    """32 random bytes in base64 after `whsec_`."""
    assert signature.render_secret(bytes(32)) == "whsec_" + "A" * 43 + "="


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("release.approved", kinds.DRAFT),
        ("duty.assigned", kinds.DESK),
        ("clock.warned", kinds.CLOCK),
        ("officer.added", ""),
        ("custody.read", ""),
    ],
)
def test_a_step_has_the_kind_of_its_noun(code: str, kind: str) -> None:
    """Steps that are about no matter are told to nobody."""
    assert kinds.of_step(code) == kind


def test_pauses_grow_and_end() -> None:
    """A program that is away for a day is given up, and not before."""
    pauses = [kinds.pause_ms(tries) for tries in range(1, len(kinds.PAUSES_MS) + 2)]
    assert pauses[-1] is None
    known = [pause for pause in pauses if pause is not None]
    assert known == sorted(known)
    assert sum(known) >= 23 * 3_600_000
