"""What waits for a webhook waits in every store, and outlives the process."""

from support.stores import Place

from comity.node.desk.webhooks import registry
from comity.node.desk.webhooks.registry import Event, Hook, Try

OURS, OTHER = "a" * 26, "b" * 26


def event(name: str) -> Event:
    """Return an event that says its name."""
    return Event(name, "act.arrived", 1_000, {"matter": name})


def tried(name: str, at_ms: int) -> Try:
    """Return a try of an event."""
    return Try(name, "act.arrived", 1, at_ms, 5, 200, "told")


def test_what_waits_comes_by_its_time_and_for_its_webhook(place: Place) -> None:
    """Also after the process has ended: it was committed with what it tells of."""
    with place.open().write() as tx:
        for due_ms, name in ((3_000, "three"), (1_000, "one"), (20_000, "four"), (2_000, "two")):
            registry.put(tx, OURS, due_ms, event(name))
        registry.put(tx, OTHER, 0, event("not-ours"))
    with place.open().read() as tx:
        found = [key.split("|")[2] for key in registry.waiting(tx, OURS, 3)]
        assert found == ["one", "two", "three"]
        assert len(registry.waiting(tx, OTHER, 9)) == 1


def test_a_webhook_is_read_as_it_was_kept(place: Place) -> None:
    """Its secret, its kinds, and that it was ended."""
    hook = Hook(OURS, "ann", "https://x.example/", ("act", "clock"), "whsec_", 5, 9, "gone")
    with place.open().write() as tx:
        registry.save(tx, hook)
    with place.open().read() as tx:
        assert registry.load(tx, OURS) == hook
        assert registry.load(tx, OTHER) is None
        assert registry.active(tx) == []


def test_the_oldest_tries_are_forgotten(place: Place) -> None:
    """Of each webhook so many are kept, and of none those of another."""
    store = place.open()
    with store.write() as tx:
        registry.note_try(tx, OTHER, tried("theirs", 1))
        for number in range(registry.LOG_MAX + 3):
            registry.note_try(tx, OURS, tried(f"e{number}", number))
    with store.read() as tx:
        kept = [*registry.logged(tx, OURS)]
        assert len(kept) == registry.LOG_MAX
        assert kept[0].endswith("e3")
        assert len(registry.logged(tx, OTHER)) == 1
