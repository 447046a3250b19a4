"""The floor of `bench desk`: a bare Django view that renders a small template.

No session, no translation, no database: what Django and the officers' listener cost by themselves.
It runs in a process of its own, as a node does.

Floor: lab.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from comity.boot import child_processes
from comity.boot.officers import OfficersServer

LINES: Final = 10
_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title></head>
<body>
<h1>{{ title }}</h1>
<ul>
{% for line in lines %}<li><a href="/{{ line }}/">{{ line }}</a></li>
{% endfor %}
</ul>
</body>
</html>
"""


def view(request: HttpRequest) -> HttpResponse:
    """Answer with a small page."""
    return render(request, "page.html", {"title": "A page", "lines": range(LINES)})


urlpatterns = [path("", view)]


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """Serve the view for the length of a `with`; give process and port."""
    context = child_processes.Context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        port = ours.recv()
        assert process.pid is not None
        yield process.pid, port
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection) -> None:
    cached = "django.template.loaders.cached.Loader"
    held = ("django.template.loaders.locmem.Loader", {"page.html": _PAGE})
    settings.configure(
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF=__name__,
        USE_I18N=False,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [(cached, [held])]},
            }
        ],
    )
    django.setup()
    server = OfficersServer(("localhost", 0), WSGIHandler())
    server.prepare()
    told.send(server.bind_addr[1])
    server.serve()
