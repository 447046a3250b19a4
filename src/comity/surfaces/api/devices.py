"""What rings an officer, and whether each device is known to work.

    GET  /duty/devices
    POST /duty/devices/{device}/test      sends a code there, by the process that serves
    POST /duty/devices/{device}/prove     gives it back

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.node.desk.duty import devices
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DESK, READ, MatterId, doing, or_refuse, showing
from comity.surfaces.api.duty import GiveBack

router: Final = Router(tags=["duty desk"])


class DutyDevice(Schema):
    """A device that rings the officer."""

    device: str
    officer: str
    to: str = Field(description="where it is, masked")
    status: str = Field(description="`proved`, `proved-long-ago`, `tested` or `never-tested`")
    tested_ms: int | None
    proved_ms: int | None = Field(description="when the code of a test came back last")


class DutyDevices(Schema):
    """The devices of the officer."""

    devices: list[DutyDevice]


@router.get(
    "/duty/devices",
    auth=READ,
    response=showing(DutyDevices),
    operation_id="list_duty_devices",
    summary="List the devices that ring the officer, and which are known to work",
)
def list_duty_devices(request: HttpRequest) -> HttpResponse:
    """Return the officer's own."""
    found = devices.list_json(node_of(request), officer_of(request))
    return paging.tagged(request, found)


@router.post(
    "/duty/devices/{device}/test",
    auth=DESK,
    response=doing(DutyDevice),
    operation_id="test_duty_device",
    summary="Send a code to a device that rings the officer",
)
def test_duty_device(request: HttpRequest, device: MatterId) -> HttpResponse:
    """Send it, by the process that serves."""
    node = node_of(request)
    done = or_refuse(devices.test(node, officer_of(request), device))
    return paging.told(devices.to_json(done, node.clock.now_ms()))


@router.post(
    "/duty/devices/{device}/prove",
    auth=DESK,
    response=doing(DutyDevice),
    operation_id="prove_duty_device",
    summary="Give the code of a test back: the device is known to work",
)
def prove_duty_device(request: HttpRequest, device: MatterId, payload: GiveBack) -> HttpResponse:
    """Prove it for three months."""
    node = node_of(request)
    done = or_refuse(devices.prove(node, officer_of(request), device, payload.code))
    return paging.told(devices.to_json(done, node.clock.now_ms()))
