"""Calls by which an officer says something of a request: one a verb.

Floor: surfaces.
"""

from typing import Final

from comity.joint.request.verbs import TABLE
from comity.rooms.request import desk
from comity.surfaces.api import requests, verb_call

router: Final = requests.router
verb_call.add(router, TABLE, desk.do)
