"""A device is known to ring its officer once a code came back that only its message had."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from support.calls import Desks

from comity.adapters.alarms import StandingAlarms
from comity.domestic.duty.plan import ALL, DAY_MS, LineSet
from comity.domestic.webhook import kinds
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk import mail_notices
from comity.node.desk.duty import devices, planning, watch
from comity.node.desk.duty.devices import Device
from comity.node.desk.webhooks import registry


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Return two States that may call each other."""
    return Desks(tmp_path)


def of_wei(desks: Desks) -> tuple[Officer, str]:
    """Let an officer of `bb` have a device; return them and it."""
    wei = desks.officers["bb"]
    return wei, mail_notices.ask(desks.node("bb"), wei, "wei@police.example", "en").id


def sent(desks: Desks, device: str) -> list[str]:
    """Return the codes that wait for a device."""
    with desks.node("bb").store.read() as tx:
        waiting = cast("dict[str, Any]", registry.waiting(tx, device, 99))
    return [str(one["event"]["facts"]["code"]) for one in waiting.values()]


def status(desks: Desks) -> list[str]:
    """Return what is known of the devices of the officer."""
    node = desks.node("bb")
    return [one.status(node.clock.now_ms()) for one in devices.listing(node, desks.officers["bb"])]


def test_a_device_is_proved_by_the_code_of_its_newest_test_alone(desks: Desks) -> None:
    """An older code, a wrong one and a second use prove nothing; after three months it is old."""
    node, (wei, device) = desks.node("bb"), of_wei(desks)
    assert status(desks) == [devices.IS_NEW]
    assert isinstance(devices.test(node, wei, device), Device)
    (old,) = sent(desks, device)
    devices.test(node, wei, device)
    (new,) = {*sent(desks, device)} - {old}
    assert status(desks) == [devices.IS_TESTED]
    for wrong in (old, "AAAA-AAAA"):
        no = devices.prove(node, wei, device, wrong)
        assert isinstance(no, Inadmissible)
        assert no.rule == "duty.device.code-unknown"
    assert isinstance(devices.prove(node, wei, device, new.lower()), Device)
    assert status(desks) == [devices.IS_PROVED]
    assert isinstance(devices.prove(node, wei, device, new), Inadmissible)
    desks.world.advance(93 * DAY_MS)
    assert status(desks) == [devices.IS_OLD]


def test_a_device_is_its_officers_alone_and_shows_neither_number_nor_code(desks: Desks) -> None:
    """Another officer can neither test nor prove it; what is told of it is masked."""
    node, (wei, device) = desks.node("bb"), of_wei(desks)
    li = replace(wei, name="li")
    for no in (devices.test(node, li, device), devices.prove(node, li, device, "AAAA-AAAA")):
        assert isinstance(no, Inadmissible)
        assert no.rule == "duty.device.unknown"
    devices.test(node, wei, device)
    told = str(devices.list_json(node, wei))
    assert "w…@police.example" in told
    assert sent(desks, device)[0] not in told
    assert "wei@" not in told


def test_a_program_is_no_device_unless_it_is_told_of_rings(desks: Desks) -> None:
    """What is told of acts alone wakes nobody; what ended neither."""
    node, wei = desks.node("bb"), desks.officers["bb"]
    registry.add(node, wei, "https://soc.example/hook", [kinds.ACT])
    assert devices.listing(node, wei) == []
    ringing = registry.add(node, wei, "https://modem.example/ring", [kinds.RING])
    assert [one.to for one in devices.listing(node, wei)] == ["modem.example"]
    registry.end(node, wei, ringing.id)
    assert devices.listing(node, wei) == []


def test_the_machine_is_told_while_who_is_planned_has_no_device_that_works(desks: Desks) -> None:
    """It names nobody; the code of a test that comes back ends it, and three months raise it."""
    node, (wei, device) = desks.node("bb"), of_wei(desks)
    first = node.clock.now_ms() // DAY_MS - 2
    line = LineSet("night", "", "UTC", ("wei",), (0, 720), first, ALL, "", 0)
    assert isinstance(planning.set_line(node, wei, line), LineSet)
    assert is_told(desks)
    devices.test(node, wei, device)
    assert is_told(desks)
    assert isinstance(devices.prove(node, wei, device, sent(desks, device)[-1]), Device)
    assert not is_told(desks)
    desks.world.advance(devices.COUNTS_MS)
    assert is_told(desks)


def is_told(desks: Desks) -> bool:
    """Look as `serve` does; return whether the alarm stands."""
    alarms = desks.node("bb").alarms
    watch.step(desks.node("bb"))
    assert isinstance(alarms, StandingAlarms)
    return watch.UNPROVED in {code for code, _ in alarms.standing()}
