"""Saying something by a form: once, with the node's own checks, and told as what it is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from support import pair
from support.agreed import at
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.acts.record import Addressee
from comity.acts.verb import Verb
from comity.joint.request import acts, effects, state
from comity.node.desk import draft_view
from comity.node.room import custody, request_file
from comity.node.room.release import send as outgoing
from comity.node.room.release.draft_store import Waiting
from comity.rooms.request import desk, reading
from comity.surfaces.web import preferences
from comity.surfaces.web.preferences import Preferences
from comity.surfaces.web.request.pages import SAYABLE


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States; tests ask anew."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


def page(client: Client, path: str) -> str:
    """Return a page that is there."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.content[:1_500])
    return answer.content.decode()


def filled(client: Client, path: str, **more: object) -> dict[str, object]:
    """Return a form as a browser sends it back untouched, but for what is given."""
    found: dict[str, object] = {}
    body = page(client, path).partition("<main")[2].partition("</main>")[0]
    body = re.sub(r"<template.*?</template>", "", body, flags=re.DOTALL)
    for tag in re.findall(r"<input[^>]*>", body):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        name, kind = attributes.get("name", ""), attributes.get("type", "text")
        if kind in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if name and kind != "file":
            found.setdefault(name, []).append(attributes.get("value", ""))  # type: ignore[attr-defined] # a list
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found = {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in found.items()
    }
    return {**found, **more}


def extents(client: Client, path: str, extent: str) -> dict[str, str]:
    """Return what an answer says of each item, the same of all."""
    return dict.fromkeys(re.findall(r'name="(extent-[^"]+)"', page(client, path)), extent)


def sent(made: Scene, answer: Any) -> str:  # noqa: ANN401 -- as the client gives it
    """Return the address of the act that was sent; let it arrive."""
    assert answer.status_code == 303, answer.content.decode()[-4_000:]
    made.world.pump()
    return str(answer.headers["Location"])


def state_of(made: Scene, party: str, matter: str) -> state.State:
    """Return where a request stands."""
    found: state.State = reading.show(made.node(party), made.officer("ann", party), matter).state
    return found


def test_a_duty_officer_registers_an_emergency_by_the_first_button(made: Scene) -> None:
    """The page names the next action; its form asks for a file number; then it says received."""
    matter = made.asks()
    client = made.client("con", "bb")
    first = re.search(
        r'class="govuk-button" href="([^"]+)"[^>]*>([^<]+)<', page(client, f"/requests/{matter}/")
    )
    assert first
    assert first[2] == "Acknowledge it"
    proposed = filled(client, first[1])["own_reference"]
    assert proposed == f"BB-{matter[:8]}"  # at night there may be no file number yet
    assert "is proposed from the id of the request" in page(client, first[1])
    assert "Whoever acknowledges it has it" in page(client, first[1])
    wrong = client.post(first[1], filled(client, first[1], own_reference=""))
    assert wrong.status_code == 422
    answer = client.post(
        first[1], filled(client, first[1], own_reference="CB-1", text="It is registered.")
    )
    where = str(answer.headers["Location"])
    assert "not signed for it yet" in page(client, where)
    assert "You have it here now" in page(client, where)
    others = page(made.client("ann", "bb"), f"/requests/{matter}/").partition("Has it here")[2]
    assert "<bdi>con</bdi>" in others[:200]
    sent(made, answer)
    assert "AA</bdi> has signed for it." in page(client, where)
    assert state_of(made, "aa", matter).tracks[0].own_reference == "CB-1"
    theirs = page(made.client("ann", "aa"), f"/requests/{matter}/time-line/")
    assert "It is registered." in theirs
    assert "CB-1" in theirs


@pytest.mark.parametrize(
    ("mark", "suggested"),
    [("TLP:RED PAP:RED", "TLP:RED"), ("TLP:GREEN", "TLP:AMBER+STRICT")],
)
def test_the_mark_of_a_request_is_suggested_for_what_is_said_of_it(
    made: Scene, mark: str, suggested: str
) -> None:
    """Never a wider one; and its header says all of it."""
    matter = made.asks(mark=mark)
    client = made.client("con", "bb")
    assert filled(client, f"/requests/{matter}/acknowledge/")["mark"] == suggested
    assert f'cm-tag--plain">{mark}<' in page(client, f"/requests/{matter}/")


def test_a_proposed_file_number_is_sent_as_it_is_and_changed_later(made: Scene) -> None:
    """Nobody waits for a registry: it is acknowledged, and what is said later names the number."""
    matter = made.asks()
    client = made.client("con", "bb")
    path = f"/requests/{matter}/acknowledge/"
    sent(made, client.post(path, filled(client, path)))
    assert state_of(made, "aa", matter).tracks[0].own_reference == f"BB-{matter[:8]}"
    later = f"/requests/{matter}/report-status/"
    assert filled(client, later)["own_reference"] == f"BB-{matter[:8]}"
    more = filled(
        client, later, stage="under-review", own_reference="CB-77", text="It is looked at."
    )
    sent(made, client.post(later, more))
    assert state_of(made, "aa", matter).tracks[0].own_reference == "CB-77"


def test_a_form_sent_twice_is_one_act(made: Scene) -> None:
    """A double click, or the same form from two tabs: the second is led to the act of the first."""
    matter = made.asks()
    client = made.client("con", "bb")
    path = f"/requests/{matter}/acknowledge/"
    form = filled(client, path, own_reference="CB-2")
    answers = [client.post(path, form) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    made.world.pump()
    assert len(state_of(made, "aa", matter).turns) == 2


def test_a_second_tab_is_told_what_was_said_meanwhile(made: Scene) -> None:
    """A form that was opened before something was said is shown again, with what was entered."""
    matter = made.asks()
    client = made.client("con", "bb")
    path = f"/requests/{matter}/report-status/"
    made.says("bb", acts.ACKNOWLEDGED, matter, own_reference="CB-3")
    tabs = [filled(client, path, stage="under-review", text=f"tab {n}") for n in range(2)]
    assert client.post(path, tabs[0]).status_code == 303
    late = client.post(path, tabs[1])
    assert late.status_code == 422
    assert "surfaces.request.changed" in late.content.decode()
    assert "tab 1" in late.content.decode()
    told = late.content.decode().partition('id="since"')[2].partition("</section>")[0]
    status = state_of(made, "bb", matter).turns[-1]
    assert re.findall(r'href="([^"]*)" target', told) == [
        f"/requests/{matter}/acts/{status.act_id}/",
        f"/requests/{matter}/time-line/",
    ]
    assert client.get(f"/requests/{matter}/acts/{status.act_id}/").status_code == 200
    lied = client.post(path, {**tabs[1], "known": "=x a=1=² " * 99})
    assert lied.status_code == 422  # it knows of nothing, and all is told
    assert (
        f"/requests/{matter}/acts/{state_of(made, 'bb', matter).turns[0].act_id}/"
        in (lied.content.decode().partition('id="since"')[2].partition("</section>")[0])
    )


def test_deficient_clarified_accepted_and_answered_with_a_file(made: Scene) -> None:
    """Each side by its own forms, through the approvals that the guideline asks for."""
    matter = made.asks("preservation-deficient", lacks={"data": "to-follow"})
    ours, theirs = made.client("ann", "bb"), made.client("ann", "aa")
    at = f"/requests/{matter}"
    sent(
        made,
        ours.post(f"{at}/acknowledge/", filled(ours, f"{at}/acknowledge/", own_reference="CB-4")),
    )
    form = filled(ours, f"{at}/find-deficient/")
    assert form["on-data"]
    sent(made, ours.post(f"{at}/find-deficient/", form))
    approve(made, "bb")
    assert re.search(r'class="govuk-button" href="[^"]+">Supply what', page(theirs, f"{at}/"))
    clarifies(made, at)
    accept = f"{at}/accept/"
    assert ours.post(accept, filled(ours, accept)).status_code == 303
    approve(made, "bb")
    answer = f"{at}/answer/"
    sample = SimpleUploadedFile("connections.csv", b"a,b\n1,2\n", "text/csv")
    given: dict[str, object] = {"file0-file": sample, "file0-exhibit": "EX-9"}
    given |= extents(ours, answer, "given")
    assert ours.post(answer, filled(ours, answer, text="See.", **given)).status_code == 303
    approve(made, "bb")
    shown = reading.show(made.node("aa"), made.officer("ann", "aa"), matter)
    (item,) = [one for one in custody.items(made.node("aa"), shown) if one.row.party == "bb"]
    assert (item.name, item.told["exhibit"]) == ("connections.csv", "EX-9")
    assert item.body.data == b"a,b\n1,2\n"


def test_an_answer_claims_nothing_by_default(made: Scene) -> None:
    """No item is ticked; what is said to be given is asked about until words or a file show it."""
    matter = made.asks()
    made.says("bb", acts.ACKNOWLEDGED, matter, own_reference="CB-5")
    client, path = made.client("ann", "bb"), f"/requests/{matter}/answer/"
    untouched = filled(client, path)
    assert not [name for name in untouched if name.startswith("extent-")], "nothing is chosen"
    first, second, *_ = re.findall(r'name="value-([^"]+)"', page(client, path))
    asked = client.post(path, {**untouched, "text": "Here it is."})
    assert asked.status_code == 422
    assert asked.text.count("Say of each item whether it is given.") == 4, "summary and field"
    claimed = {f"extent-{first}": "given", f"extent-{second}": "none"}
    shown = client.post(path, {**untouched, **claimed, "text": "Here it is."})
    assert shown.status_code == 422
    assert shown.text.count("Say what is given, or attach a file;") == 2
    later = {f"extent-{first}": "later", f"extent-{second}": "later"}
    assert "Report the status instead." in client.post(path, {**untouched, **later}).text
    told = {**untouched, **claimed, f"value-{first}": "Given here."}
    sent(made, client.post(path, told))
    approve(made, "bb")
    said = page(made.client("ann", "aa"), f"/requests/{matter}/")
    assert "Given here." in said
    assert re.search(r"Exists.*?no", said, re.DOTALL)


def test_who_sends_a_request_is_told_what_was_sent_and_what_is_waited_for(made: Scene) -> None:
    """A panel says it; until the other side signs, its clock says that it starts then."""
    matter = made.asks()
    act_id = state_of(made, "aa", matter).request_id
    told = page(made.client("bob", "aa"), f"/requests/{matter}/?sent={act_id}")
    assert re.search(r'id="sent" role="status".*?has signed for it', told, re.DOTALL)
    made.world.cut("aa", "bb")
    try:
        written = json.loads((scene.EXAMPLES / "subscriber.json").read_text("utf-8"))
        asked = desk.send(
            made.node("aa"),
            made.officer("ann", "aa"),
            request_file.from_json(written, request_file.REQUEST, "subscriber"),
            [],
            [Addressee("bb", "police")],
            channel=f"{made.world.arrangement}/live",
        )
        assert isinstance(asked, Waiting)
        outgoing.approve(made.node("aa"), made.officer("bob", "aa"), asked.draft_id)
        told = page(made.client("bob", "aa"), f"/requests/{asked.matter_id}/?sent={asked.draft_id}")
        assert "BB</bdi> has not signed for it yet; its clocks start when it signs." in told
        assert "starts when BB signs" in told
        assert "no time agreed" not in told
    finally:
        made.world.mend()
        made.world.pump()


def test_an_item_that_comes_later_stays_open(made: Scene) -> None:
    """One that is given in part is answered, with the word that there is no more."""
    matter = made.asks()
    made.says("bb", acts.ACKNOWLEDGED, matter, own_reference="CB-5b")
    client, path = made.client("ann", "bb"), f"/requests/{matter}/answer/"
    untouched = filled(client, path)
    first, second, *_ = re.findall(r'name="value-([^"]+)"', page(client, path))
    told = {f"extent-{first}": "partly", f"value-{first}": "Half.", f"extent-{second}": "later"}
    sent(made, client.post(path, {**untouched, **told}))
    approve(made, "bb")
    track = state_of(made, "aa", matter).tracks[0]
    assert (track.items[first], track.items[second]) == ("answered", "open")


def test_what_is_wrong_with_a_file_stands_in_the_summary_and_is_not_folded_away(
    made: Scene,
) -> None:
    """Words that are right and a file that is not: the page says so first, and shows where."""
    matter = made.asks()
    made.says("bb", acts.ACKNOWLEDGED, matter, own_reference="CB-6")
    client, path = made.client("ann", "bb"), f"/requests/{matter}/answer/"
    answer = client.post(path, filled(client, path, text="See.", **{"file0-tool": "ddrescue"}))
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    summary = answer.text.partition("govuk-error-summary")[2].partition("</ul>")[0]
    assert 'href="#id_file0-action"' in summary
    assert "File 1, How it was got: Say how it was got, too." in re.sub(r"<[^>]+>", "", summary)
    field = answer.text.index('id="id_file0-action"')
    assert " open>" in answer.text[answer.text.rindex("<details", 0, field) :][:60]


def clarifies(made: Scene, at: str) -> None:
    """Let aa supply an address by the fields of its parts, approved by a second officer."""
    client, path = made.client("ann", "aa"), f"{at}/clarify/"
    parts = {
        "kind": "ipv4",
        "value": "203.0.113.77",
        "port": "51212",
        "from": "2026-11-02T08:14:00Z",
        "to": "2026-11-17T16:40:00Z",
        "time_zone": "UTC",
    }
    value = {f"element-data:identifiers/0/{name}": one for name, one in parts.items()}
    waits = client.post(path, filled(client, path, text="The log has come.", **value))
    assert waits.status_code == 303
    assert "Another officer has to approve it" in page(client, waits.headers["Location"])
    approve(made, "aa")
    assert "203[.]0[.]113[.]77" in page(made.client("ann", "bb"), f"{at}/time-line/")


def approve(made: Scene, party: str) -> None:
    """Let a second officer approve what waits."""
    from comity.node.desk import draft_view  # noqa: PLC0415 -- here alone
    from comity.node.room.release import send  # noqa: PLC0415 -- here alone

    bob = made.officer("bob", party)
    for one in draft_view.listing(made.node(party), bob):
        result = send.approve(made.node(party), bob, one.draft.act.id)
        assert not hasattr(result, "rule"), result
    made.world.pump()


@pytest.mark.parametrize("verb", SAYABLE, ids=lambda verb: verb.name)
def test_every_verb_has_a_form_or_says_why_not(made: Scene, verb: Verb) -> None:
    """Each side, in both languages: what may be said has a form, the rest a reason."""
    example = "stop-payment" if verb.tag == acts.STEP_TOLD else "emergency"
    matter = getattr(made, f"_{example}", "") or made.asks(example)
    made.__dict__[f"_{example}"] = matter
    seen = 0
    for name, party in (("ann", "aa"), ("con", "bb")):
        for language in ("en", "zh-CN"):
            client = made.client(name, party)
            path = f"/requests/{matter}/{verb.name}/"
            answer = client.get(path, headers={"accept-language": language})
            assert answer.status_code in {200, 404}, answer.content[:2_000]
            seen += answer.status_code == 200
    assert seen >= 2


def test_an_assessment_is_made_disputed_and_settled_by_forms(made: Scene) -> None:
    """The addressee rates the request by the guideline's criteria; the asker disputes."""
    matter = made.asks()
    at = f"/requests/{matter}"
    ours, theirs = made.client("ann", "bb"), made.client("ann", "aa")
    rates = f"{at}/assess/"
    assert ours.post(rates, filled(ours, rates)).status_code == 422
    said = {"rate-complete-at-first": "partly", "text": "Two identifiers came later."}
    sent(made, ours.post(rates, filled(ours, rates, **said)))
    approve(made, "bb")
    told = page(theirs, f"{at}/time-line/")
    assert "The request was complete when it came" in told
    assert "Two identifiers came later." in told
    disputes = f"{at}/dispute-assessment/"
    sent(made, theirs.post(disputes, filled(theirs, disputes, reason="done")))
    approve(made, "aa")
    settles = f"{at}/settle-assessment/"
    sent(made, ours.post(settles, filled(ours, settles, outcome="withdrawn")))
    approve(made, "bb")
    (thread,) = state_of(made, "aa", matter).tracks[0].threads
    assert (thread.kind, thread.status) == (state.ASSESSMENT, state.WITHDRAWN)


def test_what_may_not_be_said_is_refused_by_the_node_and_nothing_is_lost(made: Scene) -> None:
    """Refusing without consultation: the reason stands there, and the words too."""
    matter = made.asks()
    client = made.client("ann", "bb")
    path = f"/requests/{matter}/refuse/"
    form = filled(client, path, reason="dual-criminality", text="It is no offence here.")
    answer = client.post(path, form)
    assert answer.status_code == 422
    assert "It is no offence here." in answer.content.decode()
    assert effects.CONSULT in page(client, f"/requests/{matter}/")


def test_an_auditor_reads_and_says_nothing(made: Scene) -> None:
    """What is shared with them they see, without a button; a form that they send is refused."""
    from comity.node.desk import sharing  # noqa: PLC0415 -- here alone

    matter = made.asks()
    sharing.share(made.node("bb"), made.officer("con", "bb"), matter, "@aud")
    client = made.client("aud", "bb")
    shown = page(client, f"/requests/{matter}/")
    assert "officer.role.lacking" in shown
    assert 'class="govuk-button"' not in shown
    path = f"/requests/{matter}/acknowledge/"
    answer = client.post(path, {"own_reference": "CB-9"})
    assert answer.status_code == 422
    assert "officer.role.lacking" in answer.content.decode()
    assert client.post(f"/requests/{matter}/desk/note/", {"text": "x"}).status_code == 422


def test_an_instant_is_typed_by_the_clock_that_the_pages_show(made: Scene) -> None:
    """Nine in the morning in Beijing, and not at five in the afternoon; and as one chose it."""
    for party_zone, offset in (("", "+0800"), ("America/New_York", "-0500")):
        matter = made.asks()
        made.says("bb", acts.ACKNOWLEDGED, matter, own_reference="CB-9")
        client = made.client("ann", "bb")
        client.cookies[preferences.COOKIE] = preferences.render(Preferences(party_zone))
        path = f"/requests/{matter}/postpone/"
        assert f"Time in {party_zone or 'Asia/Shanghai'}." in page(client, path)
        form = filled(client, path, reason="own-proceedings", review_at="2026-12-01T09:00")
        answer = client.post(path, form)
        assert answer.status_code == 303, answer.content.decode()[-4_000:]
        draft = str(answer.headers["Location"]).strip("/").rpartition("/")[2]
        made.released("bb", outgoing.approve(made.node("bb"), made.officer("bob", "bb"), draft))
        (turn,) = [
            one for one in state_of(made, "aa", matter).turns if one.verb == effects.POSTPONE
        ]
        assert turn.until_ms == at(f"2026-12-01 09:00 {offset}")
        del client.cookies[preferences.COOKIE]


def test_one_of_several_parties_is_closed_by_the_form(tmp_path: Path) -> None:
    """Who has decided is offered, all of them chosen; what is taken off stays as it is."""
    with pair.closing():
        three = scene.made(tmp_path, ("aa", "bb", "cc"))
        matter = three.asks(to=("bb", "cc"))
        three.says("bb", acts.ANSWERED, matter)
        client, path = three.client("ann", "aa"), f"/requests/{matter}/close/"
        assert "Parties that it concerns" not in page(client, path)
        three.says("cc", acts.ANSWERED, matter)
        form = filled(client, path, reason="satisfied")
        assert form["to"] == ["bb", "cc"]
        send(three, client.post(path, {**form, "to": ["cc"]}))
        tracks = {one.party: one.status for one in state_of(three, "aa", matter).tracks}
        assert tracks == {"bb": "answered", "cc": "closed"}
        path = f"/requests/{matter}/reopen/"
        form = filled(client, path, reason="incomplete")
        assert form["to"] == ["bb", "cc"]
        send(three, client.post(path, {**form, "to": ["bb"]}))
        tracks = {one.party: one.status for one in state_of(three, "aa", matter).tracks}
        assert tracks == {"bb": "reopened", "cc": "closed"}


def send(made: Scene, answer: Any) -> None:  # noqa: ANN401 -- as the client gives it
    """Let a second officer approve what was said by a form, if that waits, and let it arrive."""
    sent(made, answer)
    bob = made.officer("bob", "aa")
    for draft in draft_view.listing(made.node("aa"), bob):
        made.released("aa", outgoing.approve(made.node("aa"), bob, draft.draft.act.id))


def test_an_act_is_received_once_those_have_it_whom_it_is_addressed_to(tmp_path: Path) -> None:
    """One of two that were asked is away; what went to the other alone is received."""
    with pair.closing():
        three = scene.made(tmp_path, ("aa", "bb", "cc"))
        three.world.cut("aa", "cc")
        three.world.cut("bb", "cc")
        client = three.client("ann", "aa")

        def told(matter: str) -> str:
            act = state_of(three, "aa", matter).request_id
            return page(client, f"/requests/{matter}/acts/{act}/")

        assert "BB</bdi> has signed for it." in told(three.asks(to=("bb",)))
        both = told(three.asks(to=("bb", "cc")))
        assert "Not every State that it is addressed to has signed for it yet;" in both
        assert "not received yet" in both
