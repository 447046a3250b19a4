"""What every address may answer beside its page: whether the node lives, and what went wrong.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.kernel.fault import Fault
from comity.node.operate import readiness
from comity.node.operate.overview import page
from comity.surfaces.web import desk as desks


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """Whether the store can be read, for a supervisor; says nothing else."""
    try:
        page.own_party(desks.of(request).node)
    except Fault as fault:
        answer = {"state": "failing", "code": fault.code}
        return JsonResponse(answer, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"state": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether all moves that this node is for, for a supervisor: which parts do not, if any."""
    node = desks.of(request).node
    try:
        with node.store.read() as tx:
            still = readiness.still(tx, node.clock.now_ms())
    except Fault as fault:
        answer = {"state": "failing", "code": fault.code}
        return JsonResponse(answer, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if still:
        stands = {"state": "not-ready", "still": [*still]}
        return JsonResponse(stands, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"state": "ready"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """There is no such page."""
    return render(request, "message.html", {"is_absent": True}, status=HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """The request is not allowed."""
    return render(request, "message.html", {"is_stale": True}, status=HTTPStatus.FORBIDDEN)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """A form did not come from a page of ours, or from an old one."""
    return render(request, "message.html", {"is_stale": True}, status=HTTPStatus.FORBIDDEN)


def malformed(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """The request is not one of a browser on this machine: no page, since nothing is known."""
    return HttpResponse(
        "This address is for browsers on this machine: http://127.0.0.1\n"
        "此地址仅供本机浏览器访问：http://127.0.0.1\n",  # noqa: RUF001 -- Chinese punctuation
        content_type="text/plain; charset=utf-8",
        status=HTTPStatus.BAD_REQUEST,
    )


_BROKEN: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>comity: this page failed – 此页面出错</title>
</head>
<body>
<main>
<h1>This page failed</h1>
<p>That is an error of the program. What was sent and received is safe.</p>
<p>Run <code>comity doctor</code>, and report the lines of the log.</p>
<div lang="zh-Hans">
<h2>此页面出错</h2>
<p>系程序自身的错误；已收发的内容均安全。</p>
<p>请运行 <code>comity doctor</code>，并报告日志中的相应内容。</p>
</div>
</main>
</body>
</html>
"""  # noqa: RUF001 -- Chinese punctuation
"""Stands here whole: what failed may be a template, a catalogue or the store."""


def broken(_request: HttpRequest) -> HttpResponse:
    """Our own bug: the least that can go wrong again, so both languages at once."""
    return HttpResponse(_BROKEN, status=HTTPStatus.INTERNAL_SERVER_ERROR)
