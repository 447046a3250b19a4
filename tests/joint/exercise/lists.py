"""Random master lists.

Floor: tests.
"""

from hypothesis import strategies as st

from comity.joint.exercise import master_list
from comity.joint.exercise.master_list import COLUMNS, Item

text = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
    ),
    max_size=20,
).map(str)
tricky = st.sampled_from(
    ["=1+1", "'=1+1", "''@x", "+3", "-3", "@SUM(A1)", "\t=x", "_x0041_", "x005F_", "_x005F_x0041_",
     "1", "007", "1.0", "TRUE", "2027-03-01", " a ", "two\nlines", '"quoted", and more', "演练",
     "#N/A"]
)  # fmt: skip
cell = st.one_of(text, tricky)
some_items = st.lists(
    st.builds(
        lambda number, values: Item(number, **values),
        st.integers(1, 999_999),
        st.fixed_dictionaries({name: cell for name in COLUMNS if name != "number"}),
    ),
    max_size=4,
)

GOOD = (
    Item(
        1, "D1 09:00", synopsis="A false invoice is paid.", seat="bank", task="stop-payment",
        inject_en="The money has left.", inject_zh="款项已经汇出。",
        expected_action="Ask to stop it.",
    ),
    Item(
        2, kind=master_list.CONTINGENT, condition="not answered 1 within 30m",
        synopsis="A reminder.",
        seat="bank", task="stop-payment", inject_en="The victim calls.", inject_zh="受害人来电。",
        expected_action="Say what is done.",
    ),
    Item(
        3, "D1 10:00", until="D1 12:00", kind=master_list.PRIVATE, side="cn", seat="press",
        task="speak", commit="1a" * 32,
    ),
)  # fmt: skip
