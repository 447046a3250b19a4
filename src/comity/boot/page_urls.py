"""Every page of the officers' listener: those of the surface, and of rooms printed from verbs.

Floor: boot.
"""

from comity.boot.rooms import TABLES
from comity.surfaces.web import urls as web
from comity.surfaces.web.room import pages as rooms

urlpatterns = [*web.urlpatterns, *rooms.addresses(TABLES)]  # own pages of a room come first
handler400 = web.handler400
handler403 = web.handler403
handler404 = web.handler404
handler429 = web.handler429
handler500 = web.handler500
