"""What leaves as a file is saved under its own name, in any script, and never shown."""

from email.message import Message

import pytest
from django.http import HttpResponse
from support import stores

from comity.node.desk import quarantine


@pytest.mark.parametrize(
    "name", ["disk.img", "\u8bc1\u636e.pdf", "\u043e\u0442\u0447\u0451\u0442.xlsx", 'a"; x=".html']
)
def test_a_file_keeps_its_name_and_is_saved(name: str) -> None:
    """On the pages and over HTTP: a header that no browser reads would let it be shown."""
    stores._configure()
    from comity.surfaces.api import calls  # noqa: PLC0415 -- Django has to be set up
    from comity.surfaces.web.request import evidence  # noqa: PLC0415 -- as above

    safe = quarantine.file_name("7lii5rhokkmo", "1", name)
    for answer in (evidence.saved([b""], safe), calls.saved(HttpResponse(b""), safe)):
        read = Message()
        read["Content-Disposition"] = answer.headers["Content-Disposition"]
        assert read.get_content_disposition() == "attachment"
        assert read.get_filename() == safe
