"""What a party could not open when it spoke it had not seen, whoever shows the key and when."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from support.agreed import ask
from support.hidden import append
from support.pair import World, make_world

from comity.acts.record import Act, Addressee, Office
from comity.joint.exchange import acts as exchange_acts
from comity.joint.guideline import acts as texts
from comity.joint.guideline import state as text_state
from comity.joint.guideline import view
from comity.joint.request import acts
from comity.joint.request.acts import About, Asked, Parts, Saying
from comity.joint.review import acts as review_acts
from comity.node import rebuild
from comity.node.exchange import contested, seal, trust
from comity.node.exchange.append import Appended
from comity.node.fsck import run


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that have paired."""
    made = make_world(tmp_path, ("aa", "bb"))
    made.pump()
    return made


def saying(world: World, party: str) -> Saying:
    """Return what every act of a party has."""
    return Saying(world.node(party).act_id(), Office("police"))


def asked(world: World) -> tuple[Appended, About]:
    """Let aa ask, and bb read it."""
    made = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    return made, About(made.act.matter.id, made.act.id, "aa")


def turns(world: World, party: str) -> list[dict[str, Any]]:
    """Return what each act of the one matter did, as a party shows it."""
    (row,) = world.matters(party)
    return cast("list[dict[str, Any]]", cast("Any", row.state)["turns"])


def require_alike(world: World) -> None:
    """Both show the same, and reading all anew changes nothing."""
    shown = world.digests("aa")
    assert world.digests("bb") == shown
    for party in world.states:
        assert not run.check(world.node(party)).problems
        rebuild.rebuild(world.node(party))
        assert world.digests(party) == shown


def test_an_answer_stands_though_a_withdrawal_was_hidden_before_it(world: World) -> None:
    """Who withdraws in what nobody else can open, and shows that later, takes no answer away."""
    _, about = asked(world)
    withdrawn = acts.said(
        acts.WITHDRAWN, saying(world, "aa"), about, Parts({acts.REASON: "no-longer-needed"})
    )
    at = append(world, "aa", withdrawn, is_closed=True)
    world.pump()
    world.say("bb", acts.answered(saying(world, "bb"), about, ()))
    world.pump()
    before = turns(world, "bb")[-1]

    contested.show_opening(world.node("aa"), world.origin("aa"), at)
    world.pump()

    now = turns(world, "bb")[-1]
    assert before["results"] == {"bb": "answered"}
    assert now["results"] == {"bb": "answered-while-withdrawn"}
    assert now["received_at_ms"] == before["received_at_ms"]
    require_alike(world)


def test_what_is_said_after_the_key_was_shown_has_seen_it(world: World) -> None:
    """From then on it is read, so that who answers all the same has no excuse."""
    _, about = asked(world)
    withdrawn = acts.said(
        acts.WITHDRAWN, saying(world, "aa"), about, Parts({acts.REASON: "no-longer-needed"})
    )
    at = append(world, "aa", withdrawn, is_closed=True)
    world.pump()
    contested.show_opening(world.node("aa"), world.origin("aa"), at)
    world.pump()
    append(world, "bb", acts.answered(saying(world, "bb"), about, ()))
    world.pump()

    assert turns(world, "aa")[-1]["results"] == {"bb": "after-withdrawal"}
    require_alike(world)


def shown_by(world: World, reader: str, party: str, origin: str, index: int) -> Act:
    """Return the act by which a party shows the key of an entry that a reader can open."""
    node = world.node(reader)
    with node.store.read() as tx:
        now = trust.load(tx, world.channel)
        (raw,) = tx.entries(origin, index, index + 1)
        key = seal.open_entry(node, now, (1, 1), raw).file_key
    codes = {"origin": origin, "index": str(index), "file-key": key.hex()}
    act_id = world.node(party).act_id()
    return exchange_acts.register_act(act_id, exchange_acts.OPENING_SHOWN, "live", codes)


def test_who_rejected_an_entry_takes_back_no_receipt_by_showing_its_key_again(world: World) -> None:
    """Else an addressee rejects what it can read, and stops its clock for ever afterwards."""
    node = world.node("bb")
    said = acts.submitted(
        saying(world, "bb"), "bb", (Addressee("aa"),), Asked("preservation", "urgent", ("one",))
    )
    at = append(world, "bb", said, is_closed=True)
    world.pump()
    contested.show_opening(node, world.origin("bb"), at)
    world.pump()
    (before,) = turns(world, "bb")
    assert before["received_at_ms"]

    world.advance(60_000)
    world.say("aa", shown_by(world, "bb", "aa", world.origin("bb"), at))
    world.pump()

    assert turns(world, "bb") == [before]
    require_alike(world)


def text_acts(world: World) -> tuple[Act, Act, Act]:
    """Return a proposal of aa, and its adoption by aa and by bb."""
    document = texts.document("1a" * 32, 100)
    proposed = texts.proposed(text_saying(world, "aa"), texts.Text(document, "v1"))
    by_aa, by_bb = (
        texts.adopted(text_saying(world, party), proposed.id, document.sha256)
        for party in ("aa", "bb")
    )
    return proposed, by_aa, by_bb


def text_saying(world: World, party: str) -> texts.Saying:
    """Return what every act of a party on the main text has."""
    return texts.Saying(world.node(party).act_id(), Office("police"))


def hide(world: World, party: str, said: Act) -> int:
    """Let a party say what the other cannot open."""
    at = append(world, party, said, is_closed=True)
    world.pump()
    return at


def show(world: World, party: str, at: int) -> None:
    """Let its author show the key."""
    world.advance(60_000)
    contested.show_opening(world.node(party), world.origin(party), at)
    world.pump()


def say(world: World, party: str, said: Act) -> None:
    """Let a party say what all can read."""
    append(world, party, said)
    world.pump()


def standing(world: World, party: str) -> list[tuple[object, ...]]:
    """Return the proposals of the one text: author, status, and when it is in force."""
    (row,) = world.matters(party)
    now = text_state.from_json(row.state)
    return [
        (one.party, one.status, v.in_force_from_ms if v else None)
        for one in now.proposals
        for v in [next((v for v in view.versions(now) if v.proposal_id == one.id), None)]
    ]


@pytest.mark.parametrize("hidden", ["declined", "countered", "adopted", "taken", "withdrawn"])
def test_a_text_that_all_adopted_is_not_undone_by_what_was_hidden_before(
    world: World, hidden: str
) -> None:
    """Nor is when it is in force: who hid something about it has said so when he shows it."""
    proposed, by_aa, by_bb = text_acts(world)
    proposer = "bb" if hidden == "taken" else "aa"
    author = "bb" if hidden in {"declined", "countered", "adopted"} else "aa"
    mine = text_saying(world, author)
    document = proposed.documents[0]
    later = texts.Text(document, "v2", 1_900_000_000_000)
    act = {
        "declined": texts.declined(mine, proposed.id, "not-now"),
        "countered": texts.proposed(mine, later, proposed.id),
        "adopted": texts.adopted(mine, proposed.id, document.sha256),
        "withdrawn": texts.withdrawn(mine, proposed.id, "error"),
        "taken": texts.proposed(replace(mine, id=proposed.id), later),
    }[hidden]
    if hidden == "taken":
        at = hide(world, author, act)
        say(world, proposer, proposed)
    else:
        say(world, proposer, proposed)
        at = hide(world, author, act)
    say(world, "aa", by_aa)
    say(world, "bb", by_bb)
    reader = "aa" if author == "bb" else "bb"
    before = standing(world, reader)
    assert [(who, status) for who, status, _ in before] == [(proposer, "adopted")]
    assert before[0][2]

    show(world, author, at)

    assert standing(world, reader)[:1] == before
    require_alike(world)


def test_what_is_shown_of_a_text_counts_from_then_on(world: World) -> None:
    """An adoption that did not open for the other adopts once it is shown."""
    proposed, by_aa, by_bb = text_acts(world)
    say(world, "aa", proposed)
    say(world, "aa", by_aa)
    at = hide(world, "bb", by_bb)
    assert standing(world, "aa")[0][1] == "proposed"
    show(world, "bb", at)
    assert standing(world, "aa")[0][1] == "adopted"
    require_alike(world)


def test_an_agreed_snapshot_is_not_withdrawn_by_what_was_hidden_before(world: World) -> None:
    """What was agreed of a period stands, whatever arrives later."""
    mine = review_acts.Saying(world.node("aa").act_id(), Office("police"))
    sizes = {world.origin(party): 1 for party in world.states}
    taken = review_acts.Taken(1_000, 9_000, 9_000, sizes, "ab" * 32, "1")
    named = review_acts.snapshot(mine, "aa", taken)
    say(world, "aa", named)

    def about(party: str) -> review_acts.Saying:
        return replace(mine, id=world.node(party).act_id())

    withdrawn = review_acts.withdrawn(about("aa"), named.matter.id, named.id, "error")
    at = hide(world, "aa", withdrawn)
    say(world, "bb", review_acts.concurred(about("bb"), named.matter.id, named.id, "ab" * 32))
    assert [row.status for row in world.matters("bb")] == ["agreed"]

    show(world, "aa", at)

    assert [row.status for row in world.matters("bb")] == ["agreed"]
    require_alike(world)


def test_a_request_whose_draft_was_hidden_is_received_once_that_can_be_read(world: World) -> None:
    """Without its draft a submission does nothing: nobody is late with what was none until then."""
    to = (Addressee("bb"),)
    asked = Asked("preservation", "urgent", ("one",))
    draft = acts.draft_shown(saying(world, "aa"), "aa", to, asked)
    at = hide(world, "aa", draft)
    say(world, "aa", acts.submitted(saying(world, "aa"), "aa", to, asked, draft.id))
    before_ms = world.states["bb"].clock.at_ms
    (only,) = turns(world, "bb")
    assert only["results"] == {"": "answers-another"}

    show(world, "aa", at)

    shown, submitted = turns(world, "bb")
    assert submitted["results"] == {"": "submitted"}
    assert submitted["received_at_ms"] == shown["received_at_ms"] > before_ms
    require_alike(world)


def test_a_refusal_rests_on_no_consultation_that_nobody_could_read(world: World) -> None:
    """Else an addressee refuses without a word before, and was in time once it shows the key."""
    _, about = asked(world)
    hoped = Parts({acts.REASON: "essential-interests"}, times={acts.ANSWER_BY: 2_000_000_000_000})
    refusal = Parts({acts.REASON: "essential-interests"})
    at = hide(world, "bb", acts.said(acts.CONSULTED, saying(world, "bb"), about, hoped))
    say(world, "bb", acts.said(acts.REFUSED, saying(world, "bb"), about, refusal))
    assert turns(world, "aa")[-1]["results"] == {"bb": "not-consulted"}

    show(world, "bb", at)

    assert turns(world, "aa")[-1]["results"] == {"bb": "not-consulted"}
    say(world, "bb", acts.said(acts.REFUSED, saying(world, "bb"), about, refusal))
    assert turns(world, "aa")[-1]["results"] == {"bb": "refused"}
    require_alike(world)


def test_an_act_that_all_read_keeps_its_id_though_one_was_hidden_before_it(world: World) -> None:
    """Else its author takes back what he said by showing that he had used its id before."""
    proposed, by_aa, by_bb = text_acts(world)
    say(world, "aa", proposed)
    say(world, "aa", by_aa)
    hidden = texts.declined(replace(text_saying(world, "bb"), id=by_bb.id), proposed.id, "not-now")
    at = hide(world, "bb", hidden)
    say(world, "bb", by_bb)
    before = standing(world, "aa")
    assert before[0][1] == "adopted"

    show(world, "bb", at)

    assert standing(world, "aa") == before
    require_alike(world)
