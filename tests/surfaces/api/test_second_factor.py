"""What a token does not open by itself: a release takes a code of the officer's app as well."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.apps import apps
from django.contrib.auth import get_user_model
from support.pair import World
from surfaces.api.stage import Calls, request_of, token
from surfaces.web import agreed_stage, stage

from comity.node.base.context import Node
from comity.node.desk import draft_view
from comity.node.room import nation_profile
from comity.node.room.release import send
from comity.surfaces.web.account import database

SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 -- of a test
HOUR_MS = 3_600_000


class Desk:
    """A State where two officers approve, and the programs of both."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.node: Node = world.node("fr")
        send.set_approvals(self.node, 2)
        self.ann, self.ben = (Calls(self.node, token(self.node, one)) for one in ("ann", "ben"))

    def add(self, name: str, kind: str = "totp") -> None:
        """Give an officer a second factor, as they add one now."""
        from allauth.mfa.totp.internal import auth  # noqa: PLC0415 -- needs settings

        factors = apps.get_model("mfa", "Authenticator")
        with database.of(stage.desk_of(self.node).database):
            user = get_user_model().objects.get_by_natural_key(name)
            if kind == "totp":
                auth.TOTP.activate(user, SECRET)
            else:
                factors.objects.create(user=user, type=kind, data={})
            now = datetime.fromtimestamp(self.node.clock.now_ms() / 1_000, UTC)
            factors.objects.filter(user=user).update(created_at=now)

    def code(self, periods: int = 0) -> str:
        """Return what the app shows now, or so many periods from now."""
        app = TOTP(base64.b32decode(SECRET), 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303 -- as apps do
        return app.generate(self.node.clock.now_ms() // 1_000 + 30 * periods).decode()

    def draft(self) -> tuple[str, dict[str, Any]]:
        """Return where a draft of Ann's that waits for Ben is approved, and what they read."""
        asked = {**request_of(self.world), "to": ["sy"]}
        draft = self.ann.post("/requests", asked).value["act"]
        with self.node.store.read() as tx:
            ben = tx.officer("ben")
        assert ben is not None
        read = draft_view.find(self.node, ben, draft).draft.content_sha256
        return f"/drafts/{draft}/approve", {"content": read}

    def approve(self, code: str = "") -> str:
        """Let Ben approve a draft with a code; return the code of the answer, or "sent"."""
        path, read = self.draft()
        answer = self.ben.post(path, read, **({"Comity_Code": code} if code else {}))
        return "sent" if answer.status == 201 else str(answer.value["code"])

    def law(self, release: str) -> None:
        """Put a nation profile in force that says something of releases."""
        text = agreed_stage.profile_text().replace("dhs", "moj") + f"release: {release}\n"
        stage.have_officer(self.node, "nora", "counsel")
        nora = agreed_stage.officer(self.node, "nora")
        done = nation_profile.adopt(self.node, nora, text.encode(), extend=True)
        assert isinstance(done, nation_profile.Adopted)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return one."""
    return Desk(stage.world_of(tmp_path, "fr", "sy"))


def test_a_code_counts_once_and_for_what_was_read(desk: Desk) -> None:
    """Who has an app gives its code with each release; none, a wrong or a used one is refused."""
    assert desk.approve() == "sent"
    desk.add("ben")
    assert desk.approve() == "officer.factor.no-code"
    assert desk.approve(desk.code(5)) == "officer.factor.wrong-code"
    assert desk.approve("word") == "officer.factor.wrong-code"
    shown = desk.code()
    path, read = desk.draft()
    assert desk.ben.post(path, read, Comity_Code=f"{shown[:3]} {shown[3:]}").status == 201
    assert desk.approve(shown) == "officer.factor.wrong-code"
    assert desk.approve(desk.code(-1)) == "officer.factor.wrong-code", "an earlier one neither"
    desk.world.states["fr"].clock.at_ms += 30_000
    assert desk.approve(desk.code()) == "sent"
    with desk.node.store.read() as tx:
        kept = tx.records("factor-shown")
    assert [*kept] == ["ben"]


def test_whoever_guesses_codes_waits(desk: Desk) -> None:
    """After five wrong ones the right one is refused too, for five minutes."""
    desk.add("ben")
    for _ in range(5):
        assert desk.approve(desk.code(9)) == "officer.factor.wrong-code"
    assert desk.approve(desk.code()) == "officer.factor.too-many"
    desk.world.states["fr"].clock.at_ms += 300_000
    assert desk.approve(desk.code()) == "sent"


def test_the_nation_profile_asks_everybody_for_a_factor(desk: Desk) -> None:
    """Who has none releases nothing by a token; who has a passkey alone does it on a page."""
    desk.law("{factor: held}")
    assert desk.approve() != "officer.factor.none"
    desk.law("{factor: required}")
    assert desk.approve() == "officer.factor.none"
    desk.add("ben", "webauthn")
    assert desk.approve(desk.code()) == "officer.factor.no-app"


def test_a_factor_that_was_just_added_releases_nothing(desk: Desk) -> None:
    """By API and on the page, until the hours of the nation profile are over."""
    desk.law("{new_factor_hours: 24}")
    desk.add("ben")
    clock = desk.world.states["fr"].clock
    for passed_ms, is_new in ((0, True), (23 * HOUR_MS, True), (HOUR_MS, False)):
        clock.at_ms += passed_ms
        assert (desk.approve(desk.code()) == "officer.factor.new") == is_new, passed_ms
        page = stage.client(desk.node, officer="ben")
        with database.of(stage.desk_of(desk.node).database):
            user = get_user_model().objects.get_by_natural_key("ben")
            agreed_stage.show(page, desk.node, user.pk)
        path, read = desk.draft()
        shown = page.post(f"/release/{path.split('/')[2]}/", {"do": "approve", **read})
        assert ("officer.factor.new" in shown.content.decode()) == is_new, passed_ms
