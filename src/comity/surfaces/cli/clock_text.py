# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What `comity clock` prints: for people in one language, for machines whole.

Floor: surfaces.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from comity.clocks import words
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.node.base.reckoned import Reckoned
from comity.node.desk.due_list import Line, Page, Way, Why
from comity.node.room import clock_json
from comity.surfaces.cli.request_text import at, table

_SHORT: Final = 8
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 86_400_000

_WORDS: Final = {
    "en": {
        "none": "No clock is open.",
        "cut": "At {at}, with {cut}.",
        "duty": "whose duty: {party}",
        "due": "due {at}",
        "waits": "waits",
        "provisional": "provisional: a calendar or decree may still move it",
        "elsewhere": "{clock}, {track}: runs on request {matter}, which this one extends.",
        "ways": "How the acts travelled; each time by the clock of whoever says it:",
        "way": "  {act} {event}: {author} signed {signed}; {to} stored it {cosigned}, its receipt "
        "claims {claimed} and counts from {effective}; {author} held the receipt {held}.",
        "transit": "    transit {transit}, beside the clock and not in it; the receipt lies within "
        "{bound} by the clock of {author} alone.",
        "head": ("REQUEST", "CLOCK", "WHOSE", "STATUS", "DUE", "LEFT", ""),
        "next": "More: --after '{after}'",
        "moved": "moved",
    },
    "zh": {
        "none": "没有进行中的计时。",
        "cut": "截至{at}，依据{cut}。",
        "duty": "责任方：{party}",
        "due": "{at}到期",
        "waits": "暂停",
        "provisional": "暂定：日历或者放假安排仍可能使其变动",
        "elsewhere": "{clock}（{track}）：在本请求所延长的请求{matter}上计时。",
        "ways": "行文传输情况，各时间均以陈述方的时钟为准：",
        "way": "  {act} {event}：{author}签署于{signed}；{to}存储于{cosigned}，其回执称{claimed}，"
        "以{effective}起算；{author}于{held}收存回执。",
        "transit": "    传输用时{transit}，另行列明，不计入期限；"
        "仅以{author}的时钟计，回执时间的误差不超过{bound}。",
        "head": ("请求", "计时", "责任方", "状态", "到期", "剩余", ""),
        "next": "下一页：--after '{after}'",
        "moved": "已变动",
    },
}


def page_json(page: Page) -> Json:
    """Return a page of open clocks."""
    return {
        "now_ms": page.now_ms,
        "next": page.after,
        "clocks": [
            {
                "matter": line.found.row.matter.id,
                "channel": line.found.row.channel,
                "cut": dict(line.found.cut),
                **clock_json.timed_json(line.found, line.timed),
            }
            for line in page.lines
        ],
    }


def page_text(page: Page, lang: str) -> str:
    """Return a page as a table, and under it what moved."""
    said = _WORDS[lang]
    if not page.lines:
        return str(said["none"])
    head = said["head"]
    assert isinstance(head, tuple)
    rows = [head, *(_row(line, lang) for line in page.lines)]
    moved = [text for line in page.lines for text in _moved_lines(line, lang)]
    more = [_say(lang, "next", after=page.after)] if page.after else []
    return printable("\n".join([table(rows), *moved, *more]))


def _row(line: Line, lang: str) -> tuple[str, ...]:
    now, said = line.timed.clock, _WORDS[lang]
    return (
        line.found.row.matter.id[:_SHORT],
        now.name,
        line.timed.party,
        words.STATUSES[now.status][lang],
        str(said["waits"]) if now.due_at_ms is None else at(now.due_at_ms),
        _length(now.left_ms or 0),
        str(said["moved"]) if line.timed.moved else "",
    )


def _moved_lines(line: Line, lang: str) -> Iterator[str]:
    for moved in line.timed.moved:
        change = moved.change
        yield (
            f"{line.found.row.matter.id[:_SHORT]} {line.timed.rule.name}: "
            f"{at(change.before_ms)} -> {at(change.after_ms)}. "
            f"{clock_json.moved_words(moved)[lang]}"
        )


def why_json(found: Why) -> Json:
    """Return clocks with their reasons, and how each act travelled."""
    ways: list[Json] = [
        {**asdict(one), "transit_ms": one.transit_ms, "bound_ms": one.bound_ms}
        for one in found.ways
    ]
    return {**clock_json.reckoned_json(found.found), "ways": ways}


def why_text(found: Why, lang: str) -> str:
    """Return the same in sentences."""
    one = found.found
    lines = [_cut_line(one, lang)]
    lines += [clock_json.missing_words(missing)[lang] for missing in one.missing]
    lines += [
        _say(lang, "elsewhere", clock=clock, track=track, matter=matter[:_SHORT])
        for track, running in one.elsewhere.items()
        for clock, matter in running.items()
    ]
    for timed in one.timed:
        lines += ["", *_clock_lines(Line(one, timed), lang)]
    if found.ways:
        lines += ["", str(_WORDS[lang]["ways"])]
        for way in found.ways:
            lines += _way_lines(way, lang)
    return printable("\n".join(lines))


def _clock_lines(line: Line, lang: str) -> Iterator[str]:
    timed, now = line.timed, line.timed.clock
    name = line.found.label(now.name)[lang]
    status = words.STATUSES[now.status][lang]
    yield f"{now.name} ({name}), {timed.track}: {status}"
    yield f"  {_say(lang, 'duty', party=timed.party)}"
    if now.due_at_ms is not None:
        yield f"  {_say(lang, 'due', at=at(now.due_at_ms))}"
    if now.is_provisional:
        yield f"  {_WORDS[lang]['provisional']}"
    for step in now.why:
        yield f"  - {step.words[lang]} [{step.source}]"
    yield from (f"  * {text}" for text in _moved_lines(line, lang))


def _way_lines(way: Way, lang: str) -> Iterator[str]:
    yield _say(
        lang,
        "way",
        act=way.act_id[:_SHORT],
        event=way.event,
        author=way.author,
        to=way.to,
        signed=at(way.signed_ms),
        cosigned=at(way.cosigned_ms),
        claimed=at(way.claimed_ms),
        effective=at(way.effective_ms),
        held=at(way.held_ms),
    )
    if way.transit_ms is not None and way.bound_ms is not None:
        transit, bound = _length(way.transit_ms), _length(way.bound_ms)
        yield _say(lang, "transit", transit=transit, bound=bound, author=way.author)


def _cut_line(found: Reckoned, lang: str) -> str:
    cut = ", ".join(f"{origin}@{size}" for origin, size in sorted(found.cut.items()))
    return _say(lang, "cut", at=at(found.now_ms), cut=cut)


def _say(lang: str, name: str, **facts: str) -> str:
    return str(_WORDS[lang][name]).format_map(facts)


def _length(length_ms: int) -> str:
    """Return a length in its two largest units, with its sign."""
    sign, rest = ("-" if length_ms < 0 else ""), abs(length_ms)
    days, rest = divmod(rest, _DAY_MS)
    hours, rest = divmod(rest, _HOUR_MS)
    minutes, rest = divmod(rest, _MINUTE_MS)
    if days:
        return f"{sign}{days}d {hours}h"
    if hours:
        return f"{sign}{hours}h {minutes}m"
    return f"{sign}{minutes}m {rest / 1_000:g}s"
