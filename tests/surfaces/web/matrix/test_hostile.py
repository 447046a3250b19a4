"""A State with valid keys says the worst that the vocabulary allows: no surface fails or misleads.

Every page, every operation of the programs' interface and the commands that show something are
asked about matters full of it, and what runs by itself runs; see `support.hostile_acts`.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, Final, cast, override

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from support.commands import Commands
from support.hostile_acts import Hand
from support.hostile_words import MARK
from surfaces.api import shaped
from surfaces.api.stage import ALL
from surfaces.api.test_matrix import ASKED, FREE, operations
from surfaces.web.matrix import test_naughty
from surfaces.web.matrix.policy import ROWS
from surfaces.web.matrix.stage import EVERY, Stage
from surfaces.web.matrix.test_matrix import DEEP, routes

from comity.acts.record import Act, Matter
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.kernel.printable import printable
from comity.node.base.context import Node
from comity.node.desk import due_list, ics
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk.due_list import Wanted
from comity.node.desk.duty import intake
from comity.node.desk.duty import watch as duty_watch
from comity.node.exchange import rules_difference
from comity.node.review import row_cache
from comity.node.room import api_tokens, clock_watch, retention, search_index
from comity.surfaces.api.wsgi import KEY, PORTS, Ports
from comity.surfaces.cli import case, clock, desk, evidence, fsck, guideline, request, review
from comity.surfaces.cli.context import Program

SEED: Final = 1
SAID: Final = 400 if DEEP else 50
COMMANDS: Final = 20 if DEEP else 3
PAGES: Final = 12 if DEEP else 1
"""Of each address, with matters that the other side said something in."""

OUT_OF_REACH: Final = frozenset({"request:silence", "request:non-receipt", "ready"})
"""Each may say that there is nothing to show yet, or that nobody serves: 503 is no error."""

MODULES: Final[tuple[ModuleType, ...]] = (
    case, clock, desk, evidence, fsck, guideline, request, review,
)  # fmt: skip
OTHER_HASH: Final = b"node.evidence.other-hash"
"""What an author says of a file is not so: what is exported is no bag then, and says why."""

_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FORGED: Final = re.compile("^(ERROR forged|Subject: forged)", re.MULTILINE)


@dataclass
class Walk:
    """What was found wrong."""

    stage: Stage
    said: Mapping[Matter, list[Act]]
    chance: random.Random
    wrong: list[str] = field(default_factory=list)
    asked: int = 0

    def things(self, names: tuple[str, ...], more: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Give what an address may be about."""
        for matter in self.chance.sample(sorted(self.said, key=lambda one: one.id), len(self.said)):
            args = self._named(matter, self.chance.choice(self.said[matter]))
            if all(name in args or name in more for name in names):
                yield {**args, **more}

    def _named(self, matter: Matter, act: Act) -> dict[str, str]:
        blobs = [blob.sha256 for blob in act.blobs] or ["0" * 64]
        both = {"party": "aa", "arrangement": self.stage.world.arrangement, "kind": matter.kind}
        both |= {"act": act.id, "act_id": act.id, "sha256": self.chance.choice(blobs)}
        rooms = {
            "request": ("matter_id", "matter", "subject"),
            "case": ("case_id", "case"),
            "review": ("snapshot_id", "snapshot"),
            "guideline": ("name",),
        }
        numbers = [blob.role.partition(":")[2] for blob in act.blobs]
        given = dict.fromkeys(rooms.get(matter.kind, ()), matter.id)
        number = next((one for one in numbers if one), "1")
        return {**both, **given, "number": number, "part": act.id}

    def try_(self, what: str, does: Callable[[], object]) -> object:
        """Do something that may say no and may not break."""
        self.asked += 1
        try:
            return does()
        except Fault as fault:
            return fault
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is told with its place
            self.wrong.append(f"{what}: {type(error).__name__} {str(error)[:200]}")
            return None

    def page(self, who: str, name: str, address: str) -> None:
        """Look at a page as a browser takes it apart."""
        answer = cast("HttpResponse | None", self.try_(name, lambda: self._get(who, address)))
        if answer is None:
            return
        if answer.status_code >= 500 and name not in OUT_OF_REACH:
            self.wrong.append(f"{name} is answered {answer.status_code}: {address}")
        if "html" not in answer.headers.get("Content-Type", ""):
            return
        text = answer.content.decode()
        found = test_naughty.Page(MARK)
        found.feed(text)
        self.wrong += [f"{name} lets run: {one}" for one in found.running]
        self.wrong += [f"{name} does not isolate: {one}" for one in found.bare]
        self._look(name, text)

    def _look(self, name: str, text: str) -> None:
        steering = _STEERING.search(text)
        if steering:
            at = max(0, steering.start() - 90)
            self.wrong.append(f"{name} is steered: {text[at : at + 100]!r}")

    def _get(self, who: str, address: str) -> HttpResponse:
        answer = cast("Any", self.stage.clients[who].get(address))
        if answer.streaming:
            answer = HttpResponse(b"".join(answer.streaming_content), status=answer.status_code)
        return cast("HttpResponse", answer)

    def told(self, name: str, text: str) -> None:
        """Look at what a command printed for people."""
        self._look(name, printable(text))
        if _FORGED.search(text):
            self.wrong.append(f"{name} has a line that the other side wrote")


def test_no_surface_fails_or_misleads_whatever_a_peer_says(stage: Stage) -> None:
    """Both sides compute the same; each page, answer and command shows it, or says no."""
    hand = Hand(stage.world, "aa", random.Random(SEED))  # noqa: S311 -- it must be repeated
    hand.learn()
    hand.say(SAID)
    stage.world.pump()
    assert stage.world.digests("aa") == stage.world.digests("bb")
    walk = Walk(stage, {m: acts for m, acts in hand.said.items() if acts}, hand.chance)
    try:
        _run_by_itself(walk)
        _pages(walk)
        _programs(walk)
        _commands(walk)
    finally:
        stage.restore()
    assert walk.asked > 150
    assert walk.wrong == [], "\n".join(walk.wrong)


def _run_by_itself(walk: Walk) -> None:
    node = walk.stage.node
    steps: dict[str, Callable[[Node], object]] = {
        "clocks": clock_watch.catch_up,
        "figures": row_cache.catch_up,
        "words": lambda one: search_index.catch_up(one, 10_000),
        "evidence": retention.remind,
        "duty": duty_watch.step,
        "intake": intake.catch_up,
        "differing": rules_difference.watch,
        "feed": _feed,
    }
    for name, step in steps.items():
        assert not isinstance(walk.try_(name, lambda step=step: step(node)), Fault), name  # type: ignore[misc]


def _feed(node: Node) -> bytes:
    with node.store.read() as tx:
        wei = tx.officer("wei")
    assert wei is not None
    page = due_list.listing(node, wei, Wanted())
    return ics.render(page.lines, "bb", page.now_ms)


def _pages(walk: Walk) -> None:
    for name, row in ROWS.items():
        if not row.get:
            continue
        route = name.partition("#")[0]
        names = routes()[route]
        who = next(one for one in ("wei", "shu", "op", "fa") if row.get & _roles(one))
        things = [row.more] if not set(names) - row.more.keys() else walk.things(names, row.more)
        for number, args in enumerate(things):
            if number == PAGES:
                break
            given = {one: args[one] for one in names}
            try:
                address = reverse(route, urlconf="comity.boot.page_urls", kwargs=given)
            except Exception:  # noqa: BLE001, S112 -- what cannot be an address cannot be asked for
                continue
            walk.page(who, name, f"{address}{f'?{row.query}' if row.query else ''}")


def _roles(who: str) -> frozenset[str]:
    named = {"shu": role.SECRETARIAT, "op": role.OPERATOR, "fa": role.COUNSEL}
    return frozenset({named.get(who, role.CONTACT_POINT)})


def _programs(walk: Walk) -> None:
    stage = walk.stage
    token = {
        who: api_tokens.add(stage.node, stage.officer(who), "t", ALL)[0] for who in ("wei", "shu")
    }
    environ = {KEY: stage.node, PORTS: Ports(letter=lambda data, _: data)}
    client = Client(**cast("Any", {**environ, "SERVER_NAME": "127.0.0.1"}))
    for name, path in operations().items():
        names = tuple(re.findall(r"{(\w+)}", path))
        for number, args in enumerate(walk.things(names, FREE) if names else [{}]):
            if number == PAGES:
                break
            address = path.format(**args) + (f"?{ASKED[name]}" if name in ASKED else "")
            for who in ("wei", "shu"):
                walk.try_(name, lambda: _call(walk, client, name, address, token[who]))  # noqa: B023 -- called at once


def _call(walk: Walk, client: Client, name: str, address: str, token: str) -> None:
    answer: Any = client.get(address, headers={"Authorization": f"Bearer {token}"})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.status_code >= 500 and OTHER_HASH not in body:
        walk.wrong.append(f"{name} is answered {answer.status_code}: {body[:200]!r}")
    if "json" in answer.get("Content-Type", ""):
        value = answer.json()
        walk.wrong += shaped.flaws("GET", address, answer.status_code, value)


class _Typed(Commands):
    """Commands of an officer with every role."""

    token = ""

    @override
    def program(self) -> Program:
        return replace(super().program(), token=lambda _: self.token)


def _commands(walk: Walk) -> None:
    stage = walk.stage
    typed = _Typed(stage.world, MODULES)
    typed.token = officer_rows.add(stage.node, "eve", "mps", roles=EVERY)
    as_eve = ("--home", "bb", "--as", "eve")
    shows = {
        "request": (
            "request show",
            "evidence list",
            "evidence custody",
            "clock why",
        ),
        "case": ("case show",),
    }
    lists = ("request list", "case list", "clock list", "evidence due", "desk inbox")
    asked: list[tuple[str, ...]] = [(*one.split(), *as_eve) for one in lists]
    for kind, verbs in shows.items():
        matters = [one.id for one in walk.said if one.kind == kind][-COMMANDS:]
        asked += [(*verb.split(), *as_eve, one) for verb in verbs for one in matters]
    asked.append(("fsck", "--home", "bb"))
    for words in asked:
        for more in ((), ("--json",)):
            typed.text = ""
            walk.try_(" ".join(words), lambda: typed(*words, *more))  # noqa: B023 -- called at once
            walk.told(" ".join(words), typed.text)
