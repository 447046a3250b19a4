"""What a program is told by a node that answers as nodes do, or as something else does."""

from collections.abc import Iterator
from pathlib import Path
from typing import override

import httpx
import pytest

from comity.client import Client
from comity.client.errors import Problem

TAG = '"one"'


def client(*answers: httpx.Response) -> Client:
    """Return a program that is given these answers, one after the other."""
    left = iter(answers)
    found = Client("http://127.0.0.1:8400", "token")
    found._client = httpx.Client(
        transport=httpx.MockTransport(lambda _: next(left)), base_url="http://127.0.0.1:8400"
    )
    return found


def test_what_has_not_changed_is_given_as_it_came() -> None:
    """Though the program wrote into the value that it was given before."""
    shown = httpx.Response(200, json={"turns": [1]}, headers={"ETag": TAG})
    node = client(shown, httpx.Response(304, headers={"ETag": TAG}))
    node.get("/requests/abcd")["turns"].append(2)
    assert node.get("/requests/abcd") == {"turns": [1]}


def test_a_page_of_something_else_is_no_answer() -> None:
    """Such as of a proxy that says 200 and asks for a login."""
    page = httpx.Response(200, text="<html>Sign in</html>")
    with pytest.raises(Problem, match=r"client\.answer\.strange"):
        client(page).get("/requests/abcd")


class Cut(httpx.SyncByteStream):
    """A body that ends in the middle."""

    @override
    def __iter__(self) -> Iterator[bytes]:
        """Give some of it."""
        yield b"some"
        raise OSError("No space left on device")


def test_a_part_of_a_file_does_not_stay(tmp_path: Path) -> None:
    """Whatever ended it; and a file that was there before is left as it is."""
    target = tmp_path / "evidence"
    with pytest.raises(OSError, match="No space"):
        client(httpx.Response(200, stream=Cut())).save("/requests/abcd/bag", target)
    assert not target.exists()
    target.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        client(httpx.Response(200, content=b"theirs")).save("/requests/abcd/bag", target)
    assert target.read_bytes() == b"mine"
