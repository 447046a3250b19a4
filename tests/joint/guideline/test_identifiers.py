"""Which identifiers can be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.joint.guideline import identifiers
from comity.joint.guideline.identifiers import rule_of
from comity.joint.guideline.schema import IDENTIFIERS

GOOD = [
    ("ip-address", "8.8.8.8"),
    ("ipv4", "1.1.1.1"),
    ("ipv6", "2606:4700:4700::1111"),
    ("ip-address", "93.184.216.34/32"),
    ("domain", "example.com"),
    ("domain", "例子.测试"),
    ("domain", "xn--fsqu00a.xn--0zwm56d."),
    ("url", "https://user@host.example.org:8443/a?b#c"),
    ("url", "hxxp://8.8.4.4/x"),
    ("url", "https://[2606:4700::1]/"),
    ("email", "first.last+tag@mail.example.org"),
    ("phone", "+86 10 5555 0199"),
    ("phone", "+1 (202) 555-0143"),
    ("account", "u-88213907"),
    ("hash", "d41d8cd98f00b204e9800998ecf8427e"),
    ("hash", "sha256:" + "0f" * 32),
    ("bank-account", "6222 0000 0000 0193"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "GB29NWBK60161331926819"),
    ("swift", "DEUTDEFF500"),
    ("bic", "DEUTDEFF"),
    ("server", "vps-4471.hosting.example"),
]
BAD = [
    ("ip-address", "8.8.8.256", identifiers.ADDRESS),
    ("ip-address", "example.com", identifiers.ADDRESS),
    ("ipv4", "10.1.2.3", identifiers.NOT_PUBLIC),
    ("ipv4", "100.64.0.1", identifiers.NOT_PUBLIC),
    ("ipv4", "127.0.0.1", identifiers.NOT_PUBLIC),
    ("ipv4", "169.254.1.1", identifiers.NOT_PUBLIC),
    ("ipv4", "224.0.0.1", identifiers.NOT_PUBLIC),
    ("ipv4", "240.0.0.1", identifiers.NOT_PUBLIC),
    ("ipv6", "::1", identifiers.NOT_PUBLIC),
    ("ipv6", "fe80::1", identifiers.NOT_PUBLIC),
    ("ipv6", "fd00::1", identifiers.NOT_PUBLIC),
    ("ipv6", "::ffff:192.168.0.1", identifiers.NOT_PUBLIC),
    ("ipv4", "203.0.113.9", identifiers.DOCUMENTATION),
    ("ipv6", "2001:db8::1", identifiers.DOCUMENTATION),
    ("ip-address", "8.8.8.0/24", identifiers.NETWORK),
    ("domain", "*.example.com", identifiers.WILDCARD),
    ("domain", "com", identifiers.WILDCARD),
    ("domain", "http://example.com", identifiers.DOMAIN),
    ("domain", "-a.example", identifiers.DOMAIN),
    ("domain", "1.2.3.4", identifiers.DOMAIN),
    ("url", "example.com/path", identifiers.URL),
    ("url", "https://10.0.0.1/", identifiers.NOT_PUBLIC),
    ("email", "nobody", identifiers.EMAIL),
    ("email", "a b@example.com", identifiers.EMAIL),
    ("phone", "5550199", identifiers.PHONE),
    ("hash", "abc123", identifiers.HASH),
    ("hash", "g" * 64, identifiers.HASH),
    ("bank-account", "see invoice", identifiers.BANK_ACCOUNT),
    ("iban", "DE89370400440532013001", identifiers.IBAN),
    ("iban", "XX12", identifiers.IBAN),
    ("swift", "DEUTDE", identifiers.SWIFT),
    ("server", "10.0.0.7", identifiers.NOT_PUBLIC),
    ("account", "all", identifiers.ACCOUNT),
    ("account", "", identifiers.ACCOUNT),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_what_can_be_found_is_taken(kind: str, value: str) -> None:
    """A lawful identifier is not sent back."""
    assert rule_of(kind, value) == ""


@pytest.mark.parametrize(("kind", "value", "rule"), BAD)
def test_what_finds_nobody_is_named(kind: str, value: str, rule: str) -> None:
    """A wrong identifier costs both sides days; it is caught at the desk."""
    assert rule_of(kind, value) == rule


@given(st.sampled_from(IDENTIFIERS), st.text(max_size=60))
def test_any_text_is_judged(kind: str, value: str) -> None:
    """Whatever is typed, there is a rule or none, and no error."""
    assert isinstance(rule_of(kind, value), str)


@given(st.ip_addresses())
def test_an_address_is_public_or_said_not_to_be(address: object) -> None:
    """Every address is one of the three: of the network at large, not of it, or documentation."""
    assert rule_of("ip-address", str(address)) in {
        "", identifiers.NOT_PUBLIC, identifiers.DOCUMENTATION,
    }  # fmt: skip


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_in_an_iban_is_found(at: int, digit: str) -> None:
    """The check digits find every single digit that was mistyped."""
    good = "DE89370400440532013000"
    place = at + 4
    changed = good[:place] + digit + good[place + 1 :]
    assert (rule_of("iban", changed) == "") == (changed == good)
