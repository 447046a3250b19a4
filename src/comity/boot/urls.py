"""Every address of the officers' listener: what programs call, and what people read.

Surfaces do not know each other; they meet here, and are given the rooms that they print from
their tables of verbs.

Floor: boot.
"""

from comity.boot import page_urls
from comity.boot.rooms import TABLES
from comity.surfaces.api import problems
from comity.surfaces.api import urls as api

urlpatterns = [*page_urls.urlpatterns, *api.patterns(TABLES)]
handler400 = page_urls.handler400
handler403 = page_urls.handler403
handler404 = page_urls.handler404
handler429 = page_urls.handler429
handler500 = problems.broken
