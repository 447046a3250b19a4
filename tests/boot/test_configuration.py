"""The configuration of a home."""

import errno
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.boot import configuration
from comity.kernel.fault import Fault
from comity.node.base.rows import Provider, Witness
from comity.surfaces.cli.context import Settings
from comity.tlog import keys

VKEY = keys.signer("w.example", keys.ML_DSA_44_COSIGNATURE, bytes(32)).vkey
WITNESS = f"""
[[witness]]
name = "w"
url = "https://w.example"
vkeys = ["{keys.render(VKEY)}"]
logs = ["local"]
"""

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
settings = st.builds(
    Settings,
    party=st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True),
    names=st.dictionaries(words, words, max_size=3),
    port=st.integers(0, 65_535),
    peer_port=st.integers(0, 65_535),
    peer_host=words,
    database=st.just("") | words.map("postgresql://".__add__),
    s3=st.just("") | words.map("s3://bucket/".__add__),
    s3_seconds=st.integers(1, 3_600),
    peer_address=st.dictionaries(words, st.just("https://node.example:8443"), max_size=2),
    approvals=st.integers(1, 5),
    review_hours=st.integers(0, 72),
    reserve_bytes=st.integers(0, 1 << 40),
    language=st.sampled_from(["en", "zh-Hans"]),
    high_water=st.just("") | words.map("/".__add__),
    witness=st.just((Witness("w", (VKEY,), "https://w.example/x", ("live", "local"), "ca.pem"),))
    | st.just(()),
    officers_host=st.sampled_from(["127.0.0.1", "::1"]),
    officers_origin=st.sampled_from(["", "https://desk.example", "https://desk.example:8443"]),
    officers_proxies=st.integers(0, 3),
    oidc=st.just((Provider("ministry", "Ministry", "https://id.example/x", "comity", "s", "name"),))
    | st.just(()),
)


@given(settings)
def test_what_is_written_is_read_back(given_settings: Settings) -> None:
    """A configuration file says the same after it was written and read."""
    text = configuration.render(given_settings)

    assert configuration.parse(text, "config.toml") == given_settings


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("port = 8400", "party"),
        ('party = "fr"\nprot = 1', "'prot'"),
        ('party = "fr"\nofficers_host = "0.0.0.0"', "officers_origin"),
        ('party = "fr"\nofficers_origin = "http://desk.example"', "officers_origin"),
        ('party = "fr"\nofficers_origin = "https://desk.example/x"', "officers_origin"),
        ('party = "fr"\nofficers_proxies = -1', "officers_proxies"),
        ('party = "fr"\n[[oidc]]\nid = "a"\nname = "A"\nissuer = "https://a"', "client_id"),
        ('party = "fr"\n[[oidc]]\nid = "a"\nname = "A"\nissuer = "a"\nclient_id = "c"', "issuer"),
        ('party = "fr"\nport = "8400"', "'8400'"),
        ('party = "fr"\nport = 70000', "70000"),
        ('party = "fr"\nport = true', "True"),
        ('party = "fr"\napprovals = 0', "approvals"),
        ('party = "fr"\ndatabase = "store.sqlite3"', "postgresql://"),
        ('party = "fr"\ns3 = "bucket"', "'bucket'"),
        ('party = "fr"\ns3_seconds = 0', "s3_seconds"),
        ('party = "fr"\nhigh_water = "../marks"', "'../marks'"),
        ('party = "fr"\nreview_hours = -1', "review_hours"),
        ('party = "fr"\nlanguage = "fr"', "'fr'"),
        ('party = "fr"\nwitness = [1]', "[[witness]]"),
        ('party = "fr"\n[[witness]]\nname = "w"\nurl = "https://w.example"', "logs, vkeys"),
        (f'party = "fr"\n{WITNESS.replace("https", "ftp")}', "'ftp://w.example'"),
        (f'party = "fr"\n{WITNESS}\n{WITNESS}', "two witnesses"),
        ('party = "fr"\n[peer_address]\nsn = 1', "peer_address"),
        ('party = "fr"\n[peer_address]\nsn = "sn.example:8443"', "peer_address of sn"),
        ('party = "fr"\nendpoint = "http://fr.example"', "endpoint cannot be 'http://fr.example'"),
        ("party = fr", "line 1"),
    ],
)
def test_a_wrong_configuration_names_what_is_wrong(text: str, word: str) -> None:
    """A misspelt, mistyped or impossible setting is named, and none is silently ignored."""
    with pytest.raises(Fault) as caught:
        configuration.parse(text, "config.toml")

    assert caught.value.code == "boot.config.malformed"
    assert word in caught.value.what


def test_the_environment_wins() -> None:
    """COMITY_* override the file, and are checked as it is."""
    found = configuration.with_environment(Settings("fr"), {"COMITY_PEER_PORT": "9000"})
    assert found.peer_port == 9_000

    with pytest.raises(Fault) as caught:
        configuration.with_environment(Settings("fr"), {"COMITY_PORT": "many"})
    assert "COMITY_PORT" in caught.value.what


def test_each_setting_stands_in_the_document() -> None:
    """Who writes a configuration finds every setting explained, and none that is not there."""
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `\[*([a-z_0-9]+)\]*` \|", page, re.MULTILINE))

    assert told == {field.name for field in fields(Settings)}


def test_where_a_home_was_put_stands_in_its_configuration() -> None:
    """A restored home that still named the old database would go on beside the old node."""
    top = '# ours\nparty = "fr"\ndatabase = "postgresql://old/x" # of 2025\n'
    text = top + '[names]\nen = "France"\ns3 = "x"\n'
    moved = replace(configuration.parse(text, "x"), database="postgresql://new/y", s3="s3://b/c")
    said = configuration.with_places(text, "x", moved)
    assert configuration.parse(said, "x") == moved
    assert "# ours" in said
    assert "old" not in said
    assert configuration.with_places(said, "x", moved) == said, "what is so is not written anew"


class Closed(type(Path())):  # type: ignore[misc] # the kind of path of this system
    """A file that another user alone may read, whoever runs the test."""

    def read_text(self, *_: object, **__: object) -> str:
        """Refuse."""
        raise PermissionError(errno.EACCES, "Permission denied")


def test_a_home_of_another_user_is_not_told_as_a_wrong_setting() -> None:
    """Nothing in the file is to be corrected: who runs the command is another."""
    with pytest.raises(Fault, match=r"home 'h' is closed to this user: Permission") as caught:
        configuration.read(Closed("h/config.toml"), {})
    assert caught.value.code == "boot.home.unusable"
    assert "as the user whose home it is" in caught.value.fix
