"""Parts and codes of what was asked and given stand in the reader's language, times in his zone."""

from collections.abc import Iterator

import pytest
from support import pair
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
RAW = (
    "<bdi>office hours</bdi>",
    "<bdi>maximum penalty years</bdi>",
    "<bdi>identifiers</bdi>",
    ">business-email-compromise</bdi>",
    ">ipv4</bdi>",
    ">2026-11-02T08:14:00Z</bdi>",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States; a preservation request was registered and answered by its item."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def matter(made: Scene) -> str:
    """A request with identifiers of a period, and an answer that is a mark and a note."""
    found = made.asks("preservation")
    made.says("bb", "acknowledge", found, own_reference="CB-1")
    return found


@pytest.mark.parametrize("page", ["", "time-line/", "papers/print/"])
def test_parts_and_codes_are_told_in_words(made: Scene, matter: str, page: str) -> None:
    """The words are those of the form in which they were written."""
    client, path = made.client("ann", "bb"), f"/requests/{matter}/{page}"
    chinese = client.get(path, headers=CHINESE).content.decode()
    english = client.get(path).content.decode()
    for body in (chinese, english):
        assert [one for one in RAW if one in body] == []
    if page != "time-line/":
        for word in (
            "办公时间",
            "最高刑期",
            "IP 地址",
            "商业电子邮件诈骗、网络钓鱼",
            "注册信息",
        ):
            assert word in chinese, word
        for word in ("Office hours", "Greatest penalty, in years", "IP address", "Traffic data"):
            assert word in english, word


def test_the_fields_of_a_correction_are_called_as_in_a_draft(made: Scene, matter: str) -> None:
    """Its leaves say in which part of which row they stand."""
    body = made.client("ann", "aa").get(f"/requests/{matter}/say/correct/", headers=CHINESE)
    assert "标识 · 1 · 种类" in body.content.decode()
    assert "identifiers · 1" not in body.content.decode()
