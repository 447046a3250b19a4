"""Of whoever has no session no large form is read."""

from typing import Any, NoReturn

import pytest
from django.conf import settings
from support.states import State
from surfaces.web import stage

from comity.surfaces.web.account import database
from comity.surfaces.web.account.strangers import STRANGER_BYTES_MAX

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


class Unread:
    """A body that nobody may read."""

    def read(self, *_: object) -> NoReturn:
        """Fail the test."""
        pytest.fail("a stranger's form was read")

    readline = read


@pytest.mark.parametrize("content_type", FORMS)
@pytest.mark.parametrize("cookie", ["", "of-nobody"])
def test_a_large_form_of_a_stranger_is_refused_unread(
    fr: State, content_type: str, cookie: str
) -> None:
    """In their language, with what to do next; a made-up session is none."""
    client = stage.client(fr.node, officer=None)
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    for language, said in (("en", "Sign in, then send it again."), ("zh-Hans", "请先登录")):
        sent: dict[str, Any] = {
            "wsgi.input": Unread(),
            "CONTENT_LENGTH": str(STRANGER_BYTES_MAX + 1),
            "CONTENT_TYPE": content_type,
        }
        answer = client.post("/account/sign-in/", headers={"accept-language": language}, **sent)
        assert answer.status_code == 413
        assert said in answer.text


def test_a_small_form_of_a_stranger_is_answered(fr: State) -> None:
    """Who signs in is a stranger until then."""
    client = stage.client(fr.node, officer=None)
    said = {"login": "a" * 100, "password": "b" * 1_000}
    assert client.post("/account/sign-in/", said).status_code == 200


def test_what_an_officer_typed_before_their_session_ended_is_given_back(fr: State) -> None:
    """However long it is: their session was begun here."""
    client = stage.client(fr.node)
    words = "who did what, and when " * 5_000
    with database.of(stage.desk_of(fr.node).database):
        session = client.session
        session.set_expiry(-1)
        session.save()
    answer = client.post("/requests/aaaaaaaaaaaaaaaaaaaaaaaaae/desk/note/", {"words": words})
    assert answer.status_code == 403
    assert words.strip() in answer.text
