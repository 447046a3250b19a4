"""Steps of a file, drawn at random: lawful and unlawful ones.

Floor: tests.
"""

from hypothesis import strategies as st

from comity.domestic.duty import acts
from comity.domestic.duty.acts import Share, Step, Who

AGENCIES = ("mps", "cac", "moj")
OFFICERS = ("wei", "han", "cai")

agencies = st.sampled_from(AGENCIES)
officers = st.sampled_from(OFFICERS)
texts = st.sampled_from(("", "It is so.", "不是。"))
instants = st.integers(1, 50)
terms = st.none() | st.integers(1, 99)
numbers = st.integers(0, 4)
who = st.builds(Who, officers, agencies, instants)
shares = st.builds(Share, agencies, texts, terms)

steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(acts.Begun, who, texts, parties=st.just(("us",)), crosses=st.booleans()),
    st.builds(acts.Marked, who, st.booleans(), st.just(("us",)), texts),
    st.builds(acts.Linked, who, st.just("arr/live"), st.just("m" * 26)),
    st.builds(acts.Routed, who, shares, st.lists(shares, max_size=3).map(tuple), why=texts),
    st.builds(acts.Declined, who, agencies, texts),
    st.builds(acts.TermSet, who, agencies, terms, texts),
    st.builds(acts.Assigned, who, agencies, officers),
    st.builds(acts.Accepted, who, agencies),
    st.builds(acts.Returned, who, agencies, texts),
    st.builds(acts.Finished, who, agencies, texts),
    st.builds(acts.Noted, who, texts),
    st.builds(acts.TaskAdded, who, numbers, texts, officers, terms),
    st.builds(acts.TaskDone, who, numbers, texts),
    st.builds(acts.AdviceAsked, who, numbers, agencies, texts, terms),
    st.builds(acts.AdviceGiven, who, numbers, texts),
)
histories = st.lists(steps, max_size=20)
