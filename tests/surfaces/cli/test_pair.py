"""The commands by which a node comes to be and meets another, as a person types them."""

import argparse
import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import making_cards as making
import pytest
from support.states import State, deliver, state

from comity.boot.rooms import ROOMS
from comity.joint.arrangement.card import DAY_MS
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.surfaces import cli
from comity.surfaces.cli import init, key, main, nation, officer, pair, policy
from comity.surfaces.cli.context import Home, Paths, Program, Settings
from comity.tlog import policy as policies


def _refuse(*_: object) -> None:
    raise AssertionError


class Desk:
    """Homes in memory, and the commands of this module over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.states: dict[Path, State] = {}
        self.said: list[tuple[Json, str]] = []

    def program(self) -> Program:
        """Return what the commands run on."""
        return Program(
            rooms=lambda: ROOMS,
            create_home=self._create,
            open_home=self._open,
            open_to_mend=self._open,
            serve=_refuse,  # type: ignore[arg-type]
            doctor=_refuse,  # type: ignore[arg-type]
            token=_refuse,  # type: ignore[arg-type]
            show=lambda value, text: self.said.append((value, text)),
            note=_refuse,
            now_ms=lambda: next(iter(self.states.values())).clock.at_ms,
            random=_refuse,  # type: ignore[arg-type]
        )

    def __call__(self, *words: str | Path) -> str:
        """Run a command that succeeds; return its text."""
        assert self.run(words) == 0, words
        value, text = self.said[-1]
        assert json.dumps(value)
        return text

    def run(self, words: Sequence[str | Path]) -> int:
        """Run a command as `main` does; return its exit code."""
        root = argparse.ArgumentParser()
        verbs = root.add_subparsers(required=True)
        for module in (init, officer, pair, key, policy, nation):
            module.add_parser(verbs)
        options = root.parse_args([str(word) for word in words])
        return int(options.run(self.program(), options))

    @contextmanager
    def _create(self, path: Path, settings: Settings, _secret: Path | None) -> Iterator[Home]:
        self.states[path] = state(self.folder / "homes", settings.party)
        with self._open(path) as home:
            yield home

    @contextmanager
    def _open(self, path: Path) -> Iterator[Home]:
        held = self.states[path]
        paths = Paths(path, path, path, path, path, path, path.with_name("x.highwater"))
        settings = Settings(held.node.party)
        yield Home(held.node, held.maker, paths, settings, lambda: None)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty desk."""
    return Desk(tmp_path)


def _init(desk: Desk, party: str) -> Path:
    home = desk.folder / party
    words = ["--name", f"en={party.upper()}", "--agency", "police=en:Police"]
    desk("init", home, "--party", party, *words, "--endpoint", f"https://{party}.example")
    return home


def _paired(desk: Desk, *parties: str) -> list[Path]:
    homes = [_init(desk, party) for party in parties]
    folder = desk.folder
    others = [word for party in parties[1:] for word in ("--with", party)]
    desk("pair", "offer", "--home", homes[0], *others, "-o", folder / "offer")
    accepts = []
    for party, home in zip(parties[1:], homes[1:], strict=True):
        accepts.append(folder / f"accept-{party}")
        desk("pair", "accept", "--home", home, folder / "offer", "-o", accepts[-1])
    desk("pair", "confirm", "--home", homes[0], *accepts, "-o", folder / "confirm")
    codes = set()
    for home in homes:
        desk("pair", "confirm", "--home", home, folder / "confirm")
        value = desk.said[-1][0]
        assert isinstance(value, dict)
        codes.add(str(value["code"]))
        assert value["warnings"] == []
    assert len(codes) == 1
    for home in homes:
        text = desk("pair", "confirm", "--home", home, folder / "confirm", "--code", *codes)
        assert "The code agrees" in text
        assert text.endswith(f"comity serve --home {home}")  # its ports stand in config.toml
    return homes


def test_a_folder_with_a_space_is_told_as_it_is_typed(desk: Desk) -> None:
    """What a message says to type runs as it stands."""
    home, offer = desk.folder / "our home", desk.folder / "the offer"
    named = ("--party", "fr", "--name", "en=FR", "--agency", "police=en:Police")
    told = desk("init", home, *named, "--endpoint", "https://fr.example") + "\n"
    told += desk("pair", "offer", "--home", home, "--with", "sn", "-o", offer)
    typed = [shlex.split(line) for line in told.splitlines() if "--home" in line]
    assert len(typed) == 3
    for words in typed:
        assert words[words.index("--home") + 1] == str(home)


def test_nobody_is_offered_an_arrangement_with_himself(desk: Desk) -> None:
    """It is told as that: the id is written well, and is the wrong one."""
    home, offer = _init(desk, "fr"), desk.folder / "offer"
    for others in (("fr",), ("sn", "fr")):
        words = [word for other in others for word in ("--with", other)]
        with pytest.raises(Fault, match="'fr' after --with is this node itself") as caught:
            desk.run(["pair", "offer", "--home", home, *words, "-o", offer])
        assert caught.value.code == "surfaces.pair.own-party"
    assert not offer.exists()
    assert not list(desk.folder.glob("*.root"))


@pytest.mark.parametrize("parties", [("fr", "sn"), ("fr", "sn", "ke")])
def test_states_pair_with_the_files_they_send_each_other(
    desk: Desk, parties: tuple[str, ...]
) -> None:
    """Init, offer, accept, confirm, the code by telephone: then each has the others' cards."""
    for home in _paired(desk, *parties):
        text = desk("key", "list", "--home", home)
        assert [f"  {party}  card 1" in text for party in parties] == [True] * len(parties)
        printed = desk("policy", "--home", home)
        assert printed.count("# log ") == 2 * len(parties)
        value = desk.said[-1][0]
        assert isinstance(value, dict)
        assert isinstance(value["policies"], list)
        for one in value["policies"]:
            assert isinstance(one, dict)
            assert policies.parse(str(one["policy"]).encode()).quorum == "parties"


def test_a_home_without_an_agency_gets_its_first_one(desk: Desk) -> None:
    """It takes no officer, hence no counsel who could adopt a profile: `init` says what is next."""
    home = desk.folder / "fr"
    assert "nation begin" in desk("init", home, "--party", "fr", "--name", "en=France")
    with pytest.raises(Fault, match="nation begin"):
        desk("officer", "add", "--home", home, "ann", "--agency", "doj")
    told = desk("nation", "begin", "--home", home, "--agency", "doj=en:Justice")
    assert "--agency doj" in told
    assert desk("officer", "add", "--home", home, "ann", "--agency", "doj")
    with pytest.raises(Fault, match="has agencies"):
        desk("nation", "begin", "--home", home, "--agency", "foe=en:Foreign")


def test_a_newcomer_is_told_the_next_step(desk: Desk) -> None:
    """Each command says what to type next, and where the root key must go."""
    home = _init(desk, "fr")
    text = desk.said[-1][1]
    assert f"comity officer add --home {home} NAME --agency police" in text
    assert "comity pair offer" in text
    text = desk("pair", "offer", "--home", home, "--with", "sn", "-o", desk.folder / "offer")
    assert "offline" in text
    assert len(list(desk.folder.glob("fr.*.root"))) == 1


def test_keys_rotate_and_are_revoked_with_the_root_from_its_medium(desk: Desk) -> None:
    """Rotate, revoke with a size of one's own, and both show in the list and in the policy."""
    home = _paired(desk, "fr", "sn")[0]
    fr, sn = desk.states.values()
    for one, other in ((fr, sn), (sn, fr)):
        one.peers.nodes[other.node.party] = other.node
    deliver(fr, sn)
    root = next(desk.folder.glob("fr.*.root"))
    _refused(desk, "surfaces.key.root", "key", "rotate", "--home", home)
    text = desk(
        "key", "rotate", "--home", home, "--root", root, "--endpoint", "https://new.example"
    )
    assert "Card 2 is entered" in text
    arrangement = str(_value(desk)["arrangement"])
    origin = f"fr/{arrangement}/live/1"
    deliver(fr, sn)
    text = desk("key", "revoke", "--home", home, "1", "--root", root, "--at", f"{origin}=0")
    assert f"  {origin}  0" in text
    assert "TLS key" not in text  # another host has another one
    text = desk("key", "list", "--home", home)
    assert "(revoked)" in text
    assert "https://new.example" in text
    assert "card 1 of fr is revoked" in desk("policy", "--home", home, "--log", origin)
    assert "Entered in none." in desk("key", "rotate", "--home", home, "--enter", arrangement)
    _refused(desk, "node.arrangement.unknown", "key", "rotate", "--home", home, "--enter", "zz")
    moved: list[str | Path] = ["--root", root, "--endpoint", "http://x"]
    _refused(desk, "surfaces.option.malformed", "key", "rotate", "--home", home, *moved)
    _refused(desk, "surfaces.policy.log", "policy", "--home", home, "--log", "none")
    words: list[str | Path] = ["key", "revoke", "--home", home, "1", "--root", root, "--at"]
    _refused(desk, "surfaces.option.malformed", *words, "live=x")
    _refused(desk, "arrangement.origin.malformed", *words, "live=1")


def test_who_rotates_too_late_is_told_that_partners_need_a_file(desk: Desk) -> None:
    """No listener believes an expired card, so that the next one does not come over the line."""
    home = _paired(desk, "fr", "sn")[0]
    root = next(desk.folder.glob("fr.*.root"))
    assert "carry export" not in desk("key", "rotate", "--home", home, "--root", root)
    desk.states[home].clock.at_ms += 732 * DAY_MS
    text = desk("key", "rotate", "--home", home, "--root", root)
    assert f"comity carry export --home {home} --to PARTY FILE" in text
    assert "carry export" not in desk("key", "rotate", "--home", home, "--root", root)


def test_whoever_revokes_a_card_hears_which_other_has_its_tls_key(desk: Desk) -> None:
    """A stolen TLS key is this node on the wire until the last card that shows it is revoked."""
    home = _paired(desk, "fr", "sn")[0]
    root = next(desk.folder.glob("fr.*.root"))
    for more in ([], ["--new-tls"]):
        desk("key", "rotate", "--home", home, "--root", root, *more)
    text = desk("key", "revoke", "--home", home, "1", "--root", root)
    assert "Card 2 shows the same TLS key" in text
    assert _value(desk)["tls_still_on"] == [2]
    assert "TLS key" not in desk("key", "revoke", "--home", home, "2", "--root", root)
    assert _value(desk)["tls_still_on"] == []


def test_officers_come_and_go(desk: Desk) -> None:
    """The token is printed once; the list shows who left."""
    home = _init(desk, "fr")
    assert "no officer yet" in desk("officer", "list", "--home", home)
    desk("officer", "add", "--home", home, "ann", "--agency", "police", "--office", "desk")
    token = str(_value(desk)["token"])
    assert token.startswith("comity-officer-")
    assert token not in desk("officer", "list", "--home", home)
    assert "ann  police  desk" in desk.said[-1][1]
    renewed = desk("officer", "renew-token", "--home", home, "ann")
    assert renewed.count("comity-officer-") == 1
    assert token not in renewed
    desk("officer", "end", "--home", home, "ann")
    assert "ended" in desk("officer", "list", "--home", home)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--party", "FR", "--name", "en=x"], ["--party cannot be 'FR'"]),
        (["--party", "fr", "--name", "France"], ["--name cannot be 'France'"]),
        (["--party", "fr", "--name", "en=x", "--name", "en=y"], ["--name cannot be 'en=y'"]),
        (["--party", "fr", "--name", "en="], ["--name cannot be 'en='"]),
        (["--party", "fr", "--name", "en=x", "--agency", "doj"], ["--agency cannot be 'doj'"]),
        (["--party", "fr", "--name", "en=x", "--agency", "DOJ=en:x"], ["cannot be 'DOJ=en:x'"]),
        (["--party", "fr", "--name", "en=x", "--endpoint", "ftp://x"], ["https://HOST:PORT"]),
        (
            ["--party", "F", "--name", "x", "--agency", "y", "--endpoint", "z"],
            ["'F'", "'x'", "'y'", "'z'", "--party", "LANG=NAME", "ID=LANG:NAME", "https://"],
        ),
    ],
)
def test_a_wrong_argument_makes_no_home(desk: Desk, words: list[str], told: list[str]) -> None:
    """What is wrong is told before anything is written: each option, and what it looks like."""
    with pytest.raises(Fault, match=r"surfaces\.option\.malformed") as caught:
        desk.run(["init", desk.folder / "home", *words])
    for one in told:
        assert one in str(caught.value)
    assert desk.states == {}


def test_an_output_never_overwrites(desk: Desk) -> None:
    """A place that is taken, or is none, is told before a root key is made."""
    fr, sn = _init(desk, "fr"), _init(desk, "sn")
    there, offer, nowhere = desk.folder / "there", desk.folder / "offer", desk.folder / "no" / "x"
    there.touch()
    words = ["pair", "offer", "--home", str(fr), "--with", "sn", "-o"]
    for code, path in (("exists", there), ("unwritable", nowhere)):
        _refused(desk, f"surfaces.file.{code}", *words, path)
    assert list(desk.folder.glob("*.root")) == []
    desk(*words, offer)
    _refused(desk, "surfaces.file.unwritable", "pair", "accept", "--home", sn, offer, "-o", nowhere)
    assert list(desk.folder.glob("sn.*.root")) == []


@pytest.mark.parametrize(
    "words",
    [
        ["--with", "SN"],
        ["--with", "sn", "--with", "sn"],
        ["--with", "sn", "--endpoint", "http://x"],
    ],
)
def test_a_wrong_word_of_an_offer_is_named_by_its_option(desk: Desk, words: list[str]) -> None:
    """Nobody is told to ask another party for a new text; nothing is made."""
    home = _init(desk, "fr")
    with pytest.raises(Fault, match=r"surfaces\.option\.malformed") as caught:
        desk.run(["pair", "offer", "--home", home, *words, "-o", desk.folder / "offer"])
    assert f"{words[-2]} cannot be {words[-1]!r}" in str(caught.value)
    assert list(desk.folder.glob("*.root")) == []
    assert not (desk.folder / "offer").exists()


def test_files_that_do_not_belong_to_a_pairing_are_named(desk: Desk) -> None:
    """A missing file, a foreign one, two confirmations, a place that cannot be written."""
    home = _init(desk, "fr")
    other = desk.folder / "other"
    other.write_text("hello\n")
    confirm: list[str | Path] = ["pair", "confirm", "--home", home]
    _refused(desk, "surfaces.file.unreadable", *confirm, desk.folder / "none")
    _refused(desk, "arrangement.text.malformed", *confirm, other)
    offer: list[str | Path] = ["pair", "offer", "--home", home, "--with", "sn", "-o"]
    _refused(desk, "surfaces.file.unwritable", *offer, desk.folder / "none" / "x")
    desk(*offer, desk.folder / "offer")
    _refused(desk, "surfaces.pair.files", *confirm, desk.folder / "offer")
    other.write_bytes(bytes(8 << 20))
    _refused(desk, "surfaces.file.too-large", *confirm, other)


def test_an_opening_needs_a_file_to_go_into(desk: Desk) -> None:
    """The other parties need the confirmation: without -o nothing is opened."""
    fr, sn = _init(desk, "fr"), _init(desk, "sn")
    folder = desk.folder
    desk("pair", "offer", "--home", fr, "--with", "sn", "-o", folder / "offer")
    moved = ["--endpoint", "https://moved.example"]
    desk("pair", "accept", "--home", sn, folder / "offer", "-o", folder / "accept", *moved)
    desk("pair", "accept", "--home", sn, folder / "offer", "-o", folder / "again")
    assert (folder / "again").read_bytes() == (folder / "accept").read_bytes()
    _refused(desk, "surfaces.pair.output", "pair", "confirm", "--home", fr, folder / "accept")


def test_a_wrong_home_is_told_before_a_missing_option(desk: Desk) -> None:
    """Where nothing could be opened or accepted, no file to write is asked for."""
    fr, sn, ke = (_init(desk, party) for party in ("fr", "sn", "ke"))
    offer, accept, other = (desk.folder / name for name in ("offer", "accept", "other"))
    desk("pair", "offer", "--home", fr, "--with", "sn", "-o", offer)
    desk("pair", "accept", "--home", sn, offer, "-o", accept)
    confirm: list[str | Path] = ["pair", "confirm", "--home"]
    for home, what, fix in (
        (sn, "accepted the offer of 'fr'", "Send the acceptance to 'fr'"),
        (ke, "The acceptance of 'sn' answers an offer not made in this home", "pair offer"),
    ):
        with pytest.raises(Fault, match=r"arrangement\.pairing\.unknown") as caught:
            desk.run([*confirm, home, accept])
        assert what in caught.value.what
        assert fix in caught.value.fix
    desk("pair", "offer", "--home", ke, "--with", "sn", "-o", other)
    _refused(desk, "arrangement.pairing.unknown", *confirm, ke, accept)
    _refused(desk, "surfaces.pair.output", *confirm, fr, accept)
    _refused(
        desk, "arrangement.pairing.not-ours", "pair", "accept", "--home", ke, offer, "-o", offer
    )
    with pytest.raises(Fault, match=r"surfaces\.pair\.files") as caught:
        desk.run([*confirm, sn, offer])
    assert "comity pair accept" in caught.value.fix
    with pytest.raises(Fault, match=r"surfaces\.pair\.files") as caught:
        desk.run(["pair", "accept", "--home", sn, accept, "-o", desk.folder / "x"])
    assert str(accept) in caught.value.what


def test_each_argument_says_what_it_is_for() -> None:
    """--help tells a newcomer what each word means."""
    names = {"init", "officer", "pair", "key", "policy", "nation"}
    root = main.parser([cli])
    waiting = [root]
    while waiting:
        parser = waiting.pop()
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                is_root = parser is root
                choices = action.choices.items()
                waiting += [found for name, found in choices if not is_root or name in names]
            else:
                assert action.help, f"{parser.prog} {action.metavar or action.dest}"


def _value(desk: Desk) -> dict[str, Json]:
    value = desk.said[-1][0]
    assert isinstance(value, dict)
    return value


def _refused(desk: Desk, code: str, *words: str | Path) -> None:
    with making.refused(code):
        desk.run(words)
