"""The specification says what the program does: its numbers, tables and examples are checked."""

import dataclasses
import hashlib
import itertools
import re
from collections.abc import Callable, Iterable
from typing import Final

import pytest

from comity.acts import codec, order, record, vocabulary
from comity.acts.causality import EMPTY, Cut, after_receipt
from comity.acts.order import Placed
from comity.acts.record import Act, Matter, Office
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import pairing
from comity.joint.exchange import fold
from comity.kernel import ids, ijson, limits
from comity.node.base.ports import Response
from comity.node.exchange import blobs, budget, delivery, start
from comity.seal import age, symmetric
from comity.surfaces.wire import refusals, routes
from comity.tlog import checkpoint, tree, wire
from tools.check.source import texts
from tools.check.steps import ROOT

PAGES: Final = (
    "kernel", "seal", "arrangement", "channel", "log", "entry", "wire", "exchange", "fault",
)  # fmt: skip
FOLDER: Final = ROOT / "docs" / "spec"
TEXTS: Final = {page: (FOLDER / f"{page}.md").read_text(encoding="utf-8") for page in PAGES}
README: Final = (FOLDER / "README.md").read_text(encoding="utf-8")

_CLAUSE: Final = re.compile(r"^\*\*(\d+)\.(\d+)\.(\d+)\*\* (.*)$", re.MULTILINE)
_PART: Final = re.compile(r"^## (\d+)\.(\d+) ", re.MULTILINE)
_NUMBER: Final = re.compile(r"(?<![\d.^/])([1-9])\.(\d{1,2})(?:\.(\d{1,2}))?(?![\d.]*\d)")
_EXAMPLE: Final = re.compile(r"^```example (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_RULES: Final = re.compile(r"protocol\s+rules?\s+((?:\d+(?:,\s+|\s+and\s+|\s+to\s+)?)+)")


def clauses() -> list[tuple[int, ...]]:
    """Return the numbers of all clauses, as they stand."""
    return [
        tuple(int(part) for part in found.groups()[:3])
        for text in TEXTS.values()
        for found in _CLAUSE.finditer(text)
    ]


def parts() -> set[tuple[int, int]]:
    """Return the numbers of all parts."""
    return {(int(page), int(part)) for text in TEXTS.values() for page, part in _PART.findall(text)}


def rows(text: str, name: str = "") -> list[list[str]]:
    """Return the cells of table rows, between two comments of that name if it is given."""
    if name:
        text = text.split(f"<!-- {name} -->")[1].split(f"<!-- /{name} -->", maxsplit=1)[0]
    found = [line for line in text.split("\n") if re.match(r"\| (?!---)", line)]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in found]


def test_clauses_are_numbered_by_page_and_part_in_order() -> None:
    """A clause is found by its number, and each number stands once."""
    numbers = clauses()
    assert numbers == sorted(set(numbers))
    for place, page in enumerate(PAGES, start=1):
        own = [n for n in numbers if n[0] == place]
        assert own
        assert own[0][1:] == (1, 1)
        assert {(n[0], n[1]) for n in own} == {p for p in parts() if p[0] == place}, page
        for before, after in itertools.pairwise(own):
            assert after[1:] in {(before[1], before[2] + 1), (before[1] + 1, 1)}


@pytest.mark.parametrize("page", [*PAGES, "README"])
def test_each_reference_leads_to_a_clause_or_part(page: str) -> None:
    """A reader who follows a number finds what it promises."""
    known, known_parts = set(clauses()), parts()
    text = README if page == "README" else TEXTS[page]
    prose = re.sub(r"RFC \d+[^|\n]*?section [\d.]+|TLS 1\.\d|HTTP/\d\.\d", "", text)
    for found in _NUMBER.finditer(_EXAMPLE.sub("", prose)):
        numbers = tuple(int(part) for part in found.groups() if part)
        assert numbers in known or numbers in known_parts, f"{page}: {found[0]}"


def test_the_limits_are_those_of_the_kernel() -> None:
    """Each limit stands with its value, and no other."""
    told = {name: int(value) for name, value, *_ in rows(TEXTS["kernel"]) if name.isupper()}
    assert told == {name: value for name, value in vars(limits).items() if name.isupper()}


def test_every_tag_that_may_be_said_is_told() -> None:
    """The vocabulary of the page and of the program are one."""
    told = set(re.findall(r"`([a-z]+\.[a-z-]+/[0-9]+)`", TEXTS["entry"]))
    assert told == {*vocabulary.OURS.tags()}


def test_every_endpoint_is_told_with_its_limit() -> None:
    """The table of the page and the table of routes are one."""
    stand_ins = {"<sha256>": "0" * 64, "<origin>": "1" * 64, "<N>": "0/000"}
    found: list[routes.Route] = []
    told = [cells for cells in rows(TEXTS["wire"]) if cells[0].isupper() and len(cells) > 2]
    for method, path, most, *_ in told:
        for word, real in stand_ins.items():
            path = path.replace(word, real)  # noqa: PLW2901 -- word by word
        route, _ = routes.find(method, path)
        assert route.body_bytes_max == int(most), path
        found.append(route)
    assert found == list(routes.ROUTES)


def test_every_status_of_a_refusal_is_told() -> None:
    """The two tables of the page are those by which the program answers."""
    for name, table in (("by-code", refusals.BY_CODE), ("by-problem", refusals.BY_PROBLEM)):
        told = {code: int(status) for code, status in rows(TEXTS["wire"], name)[1:]}
        assert told == table


def test_the_budgets_are_those_of_the_program() -> None:
    """Who sizes a node reads the numbers that it works by."""
    told = rows(TEXTS["wire"], "budgets")[1:]
    flat = [[int(cell) for cell in cells[1:] if cell] for cells in told]
    assert flat == [
        row
        for one in (budget.PARTY, budget.STRANGERS)
        for row in ([*_costs(one.capacity), one.reserve_percent], _costs(one.per_s))
    ]


def _costs(cost: budget.Cost) -> list[int]:
    return [cost.size_bytes, cost.entries, cost.disk_bytes, cost.processor_us]


def test_every_reason_for_foreign_is_told() -> None:
    """The codes of the register stand in the page on the exchange."""
    told = {cells[0] for cells in rows(TEXTS["exchange"].split("## 8.5")[1].split("## 8.6")[0])}
    codes = {value for name, value in vars(fold).items() if name.startswith("FOREIGN_")}
    assert told - {"code"} == codes


def test_the_fields_of_entries_are_those_that_are_read() -> None:
    """The tables of fields name what the codec demands, no more and no less."""
    act = Act("a" * 26, "request.answered/1", Matter("request", "a" * 26), Office("doj"))
    for heading, said in (
        ("## 6.2", act),
        ("## 6.3", record.Receipt("a/b/c/1", 0, bytes(32), 0)),
    ):
        table = TEXTS["entry"].split(heading)[1].split("\n## ")[0]
        names = {name for cells in rows(table)[1:] for name in re.split(r"`?, `?", cells[0])}
        value = ijson.parse(codec.render("a/b/c/1", said).split(b"\n")[2])
        assert isinstance(value, dict)
        assert names == set(value)


def test_every_file_of_vectors_is_told() -> None:
    """An outsider knows what each example is, and looks for no other."""
    told = [name for cells in rows(README, "vectors")[1:] for name in re.split("`, `", cells[0])]
    there = (ROOT / "vectors").glob("*/*.json")
    assert sorted(told) == sorted(f"{path.parent.name}/{path.stem}" for path in there)


def test_every_rule_that_a_comment_cites_is_placed() -> None:
    """`protocol rule 12` in the source leads to a part of these pages."""
    placed = {int(cells[0]) for cells in rows(README) if cells[0].isdigit()}
    for source in texts():
        if source.path.startswith(("src/", "tools/", "tests/")):
            for numbers in _RULES.findall(source.text):
                cited = {int(number) for number in re.findall(r"\d+", numbers)}
                assert cited <= placed, f"{source.path}: {numbers}"


def test_every_page_that_a_comment_cites_is_there() -> None:
    """`docs/….md` in the source is a file."""
    for source in texts():
        if source.path.startswith("src/"):
            for name in re.findall(r"docs/[a-z/]+\.md", source.text):
                assert (ROOT / name).exists(), f"{source.path}: {name}"


# Examples.


def _canonical(lines: list[str]) -> None:
    assert ijson.render(ijson.parse(lines[0].encode())).decode() == lines[1]


def _random_id(lines: list[str]) -> None:
    assert ids.random_id(bytes.fromhex(lines[0])) == ids.require_random_id("act", lines[1])


def _blob(lines: list[str]) -> None:
    key, nonce, plaintext, file_key, stored, address = map(bytes.fromhex, lines)
    assert symmetric.seal_blob(plaintext, key, lambda _: nonce) == stored
    header = symmetric.export_header(key, [symmetric.SymmetricRecipient(key)], bytes)
    assert age.unseal_with(header + stored, file_key) == plaintext
    assert symmetric.blob_address(stored) == hashlib.sha256(stored).digest() == address


def _code(lines: list[str]) -> None:
    number = int(lines[0], 16)
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert "".join(alphabet[number >> shift & 31] for shift in range(35, -5, -5)) == lines[1]
    spoken = pairing.code(b"any text", limits.PARTIES_MIN)
    digest = hashlib.sha256(b"comity/pair-code/1\nany text").hexdigest()[:10]
    by_page = "".join(alphabet[int(digest, 16) >> shift & 31] for shift in range(35, -5, -5))
    assert spoken == f"{by_page[:4]}-{by_page[4:]}"


def _origin(lines: list[str]) -> None:
    assert arrangements.render_origin(arrangements.parse_origin(lines[0])) == lines[0]


def _head(lines: list[str]) -> None:
    head = checkpoint.parse_body("".join(f"{line}\n" for line in lines).encode())
    assert (head.size, head.root) == (0, tree.EMPTY_ROOT)


def _entry(kind: int) -> Callable[[list[str]], None]:
    def check(lines: list[str]) -> None:
        text = "".join(f"{line}\n" for line in lines).encode()
        plaintext = text + bytes(-len(text) % limits.PADDING_BYTES)
        assert codec.render(*codec.parse(kind, plaintext)) == plaintext

    return check


def _add_checkpoint(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines).encode()
    body = wire.parse_add_checkpoint(text)
    assert wire.render_add_checkpoint(body) == text
    assert len(body.proof) == body.old_size == 1


def _batch(lines: list[str]) -> None:
    batch = blobs.parse_batch(bytes.fromhex(lines[0]))
    assert [body.hex() or "-" for body in batch] == lines[1:]


def _delivery(lines: list[str]) -> None:
    sent = delivery.parse(bytes.fromhex(lines[0]))
    assert [part.hex() for part in dataclasses.astuple(sent)] == lines[1:]
    assert delivery.render(sent) == bytes.fromhex(lines[0])


def _answer(lines: list[str]) -> None:
    raw = bytes.fromhex(lines[0])
    cosignature, back = delivery.read_answer(Response(200, raw, delivery.BACK_TYPE))
    assert [cosignature.hex(), (back or b"").hex()] == lines[1:]
    assert delivery.with_back(Response(200, cosignature), back or b"").body == raw


def _refusal(lines: list[str]) -> None:
    fault = refusals.parse("".join(f"{line}\n" for line in lines).encode())
    assert fault is not None
    assert refusals.status_of(fault.code) == 404


def _start(lines: list[str]) -> None:
    (shown,) = start.parse(lines[0].encode())
    assert (shown.held, shown.head, shown.cosigned, shown.root) == (4, b"", 0, b"")


def _order(lines: list[str]) -> None:
    seen: dict[str, Cut] = {"aa": EMPTY, "bb": EMPTY}
    placed: list[Placed] = []
    for line in lines[:-1]:
        party, index, *said = line.split()
        if said[0] == "receipt":
            seen[party] = after_receipt(seen[party], said[1], int(said[2]), EMPTY)
            continue
        act = Act(said[0], "request.answered/1", Matter("request", "m"), Office("doj"))
        new = Placed(act, party, ["aa", "bb"].index(party), 1, int(index), seen[party], 0)
        depth = order.depth_after(placed, new)
        placed.append(Placed(act, party, new.party_place, 1, new.index, new.seen, depth))
    told = order.in_order(placed)
    stars = ["*" if order.crossed(told, n) else "" for n in range(len(told))]
    assert " ".join(one.act.id + star for one, star in zip(told, stars, strict=True)) == lines[-1]


EXAMPLES: Final[dict[str, Callable[[list[str]], None]]] = {
    "kernel.canonical": _canonical,
    "kernel.random-id": _random_id,
    "seal.blob": _blob,
    "arrangement.code": _code,
    "channel.origin": _origin,
    "log.head": _head,
    "entry.act": _entry(record.ACT_KIND),
    "entry.receipt": _entry(record.RECEIPT_KIND),
    "wire.add-checkpoint": _add_checkpoint,
    "wire.delivery": _delivery,
    "wire.answer": _answer,
    "wire.batch": _batch,
    "wire.refusal": _refusal,
    "exchange.order": _order,
    "fault.start": _start,
}


def _examples() -> Iterable[tuple[str, str]]:
    return (found for text in TEXTS.values() for found in _EXAMPLE.findall(text))


def test_each_example_is_checked() -> None:
    """No example stands in the pages that the program does not read."""
    assert [name for name, _ in _examples()] == list(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_the_program_makes_of_it(name: str) -> None:
    """What an implementer copies from the page works."""
    EXAMPLES[name](dict(_examples())[name].splitlines())
