# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The sheet of a seat, as data of a paper: who plays what, the link, and its QR code.

Floor: rooms.
"""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from comity.acts.verb import both
from comity.domestic.outside.session import Session
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.desk.outside import Admitted
from comity.node.operate.overview import names
from comity.node.room.exercises import KEY, MARK

FORMAT = "comity-seat/1"

RULES = (
    both(
        "This is an exercise. Nothing that you read here is real.",
        "这是演练。您在此读到的内容均非真实。",
    ),
    both(
        "The link opens once, in one browser. It is yours alone: give it to nobody.",
        "链接只能在一个浏览器中打开一次，仅供您本人使用，请勿转交他人。",
    ),
    both(
        "Press I have this when you have read something, and Answer when you have decided.",
        "读完后按“我已收到”，作出决定后按“答复”。",
    ),
    both(
        "If something real happens, press STOP, real world, or say it to anybody.",
        "如有真实情况发生，请按“叫停：真实情况”，或者告知任何人。",
    ),
)


def of(node: Node, seat: str, made: Admitted) -> bytes:
    """Return the data of the sheet, with the link, which is kept nowhere else."""
    return ijson.render(
        {
            KEY: MARK,
            "format": FORMAT,
            "seat": seat,
            "link": made.secret,
            "code": [*modules(made.secret)],
            "rules": [dict(one) for one in RULES],
            **_who(node, made.session),
        }
    )


def modules(text: str) -> list[str]:
    """Return the QR code of a text: a line of 0 and 1 for each row, with its quiet zone."""
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    made.add_data(text)
    made.make(fit=True)
    return ["".join("1" if one else "0" for one in row) for row in made.get_matrix()]


def _who(node: Node, session: Session) -> dict[str, Json]:
    party = names.names(node).of_parties().get(node.party, {})
    return {
        "name": session.name,
        "on_behalf": session.on_behalf,
        "party": dict(party) or {"en": node.party, "zh": ""},
        "until": session.until_ms // 1_000,
    }
