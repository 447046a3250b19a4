"""What starts the listener for guests, what doctor says of it, and how a certificate is renewed."""

import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support import guests, pair
from support.guests import At
from surfaces.web import stage

from comity.adapters import clock, tlscert
from comity.boot import configuration, outside, outside_doctor
from comity.kernel.fault import Fault
from comity.surfaces.cli.context import Settings

DAY_MS = 86_400_000
WHOLE = {
    "outside_port": "8500", "outside_origin": '"https://guests.example"',
    "outside_certificate": '"/etc/c.pem"', "outside_key": '"/etc/k.pem"',
}  # fmt: skip


def text(**changed: str | None) -> str:
    """Return a configuration with some lines changed, or left out."""
    given = {name: value for name, value in (WHOLE | changed).items() if value is not None}
    return 'party = "fr"\n' + "\n".join(f"{name} = {value}" for name, value in given.items())


def test_a_listener_needs_its_origin_and_its_certificate() -> None:
    """All that is missing is named at once, and an origin is one of HTTPS without a path."""
    assert configuration.parse(text(), "c").outside_port == 8500
    with pytest.raises(Fault, match="outside_origin, outside_certificate, outside_key is missing"):
        configuration.parse('party = "fr"\noutside_port = 8500', "c")
    for name in ("outside_origin", "outside_certificate", "outside_key"):
        with pytest.raises(Fault, match=name):
            configuration.parse(text(**{name: None}), "c")
    for origin in ("http://guests.example", "https://guests.example/x", "https://a@b.example"):
        with pytest.raises(Fault, match="outside_origin"):
            configuration.parse(text(outside_origin=f'"{origin}"'), "c")
    with pytest.raises(Fault, match="outside_key"):
        configuration.parse(text(outside_key='"k.pem"'), "c")
    shared = text() + '\nofficers_origin = "https://guests.example"'
    with pytest.raises(Fault, match="another listener"):
        configuration.parse(shared, "c")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    """A listener that runs."""
    with pair.closing():
        world = stage.world_of(tmp_path, "fr", "sy")
        with guests.serving(world.node("fr"), tmp_path) as found:
            yield found


def test_none_is_started_unless_it_is_configured(at: At) -> None:
    """A command may choose the port, but not what is missing."""
    assert outside.listener(at.node, Settings("fr"), None) is None
    with pytest.raises(Fault, match="--outside-port"):
        outside.listener(at.node, Settings("fr"), 0)
    with pytest.raises(Fault, match="cannot be used"):
        outside.listener(at.node, replace(at.settings, outside_key="/nowhere"), None)


def test_a_renewed_certificate_is_shown_and_half_a_one_is_not(at: At) -> None:
    """From the next connection on; while its files do not belong together, the one before is."""
    folder = Path(at.settings.outside_certificate).parent
    before = shown(at)
    Path(at.settings.outside_key).write_bytes(b"half")
    with pytest.raises(Fault, match="cannot be used"):
        at.listener.refresh()
    assert shown(at) == before
    renewed = guests.key_for("localhost")
    guests.write(renewed, folder, "server")
    at.listener.refresh()
    assert shown(at) == renewed.certificate != before


def shown(at: At) -> bytes:
    """Return the certificate that the listener shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with context.wrap_socket(at.plain()) as line:
        found = line.getpeercert(binary_form=True)
    time.sleep(0.05)
    assert found
    return found


def test_doctor_tells_of_its_end_its_name_and_its_port(at: At, tmp_path: Path) -> None:
    """Nothing where there is no such listener; a certificate for another host is a fault."""
    now_ms = clock.SystemClock().now_ms()
    assert outside_doctor.look(Settings("fr"), now_ms) == []
    assert [one.is_good for one in outside_doctor.look(at.settings, now_ms)] == [True, True]
    other = replace(at.settings, outside_origin="https://other.example")
    assert "other.example" in outside_doctor.look(other, now_ms)[0].what
    for begin_ms, end_ms in ((-DAY_MS, 3 * DAY_MS), (-9 * DAY_MS, -DAY_MS), (DAY_MS, 99 * DAY_MS)):
        key = tlscert.make("localhost", now_ms + begin_ms, now_ms + end_ms)
        certificate, private = guests.write(key, tmp_path, "soon")
        soon = replace(at.settings, outside_certificate=certificate, outside_key=private)
        assert outside_doctor.look(soon, now_ms)[0].is_good is False
    gone = replace(at.settings, outside_certificate="/nowhere", outside_port=1)
    assert [one.is_good for one in outside_doctor.look(gone, now_ms)] == [False, False]
