"""Every address of the officers' listener: what programs call, and what people read.

Surfaces do not know each other; they meet here.

Floor: boot.
"""

from comity.surfaces.api import problems
from comity.surfaces.api import urls as api
from comity.surfaces.web import urls as web

urlpatterns = [*api.urlpatterns, *web.urlpatterns]
handler400 = web.handler400
handler403 = web.handler403
handler404 = web.handler404
handler429 = web.handler429
handler500 = problems.broken
