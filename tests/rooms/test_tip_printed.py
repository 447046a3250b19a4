"""The table of a room that only the tests have is printed by every surface."""

import argparse
from functools import partial

from django.utils import translation
from rooms import tip
from support import stores

from comity.node.room import say


def test_every_surface_prints_its_table() -> None:
    """Each verb is a command, a call and a form, by the same name, in both languages."""
    stores._configure()
    from ninja import Router  # noqa: PLC0415 -- it reads settings when it is imported

    from comity.surfaces.api import verb_call  # noqa: PLC0415 -- as above
    from comity.surfaces.cli import verb_command  # noqa: PLC0415 -- as above
    from comity.surfaces.web.verb_fields import Choices  # noqa: PLC0415 -- as above
    from comity.surfaces.web.verb_form import VerbForm  # noqa: PLC0415 -- as above

    said = partial(say.say, tip.VERBS)
    parser = argparse.ArgumentParser()
    verb_command.add(parser.add_subparsers(), tip.VERBS, said)
    names = [one.name for one in tip.VERBS.verbs]
    shown = parser.format_help()
    assert all(name in shown for name in names)
    router = Router()
    verb_call.add(router, tip.VERBS, said)
    assert [*router.path_operations] == ["/tips/give", "/tips/{tip}/take", "/tips/{tip}/drop"]
    forms = [VerbForm(one, Choices(("en", "zh"))) for one in tip.VERBS.verbs]
    assert ["topic" in one.fields for one in forms] == [True, False, False]
    assert ["reason" in one.fields for one in forms] == [False, False, True]
    for language, word in (("en", "Topic"), ("zh-hans", "主题")):
        with translation.override(language):
            assert word in str(VerbForm(tip.VERBS.verbs[0], Choices(("en",))))
