"""A message of ISO 20022 as a bank sends it, read safely: camt.056 and camt.029.

    parse(data, Message("camt.056", "FIToFIPmtCxlReq", …))   -> the element under the document

It comes from outside: it is bounded, has no document type, no entities and nothing external, and
each text of it is cut.

Source: ISO 20022, payments clearing and settlement.
Floor: rooms.
"""

from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from comity.kernel.fault import Fault, quoted

MESSAGE_BYTES_MAX: Final = 256 << 10
TEXT_CHARS_MAX: Final = 255
_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"


@dataclass(frozen=True, slots=True)
class Message:
    """A kind of message.

    Attributes:
        name: `camt.056`.
        root: element that holds it.
        code: of the fault where a file is none.
        noun: what it is, in words.
        fix: what to do where it is none.
    """

    name: str
    root: str
    code: str
    noun: str
    fix: str

    def malformed(self, why: str) -> Fault:
        """Return what is wrong with a file."""
        return Fault(code=self.code, what=f"This is no {self.noun}: {why}.", fix=self.fix)


def parse(data: bytes, kind: Message) -> Element:
    """Return a message, its names without their namespace.

    Raises:
        Fault: with the code of the kind.
    """
    if len(data) > MESSAGE_BYTES_MAX:
        raise kind.malformed(f"it is larger than {MESSAGE_BYTES_MAX >> 10} KiB")
    try:
        document: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise kind.malformed("it has a document type, entities or external parts") from error
    except (ParseError, ValueError, LookupError) as error:
        raise kind.malformed("it is no XML") from error
    of_kind = f"{_NAMESPACE}{kind.name}.001."
    for one in document.iter():
        namespace, _, name = one.tag.rpartition("}")
        if namespace and not namespace.removeprefix("{").startswith(of_kind):
            raise kind.malformed(f"it has {quoted(one.tag[:TEXT_CHARS_MAX])}, not {kind.name}")
        one.tag = name
    message = document if document.tag == kind.root else document.find(kind.root)
    if message is None:
        raise kind.malformed(f"it has no {kind.root}")
    return message


def text(at: Element, path: str) -> str:
    """Return a text on one line, cut."""
    return cut(at.findtext(path))


def cut(found: str | None) -> str:
    """Return a text on one line, cut: it is shown as it is, whoever wrote it."""
    return " ".join((found or "").split())[:TEXT_CHARS_MAX]
