"""Whom a provider that is trusted to name officers signs in."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from support.states import State
from surfaces.web import stage

from comity.surfaces.web.account import database

CLAIM = "preferred_username"
TRUSTED = SimpleNamespace(app=SimpleNamespace(settings={"officer_claim": CLAIM}))


@dataclass
class Told:
    """What a provider says of who signs in there.

    Attributes:
        account: with the claims.
        connected: names of officers with whom it was connected.
    """

    account: Any
    connected: list[str] = field(default_factory=list)
    is_existing: bool = False
    provider: Any = field(default_factory=lambda: TRUSTED)

    def connect(self, _request: object, user: Any) -> None:  # noqa: ANN401 -- as allauth has it
        """Keep it, as allauth does."""
        self.account.user = user
        self.account.save()
        self.connected.append(user.name)


def test_a_name_is_of_the_subject_that_had_it_first(fr: State) -> None:
    """A provider may give a name to somebody else: they do not sign in as who had it."""
    stage.have_officer(fr.node, "ann")
    with database.of(stage.desk_of(fr.node).database):
        from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 -- models, once loaded

        from comity.surfaces.web.account.oidc import Providers  # noqa: PLC0415 -- as above

        accounts: Any = apps.get_model("socialaccount", "SocialAccount")
        nobody: Any = SimpleNamespace(user=AnonymousUser())

        def told(subject: str) -> Told:
            claims = {"userinfo": {CLAIM: "ann"}}
            return Told(accounts(provider="ministry", uid=subject, extra_data=claims))

        first, second = told("1"), told("2")
        for one in (first, second):
            Providers().pre_social_login(nobody, one)
        assert (first.connected, second.connected) == (["ann"], [])
        ann = get_user_model().objects.get_by_natural_key("ann")
        accounts.objects.filter(user=ann).delete()
        Providers().pre_social_login(nobody, second)
        assert second.connected == ["ann"], "they disconnected it, or was reset"
