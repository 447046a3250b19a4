"""The state of a request and its digest, which both nodes compare (docs/spec/request.md, 13)."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from tools.peer import reason
from tools.peer.history import Entry
from tools.peer.page import FIELDS, MOVING, TABLE, row
from tools.peer.text import Json, canonical, sha256
from tools.peer.track import NoEffect, Step, Track, move

OWN_CODES = {"type", "form", "extends", "follows", "own-reference"}
OF_A_DRAFT = {"commented", "opened", "corrected", "destroyed"}
NAMING = {"status-asked", "closed", "reopened"}
CLOCKED = ("deficiency", "consultation", "postponement")
ANSWERING = {"assessment-disputed", "assessment-settled"}
ASSESSED = {
    True: {"answered", "refused", "postponed"},
    False: {"submitted", "confirmed", "clarified"},
}

type Saw = Callable[[Entry, Entry], bool]


def tidy(value: dict[str, Json]) -> dict[str, Json]:
    """Without what is empty, null or false; a place may be 0."""
    empty: tuple[Json, ...] = (None, "", [], {})
    return {name: one for name, one in value.items() if one is not False and one not in empty}


class Request:
    """One request, folded from its acts in their order."""

    def __init__(self, acts: Sequence[Entry], saw: Saw, matter: str) -> None:
        self.acts, self.saw, self.matter = acts, saw, matter
        self.state: dict[str, Any] = {}
        self.tracks: dict[str, Track] = {}
        self.turns: list[dict[str, Any]] = []
        self.effects: dict[int, list[str]] = {}
        for act in acts:
            self._fold(act)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return sha256(canonical(self.whole()).encode()).hex()

    def has_effect(self, party: str, act_id: str) -> bool:
        """Whether an act of a party has effect."""
        places = self._places(act_id)
        return any(self.effects.get(at) for at in places if self.acts[at].party == party)

    def whole(self) -> dict[str, Json]:
        """The object of clause 13."""
        tracks = []
        for track in self.tracks.values():
            threads = [tidy(dataclasses.asdict(one)) for one in track.threads]
            for one in threads:
                if one["status"] == "open":
                    del one["status"]
            tracks.append(tidy({**dataclasses.asdict(track), "threads": threads}))
        return tidy({**self.state, "tracks": tracks, "turns": self.turns})

    def _fold(self, act: Entry) -> None:
        said, at = act.said or {}, len(self.turns)
        step = Step(said, at, lambda one: one is not None and self.saw(act, self.acts[one]))
        is_asking = said["tag"] in reason.ASKING
        found = reason.of_fields(said)
        if not found:
            found = self._opening(act, said) if is_asking else self._before(act, step)
        if found:
            self._turn(act, "", {"": found})
        elif is_asking:
            self._ask(act, step)
        else:
            self._move(act, step)

    def _opening(self, act: Entry, said: dict[str, Any]) -> str:
        """What is against a draft or a submission (14)."""
        named = [one["party"] for one in said["to"]]
        if self.matter not in reason.matter_ids(act.party, said["answers"] or said["id"]):
            return "matter-of-another"
        if act.party in named:
            return "asks-itself"
        if "request_at" in self.state:
            return ""
        if said["answers"] != self.state.get("draft_id", ""):
            return "answers-another"
        return "addressees-changed" if self.tracks and [*self.tracks] != named else ""

    def _before(self, act: Entry, step: Step) -> str:
        """What is against another act (14)."""
        said, state, fields = step.said, self.state, FIELDS[step.said["tag"]]
        is_draft = "request_at" not in state or step.word in OF_A_DRAFT
        is_drafted = is_draft and step.has_seen(state.get("draft_at"))
        if not step.has_seen(state.get("request_at")) and not is_drafted:
            return "no-request"
        first = state.get("request_id") or state["draft_id"]
        if fields.answers == "the submission" and said["answers"] != first:
            return "answers-another"
        sides = {"asker": act.party == state["asker"], "addressee": act.party in self.tracks}
        if not any(sides.values()) or not sides.get(fields.by, True):
            return "not-entitled"
        told = {*step.under("step.")} - {"whole"}
        if not {*said["items"], *told} <= {*state["items"]}:
            return "item-unknown"
        if "to" in fields.has and not {one["party"] for one in said["to"]} <= {*self.tracks}:
            return "addressees-changed"
        return self._target(act, step, first)

    def _target(self, act: Entry, step: Step, first: str) -> str:
        """Whether it answers an act that it can be said of (14)."""
        said, word = step.said, step.word
        if word == "confirmed":
            form = self.state.get("form", "")
            return {"": "not-oral", "confirmed": "confirmed-before"}.get(form, "")
        if word == "superseded":
            return "supersedes-itself" if said["codes"]["by"] == self.matter else ""
        if word == "status-reported" and said["answers"] == first:
            return ""
        found = self._answered(act, step)
        if found is not None and not found:
            return "answers-another"
        if word in ANSWERING:
            return "" if self._assessment(act, step) is not None else "not-entitled"
        before = {(one["of"], one["party"]) for one in self.state.get("opened", [])}
        is_again = word == "opened" and (said["answers"], act.party) in before
        return "opened-before" if is_again else ""

    def _answered(self, act: Entry, step: Step) -> list[int] | None:
        """The places of what is answered: each was seen, has effect and is such as 14 asks for.

        Each party has ids of its own, so they may be several (6).  None where any act will do.
        """
        if self._fits(act, step.word, act) is None:
            return None
        return [
            at
            for at in self._places(step.said["answers"])
            if step.has_seen(at)
            and self.effects.get(at)
            and self._fits(act, step.word, self.acts[at])
        ]

    def _assessment(self, act: Entry, step: Step) -> int | None:
        """Where the assessment that is meant stands: another's is disputed, the own settled."""
        is_settled = step.word == "assessment-settled"
        found = self._answered(act, step) or []
        meant = (at for at in found if (self.acts[at].party == act.party) == is_settled)
        return next(meant, None)

    def _fits(self, act: Entry, word: str, target: Entry) -> bool | None:
        """Whether what is answered is such as its tag is about; None where any will do."""
        about = (target.said or {})["tag"].removeprefix("request.").removesuffix("/1")
        by_asker = act.party == self.state["asker"]
        is_own = target.party == act.party
        is_asked = target.party == self.state["asker"]
        return {
            "commented": about == "draft-shown",
            "corrected": is_own,
            "opened": not is_own,
            "status-reported": about == "status-asked",
            "assessed": about in ASSESSED[by_asker] and is_asked != by_asker,
            "assessment-disputed": about == "assessed",
            "assessment-settled": about == "assessed",
        }.get(word)

    def _places(self, act_id: str) -> list[int]:
        return [at for at, turn in enumerate(self.turns) if turn["act_id"] == act_id]

    def _ask(self, act: Entry, step: Step) -> None:
        """A draft, or the submission."""
        said, codes, at = step.said, step.said["codes"], step.at
        is_request = step.word == "submitted"
        verb = "submit" if is_request else "show-draft"
        status = next((one.status for one in self.tracks.values()), "none")
        outcome = TABLE[verb, "submitted" if "request_at" in self.state else status]
        if outcome.has_effect:
            self.effects[at] = [""]
            told = {name: codes.get(name, "") for name in ("type", "extends", "follows", "form")}
            named = {
                name: code
                for name, code in codes.items()
                if name not in OWN_CODES and not name.startswith("lacks.")
            }
            same = {name: said[name] for name in ("elements", "guideline", "items", "times")}
            self.state |= {**told, **same, "codes": named, "lacks": step.under("lacks.")}
            self.state |= {"asker": act.party, "matter_id": self.matter}
            self.state |= {"urgency": said["urgency"]}
            self.state["own_reference"] = codes.get("own-reference", "")
            if is_request:
                self.state |= {"request_id": said["id"], "request_at": at}
            else:
                self.state |= {"draft_id": self.state.get("draft_id", said["id"]), "draft_at": at}
            for to in said["to"]:
                track = self.tracks.setdefault(to["party"], Track(to["party"]))
                track.status = outcome.status or status
                track.items = dict.fromkeys(said["items"] or ["whole"], "open")
                track.asker_last, track.agency = at, to["agency"]
        self._turn(act, verb, {"": outcome.result})

    def _concerned(self, act: Entry, step: Step) -> list[str]:
        """The tracks that an act is about (6)."""
        if act.party != self.state["asker"]:
            return [act.party]
        if step.word in NAMING:
            named = {one["party"] for one in step.said["to"]}
            return [party for party in self.tracks if party in named]
        at = self._places(step.said["answers"])
        some = [party for one in at for party in self.effects.get(one, [])]
        return [party for party in self.tracks if party in some] or [*self.tracks]

    def _move(self, act: Entry, step: Step) -> None:
        """Any other act, on each track that it concerns."""
        by_asker, at = act.party == self.state["asker"], step.at
        results, settled, crossings, verb = {}, {}, [], ""
        if step.word in ANSWERING:
            step = dataclasses.replace(step, about=self._assessment(act, step))
        for party in self._concerned(act, step):
            track = self.tracks[party]
            try:
                verb, after = move(track, step)
            except NoEffect as found:
                results[party] = str(found)
                continue
            last = track.addressee_last if by_asker else track.asker_last
            crossed = last is not None and not step.has_seen(last)
            outcome = TABLE[row(verb, crossed=crossed), track.status]
            results[party] = outcome.result
            if outcome.has_effect:
                self.effects.setdefault(at, []).append(party)
                crossings.append(crossed)
                if events := _events(track, after):
                    settled[party] = events
                after.status = outcome.status or after.status
                self._moved(after, step, verb, by_asker=by_asker)
        if at in self.effects:
            self._facts(act, step, by_asker=by_asker)
        more = {"crossed": any(crossings), "settled": settled, "until_ms": step.time}
        self._turn(act, verb, results, more)

    def _moved(self, after: Track, step: Step, verb: str, *, by_asker: bool) -> None:
        if verb in MOVING and by_asker:
            after.asker_last = step.at
        elif verb in MOVING:
            after.addressee_last = step.at
        if not by_asker:
            after.own_reference = step.said["codes"].get("own-reference", after.own_reference)
        self.tracks[after.party] = after

    def _facts(self, act: Entry, step: Step, *, by_asker: bool) -> None:
        """What an act with effect says of the request as a whole."""
        state, codes, word = self.state, step.said["codes"], step.word
        if by_asker:
            more = [one for one in step.said["elements"] if one not in state["elements"]]
            state["elements"] = state["elements"] + more
            state["own_reference"] = codes.get("own-reference", state["own_reference"])
            state["form"] = "confirmed" if word == "confirmed" else state["form"]
            if word == "superseded":
                state["superseded_by"] = codes["by"]
        said = {"act_id": step.said["id"], "party": act.party}
        of = {**said, "of": step.said["answers"]}
        if word == "corrected":
            state.setdefault("corrections", []).append({**of, "error": codes["error"]})
        elif word == "opened":
            state.setdefault("opened", []).append(of)
        elif word == "destroyed":
            blobs = [*step.under("blob.").values()]
            gone = {**said, "blobs": blobs, "reason": codes["reason"]}
            state.setdefault("destroyed", []).append(gone)
        elif word == "step-told":
            self._steps(step, said)

    def _steps(self, step: Step, said: dict[str, Json]) -> None:
        """The last word of each party on each step of each item (16)."""
        before = self.state.get("steps", [])
        last = {(one["item"], one["party"], one["step"]): one for one in before}
        sums, units, reasons = (step.under(one) for one in ("sum.", "unit.", "reason."))
        for item, code in step.under("step.").items():
            told = {
                **said,
                "amount": int(sums[item]) if item in sums else None,
                "at": step.at,
                "happened_ms": step.said["times"].get(f"at.{item}"),
                "item": item,
                "reason": reasons.get(item, ""),
                "step": code,
                "unit": units.get(item, ""),
            }
            last[item, said["party"], code] = tidy(told)
        self.state["steps"] = [last[key] for key in sorted(last)]

    def _turn(
        self, act: Entry, verb: str, results: dict[str, str], more: dict[str, Any] | None = None
    ) -> None:
        said = act.said or {}
        codes = said["codes"]
        is_settled = said["tag"] == "request.assessment-settled/1"
        names = ("reason", "error", "position", "stage", "use")
        turn = {
            "act_id": said["id"],
            "answers": said["answers"],
            "heard": self._heard(act, said),
            "items": said["items"],
            "own_reference": codes.get("own-reference", ""),
            "party": act.party,
            "reason": codes.get("outcome", "")
            if is_settled
            else next((codes[name] for name in names if name in codes), ""),
            "received_at_ms": act.received_ms,
            "results": results,
            "tag": said["tag"],
        }
        self.turns.append({**tidy({**turn, **(more or {})}), "verb": verb})

    def _heard(self, act: Entry, said: dict[str, Any]) -> dict[str, int | None]:
        """When the other side of each track held it, where that is another time."""
        if act.heard is None:
            return {}
        asker = self.state.get("asker", "")
        if said["tag"] in reason.ASKING:
            sides = {one["party"]: one["party"] for one in said["to"]}
        elif act.party == asker:
            sides = {party: party for party in self.tracks}
        else:
            sides = {act.party: asker} if act.party in self.tracks else {}
        found = {track: act.heard.get(side) for track, side in sides.items()}
        return {track: at for track, at in found.items() if at != act.received_ms}


def _events(before: Track, after: Track) -> list[str]:
    """What waits no longer by an act (12)."""
    found = []
    for kind in CLOCKED:
        was, now = len(before.waiting(kind)), len(after.waiting(kind))
        if now < was:
            found.append(f"{kind}-left" if now else f"{kind}-over")
    return found
