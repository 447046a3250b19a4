"""A joint text that cannot be read is read once, and told with so many problems as a page bears."""

from dataclasses import replace

import pytest
from support import hostile_texts

from comity.boot.rooms import ROOMS
from comity.joint.guideline import document
from comity.joint.text import acts
from comity.kernel.fault import Fault
from comity.kernel.problem import LISTED_MAX, Unfit
from comity.node.room import text_fit


def test_that_a_text_cannot_be_read_is_remembered() -> None:
    """A partner proposes one with thousands of problems: only the first look pays for them."""
    value = hostile_texts.plain("guideline/dialogue.yaml")
    value["crimes"] = [{} for _ in range(200)]
    data = hostile_texts.spelled(value)
    looks: list[bytes] = []

    def parse(given: bytes, file: str) -> object:
        looks.append(given)
        return document.parse(given, file)

    room = ROOMS[acts.KIND]
    text = replace(room.texts[0], read=parse)
    rooms = {acts.KIND: replace(room, texts=(text,))}
    with pytest.raises(Unfit) as first:
        text_fit.read(rooms, acts.MAIN, data)
    assert len(first.value.problems) == LISTED_MAX + 1

    with pytest.raises(Unfit) as again:
        text_fit.read(rooms, acts.MAIN, bytes(bytearray(data)))
    assert again.value.what == first.value.what
    assert looks == [data]


def test_no_other_text_is_read() -> None:
    """By what its name says that it is, and by nothing else."""
    with pytest.raises(Fault) as found:
        text_fit.read(ROOMS, "poem", b"{}")
    assert found.value.code == "node.text.name-unknown"
