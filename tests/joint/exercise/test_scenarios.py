"""The shipped scenarios: whole in both languages, fiction throughout, and fit to be played."""

import ipaddress
import re

import pytest

from comity.joint.exercise import acts, master_list, scenario
from comity.joint.exercise.scenario import Scenario
from comity.kernel.fault import Fault
from comity.rooms.exercise import scenarios

PARTIES = {"a": "us", "b": "cn"}
COMMITS = dict.fromkeys(range(1, 100), "1a" * 32)
RESERVED = [
    ipaddress.ip_network(one)
    for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
NAME = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(params=scenarios.names())
def one(request: pytest.FixtureRequest) -> Scenario:
    """Return each shipped scenario."""
    return scenarios.load(str(request.param))


def test_one_is_shipped_of_each_kind() -> None:
    """Cybercrime, malicious activity, network protection; another name is told."""
    kinds = sorted(scenarios.load(name).kind for name in scenarios.names())
    assert kinds == sorted(acts.KINDS)
    with pytest.raises(Fault, match=r"exercise\.scenario\.unknown"):
        scenarios.load("quiet-day")


def test_its_list_is_good_and_tests_every_task(one: Scenario) -> None:
    """Nothing of it is untranslated, untested or impossible, module by module."""
    assert [*scenario.problems(one)] == []
    whole = scenario.listed(one, "", PARTIES, COMMITS)
    assert master_list.check(whole, [task.id for task in one.tasks]) == []
    for module in one.modules:
        assert master_list.check(scenario.listed(one, module.id, PARTIES, COMMITS)) == []


def test_it_has_two_modules_and_items_of_every_kind(one: Scenario) -> None:
    """Private items of both sides, contingent ones, a hot wash, and a partner who plays."""
    items = scenario.listed(one, "", PARTIES, COMMITS)
    assert len(one.modules) == 2
    assert {item.side for item in items if item.kind == master_list.PRIVATE} == {"us", "cn"}
    assert sum(item.kind == master_list.CONTINGENT for item in items) >= 2
    shared = {item.number for item in items if item.kind != master_list.PRIVATE}
    assert {rule.item for rule in one.partner} == shared
    assert {"us", "cn"} == {item.side for item in items}


def texts(one: Scenario) -> list[tuple[str, str]]:
    """Return every pair of words, English and Chinese."""
    pairs = [one.title, one.summary, one.stop_word, *one.ground_rules, *one.hot_wash.values()]
    named = (*one.cast, *one.seats, *one.modules)
    pairs += [each.words for each in named] + [each.words for each in one.objectives]
    pairs += [each.words for each in one.tasks] + [*one.private.values()]
    words = [(each["en"], each["zh"]) for each in pairs]
    return words + [(i.inject_en, i.inject_zh) for _, i in one.items if i.inject_en]


def test_every_word_is_in_both_languages(one: Scenario) -> None:
    """English has no Chinese, Chinese has some, and both name the same addresses."""
    for english, chinese in texts(one):
        assert not CHINESE.search(english)
        assert CHINESE.search(chinese)
        assert sorted(ADDRESS.findall(english)) == sorted(ADDRESS.findall(chinese))


def test_nothing_in_it_is_real(one: Scenario) -> None:
    """Addresses and names are of ranges that nobody can have."""
    told = "\n".join(f"{en}\n{zh}" for en, zh in texts(one)) + "\n".join(one.identifiers)
    for address in ADDRESS.findall(told):
        assert any(ipaddress.ip_address(address) in net for net in RESERVED), address
    for name in NAME.findall(told.lower()):
        assert name.endswith(".example") or name.replace(".", "").isdigit(), name


def test_a_private_item_is_fixed_by_its_content_in_both_languages(one: Scenario) -> None:
    """What is fixed is what is disclosed."""
    contents = scenario.contents(one)
    assert contents.keys() == one.private.keys()
    for number, data in contents.items():
        assert data.decode().splitlines() == [one.private[number][lang] for lang in ("en", "zh")]


@pytest.mark.parametrize("data", [b"", b"[]", b"format: comity-exercise/1\n", b"a: ["])
def test_what_is_no_scenario_is_told(data: bytes) -> None:
    """It is a fault with a code, whatever the file says."""
    with pytest.raises(Fault, match=r"exercise\.scenario\.malformed|kernel\.yaml\.malformed"):
        scenario.parse(data)
