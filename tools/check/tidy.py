"""The house rules that no linter knows, in one table: what is found, and how to mend it.

Each rule looks at all files at once and yields findings, `path:line: what`.  Each has
a sample that it must find (tests/shape/test_tidy.py), so that no rule sleeps.
"""

import ast
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from tools.check import codes, liveness
from tools.check.source import Source, tree

type Sources = Sequence[Source]
type Finder = Callable[[Sources], Iterator[str]]

MODULE_LINES_MAX = 400
ONE_THING_LINES_MAX = 600
"""Of a module that is one table, protocol or class, or one list of laws: what is read from first
line to last as one thing is not read more easily in two files."""

LONGER_MAX = {
    "src/comity/acts/verb.py": 600,  # one table: the row of a verb, what it spells, its bounds
    "src/comity/adapters/store/models.py": 600,  # one table: every table of a store
    "src/comity/joint/request/verbs.py": 600,  # one table: every verb of a request
    "src/comity/node/room/clock_index.py": 600,  # one cache: what it keeps of clocks, and how
    "src/comity/surfaces/cli/context.py": 600,  # one table: settings, options, what commands share
    "tools/verify/verify.py": 1_420,  # one program: an auditor reads it from first line to last
}

IMPORTS_MAX = 20
TEMPLATE_LINE_BYTES_MAX = 160
OVER = "tools/check/over_limits.txt"
"""Files that were over a limit when these limits came; the list only becomes shorter.  Its modules
have at most 600 lines."""

FUNCTION_LINES_MAX = 60
TEST_LINES_MAX = 40
CLOCK_FREE = ("src/comity/adapters/", "src/comity/demo/", "src/comity_lab/", "tests/", "tools/")
CLOCKS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
    ("time", "monotonic_ns"),
    ("time", "perf_counter"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
}
_MACHINE_PATH = re.compile(r"(?<![\w.~}$*>-])/(?:work|tmp|home|root|Users)(?=/|[\s'\"`)]|$)")
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!.*#\d+)")
_OPT_OUT = re.compile(r"#\s*(?:noqa|type: ignore|pragma)")
_WRONG_ON_PURPOSE = re.compile(r"#\s*type: ignore\[")  # a test shows what the types forbid
_REASONED = re.compile(
    r"#\s*(?:noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]|pragma: [a-z ]+) +(?:--|#) \S"
)
_VERB = re.compile(r"`?[A-Z][a-z]+\b")
_NOT_VERBS = {
    "A", "An", "And", "If", "In", "It", "Its", "No", "Nothing", "Or", "Please", "That", "The",
    "There", "These", "They", "This", "Those", "To", "We", "You", "Your",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the house.

    Attributes:
        name: words for the report.
        find: yields what breaks it.
        mend: what to do, for the person who reads the report.
    """

    name: str
    find: Finder
    mend: str


def _python(sources: Sources) -> Iterator[Source]:
    return (source for source in sources if source.path.endswith(".py"))


def _product(sources: Sources) -> Iterator[Source]:
    return (source for source in sources if source.is_product)


def _functions(source: Source) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(source)) if isinstance(node, ast.FunctionDef))


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _long_modules(sources: Sources) -> Iterator[str]:
    allowed = _over(sources)
    for source in _python(sources):
        count = len(source.text.splitlines())
        if count <= MODULE_LINES_MAX:
            continue
        is_longer = source.is_test or source.path in allowed or _is_one_thing(source, count)
        most = ONE_THING_LINES_MAX if is_longer else 0
        if count > max(most, LONGER_MAX.get(source.path, MODULE_LINES_MAX)):
            yield f"{source.path}:1: {count} lines"


def _is_one_thing(source: Source, count: int) -> bool:
    """Return whether one class or one assignment takes more than half of a module."""
    return any(
        2 * ((node.end_lineno or node.lineno) - node.lineno + 1) > count
        for node in tree(source).body
        if isinstance(node, ast.ClassDef | ast.Assign | ast.AnnAssign)
    )


def _over(sources: Sources) -> frozenset[str]:
    """Return the files that may still be over a limit."""
    lists = (one.text.split() for one in sources if one.path == OVER)
    return frozenset(next(lists, []))


def _many_imports(sources: Sources) -> Iterator[str]:
    allowed = _over(sources)
    ours = {source.module for source in _product(sources)}
    for source in _product(sources):
        imported = {
            full if (full := f"{node.module}.{name.name}") in ours else node.module
            for node in ast.walk(tree(source))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("comity")
            for name in node.names
        }
        if len(imported) > IMPORTS_MAX and source.path not in allowed:
            yield f"{source.path}:1: {len(imported)} modules of ours"


def _wide_templates(sources: Sources) -> Iterator[str]:
    allowed = _over(sources)
    for source in sources:
        if not source.path.endswith(".html") or source.path in allowed:
            continue
        for line, text in enumerate(source.text.splitlines(), start=1):
            if (size := len(text.encode())) > TEMPLATE_LINE_BYTES_MAX:
                yield f"{source.path}:{line}: {size} bytes"


def _long_functions(sources: Sources) -> Iterator[str]:
    for source in _python(sources):
        for node in _functions(source):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            is_test = source.is_test and node.name.startswith("test_")
            if count > (TEST_LINES_MAX if is_test else FUNCTION_LINES_MAX):
                yield f"{source.path}:{node.lineno}: {node.name} has {count} lines"


def _clocks(sources: Sources) -> Iterator[str]:
    for source in _python(sources):
        if source.path.startswith(CLOCK_FREE):
            continue
        for node in ast.walk(tree(source)):
            if isinstance(node, ast.Attribute) and (_last(node.value), node.attr) in CLOCKS:
                yield f"{source.path}:{node.lineno}: {_last(node.value)}.{node.attr}"


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _unfinished(sources: Sources) -> Iterator[str]:
    for source in _python(sources):
        for line, comment in _comments(source):
            if _UNFINISHED.search(comment):
                yield f"{source.path}:{line}: {comment}"


def _unreasoned(sources: Sources) -> Iterator[str]:
    for source in _python(sources):
        for line, comment in _comments(source):
            if source.is_test and _WRONG_ON_PURPOSE.match(comment):
                continue
            if _OPT_OUT.match(comment) and not _REASONED.match(comment):
                yield f"{source.path}:{line}: {comment}"


def _mocks(sources: Sources) -> Iterator[str]:
    for source in _python(sources):
        for line, name in liveness.imports(tree(source)):
            if name == "mock" or name.startswith("unittest.mock"):
                yield f"{source.path}:{line}: {name}"


def _silent_tests(sources: Sources) -> Iterator[str]:
    for source in _python(sources):
        for node in _functions(source):
            if source.is_test and node.name.startswith("test_") and not ast.get_docstring(node):
                yield f"{source.path}:{node.lineno}: {node.name}"


def _floorless(sources: Sources) -> Iterator[str]:
    for source in _product(sources):
        docstring = ast.get_docstring(tree(source)) or ""
        if not source.path.endswith("/__init__.py") and "\nFloor: " not in docstring:
            yield f"{source.path}:1"


def _malformed_codes(sources: Sources) -> Iterator[str]:
    for source in _product(sources):
        for node in ast.walk(tree(source)):
            value = _keyword(node, "Fault", "code")
            if isinstance(value, ast.JoinedStr | ast.BinOp):
                yield f"{source.path}:{value.lineno}: a code that is put together"
            if not isinstance(value, ast.Constant):
                continue
            if isinstance(value.value, str) and not codes.is_code(value.value):
                yield f"{source.path}:{value.lineno}: {value.value}"


def _keyword(node: ast.AST, call: str, name: str) -> ast.expr | None:
    if not isinstance(node, ast.Call) or not _last(node.func).endswith(call):
        return None
    return next((each.value for each in node.keywords if each.arg == name), None)


def _borrowed_codes(sources: Sources) -> Iterator[str]:
    for use in codes.uses(sources):
        floor = use.source.floor
        if codes.height(use.code.split(".")[0]) > codes.height(floor):
            yield f"{use.source.path}:{use.line}: {use.code} on floor {floor}"


def _verbless(sources: Sources) -> Iterator[str]:
    for source in _product(sources):
        for node in ast.walk(tree(source)):
            value = _keyword(node, "Fault", "fix")
            if isinstance(value, ast.JoinedStr) and value.values:
                value = value.values[0]
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                match = _VERB.match(value.value)
                if not match or match[0] in _NOT_VERBS:
                    yield f"{source.path}:{value.lineno}: {value.value[:60]}"


def _machine_paths(sources: Sources) -> Iterator[str]:
    for source in sources:
        for line, text in enumerate(source.text.splitlines(), start=1):
            match = _MACHINE_PATH.search(text)
            if match:
                yield f"{source.path}:{line}: {match[0]} in {text.strip()[:80]}"


RULES: tuple[Rule, ...] = (
    Rule("modules of at most 400 lines, 600 of one thing", _long_modules, "split it by noun"),
    Rule("at most 20 imports of ours", _many_imports, "split it by noun, or pass what it asks"),
    Rule("template lines of at most 160 bytes", _wide_templates, "wrap it"),
    Rule("functions of at most 60 lines, tests 40", _long_functions, "name its parts"),
    Rule("no clock below the adapters", _clocks, "take `now_ms` as a parameter"),
    Rule("nothing unfinished without an issue", _unfinished, "write `(#123)` behind it, or do it"),
    Rule("opt-outs have reasons", _unreasoned, "write `# noqa: CODE -- reason`"),
    Rule("no mocks", _mocks, "write a fake that passes the contract suite"),
    Rule("tests say their law", _silent_tests, "give it a docstring in a person's words"),
    Rule("modules say their floor", _floorless, "end the module's docstring with `Floor: ...`"),
    Rule("no dead module", liveness.dead, "remove it, or import it where it is needed"),
    Rule("codes are `floor.noun.problem`", _malformed_codes, "spell it so (or with its room)"),
    Rule("codes come from their floor", _borrowed_codes, "begin it with the module's floor"),
    Rule("a fix begins with a verb", _verbless, "begin with what the reader does: `Ask ...`"),
    Rule("no path of one machine", _machine_paths, "name it from the repository or a variable"),
)
