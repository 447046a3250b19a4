"""Whom the listener of peers believes."""

import making_cards as making

from comity.adapters import tls, tlscert
from comity.joint.arrangement import certificate

PASSWORD = b"of a test"


def test_a_certificate_that_the_library_cannot_read_keeps_nobody_else_out() -> None:
    """One State's card, whose certificate only half the world can read, would stop the listener."""
    odd = making.certificate().replace(b"\x0c\x0cnode", b"\x0c\x0cn\x80de", 1)
    certificate.require_for(odd, "node.example", "aa")
    key = tlscert.make("own.example", making.BEGIN_MS, making.BEGIN_MS + 86_400_000)
    own = tls.Chain(key.chain_pem(PASSWORD), PASSWORD, key.certificate)
    trusted = [making.certificate("one.example"), odd, making.certificate("two.example")]
    assert len(tls.server_context([own], trusted).get_ca_certs()) == 2
    assert [tls.is_readable(one) for one in trusted] == [True, False, True]
