"""What officers and their programs are answered while all that is shown is computed anew.

    /health          503, {"state": "upgrading", "percent": 40}
    /api/, /feed/    503, problem details with the code `node.computed.older`
    anything else    503, a page in both languages that asks again by itself

Nothing is read for it: what an older version computed is shown to nobody, and neither is who asks.

Floor: surfaces.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base import rules_version

type StartResponse = Callable[..., Any]

AGAIN_S: Final = 10
"""After so long a page asks again, and a program may."""

_PROGRAMS: Final = ("/api/", "/feed/")
_HEADERS: Final = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("Retry-After", str(AGAIN_S)),
    ("X-Content-Type-Options", "nosniff"),
)


def answer(environ: Mapping[str, Any], start: StartResponse, percent: int) -> Iterable[bytes]:
    """Answer one request.

    Args:
        environ: of WSGI.
        start: likewise.
        percent: how much is done, 0 to 100.
    """
    path = str(environ["PATH_INFO"])
    if path == "/health":
        media, body = "application/json", _rendered({"state": "upgrading", "percent": percent})
    elif path.startswith(_PROGRAMS):
        media, body = "application/problem+json", _rendered(_problem())
    else:
        is_read = environ["REQUEST_METHOD"] == "GET"
        media, body = "text/html; charset=utf-8", _page(percent, asks_again=is_read)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    sized = (("Content-Type", media), ("Content-Length", str(len(body))))
    start(f"{status.value} {status.phrase}", [*_HEADERS, *sized])
    return [body]


def _rendered(value: Json) -> bytes:
    return ijson.render(value) + b"\n"


_NOT_YET: Final = Fault(
    code=rules_version.OLDER,
    what="What this node shows is being computed anew, after an upgrade.",
    fix="Ask again later; `/health` says how far it is.",
)


def _problem() -> dict[str, Json]:
    return {
        "type": f"urn:comity:problem:{_NOT_YET.code}",
        "status": HTTPStatus.SERVICE_UNAVAILABLE.value,
        "title": _NOT_YET.what,
        "code": _NOT_YET.code,
        "fix": _NOT_YET.fix,
        "problems": [],
    }


_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
{again}<title>comity: being upgraded – 正在升级</title>
</head>
<body>
<main>
<h1>This node is being upgraded</h1>
<p>The new version computes every matter anew from the logs: {percent} % is done. Until then it
shows nothing, since what the old version computed may be wrong.</p>
<p>What other States send meanwhile is kept and signed for. Hotlines are read first, and what is
urgent there wakes whoever is to be woken.</p>
<div lang="zh-Hans">
<h2>本节点正在升级</h2>
<p>新版本正根据日志重新计算所有事项，已完成 {percent} %。\
旧版本的计算结果可能有误，完成之前不显示任何内容。</p>
<p>其他国家在此期间发来的内容照常保存并签收。热线最先读取，其中的紧急事项会照常提醒值班人员。</p>
</div>
{last}</main>
</body>
</html>
"""  # noqa: RUF001 -- Chinese punctuation


_READ: Final = """<p>This page asks again by itself. In an emergency, use the telephone.</p>
<p lang="zh-Hans">本页面会自动刷新。如遇紧急情况，请使用电话。</p>
"""  # noqa: RUF001 -- Chinese punctuation

_SENT: Final = """<p>What you sent was not taken. In an emergency, use the telephone.</p>
<p lang="zh-Hans">您提交的内容未被接收。如遇紧急情况，请使用电话。</p>
"""  # noqa: RUF001 -- as above


def _page(percent: int, *, asks_again: bool) -> bytes:
    """Return the page; one that came of a form asks for nothing: it was not sent."""
    again = f'<meta http-equiv="refresh" content="{AGAIN_S}">\n' if asks_again else ""
    last = _READ if asks_again else _SENT
    return _PAGE.format(percent=percent, again=again, last=last).encode()
