# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer does at the desk to the file of a matter: one table for every surface.

    comity desk assign FILE --to han --part mps
    POST /desk/files/{file}/assign    {"to": "han", "part": "mps"}

Nothing of it crosses.  The tag of a row is the step of the local log that it takes.

Floor: domestic (pure).
"""

from typing import Final

from comity.acts.verb import NAME, NUMBER, TEXT, TIME, Both, Field, Table, Verb, both

_WHY: Final = both("Why", "理由")
_UNTIL: Final = both("Until", "截止时间")
_RESULT: Final = both("Result", "结果")


def _text(name: str, words: Both, *, needed: bool = True) -> Field:
    return Field(name, TEXT, words, needed=needed)


def _part(*, needed: bool = False) -> Field:
    hint = None if needed else both("yours, unless it is said", "不填则为本机构")
    return Field("part", NAME, both("Whose part", "哪一承办部分"), needed=needed, hint=hint)


_DUE: Final = Field("due", TIME, _UNTIL, needed=False)

TABLE: Final = Table(
    "file",
    "desk/files",
    both("File", "案卷"),
    both("What is done at home", "内部办理"),
    (
        Verb(
            "route",
            "duty.routed",
            both("Give it to an agency", "分送机构"),
            (
                Field("to", NAME, both("Competent agency", "主管机构"), needed=False),
                Field(
                    "with",
                    NAME,
                    both("Agency that takes part", "参与机构"),
                    needed=False,
                    many="others",
                ),
                Field("due", TIME, both("Domestic term", "内部时限"), needed=False),
                _text("why", both("Why, if not by rule", "不按规则时的理由"), needed=False),
            ),
            has_texts=False,
            hint=both(
                "By the rule of the nation profile, or by hand with a reason",
                "按国家配置的规则分送，或者说明理由后人工分送",
            ),
        ),
        Verb(
            "assign",
            "duty.assigned",
            both("Assign it to an officer", "指派经办人员"),
            (_part(), Field("to", NAME, both("Officer", "经办人员"))),
            has_texts=False,
            hint=both(
                "Give an agency's part to one of its officers", "将承办部分交由一名经办人员办理"
            ),
        ),
        Verb(
            "take",
            "duty.accepted",
            both("Take it", "接办"),
            has_texts=False,
            hint=both("Say that you work on what was assigned to you", "表示由您办理所指派的事项"),
        ),
        Verb(
            "return",
            "duty.returned",
            both("Give it back", "退回"),
            (_text("why", _WHY),),
            has_texts=False,
            hint=both(
                "Give what was assigned to you back to your agency", "将所指派的事项退回本机构"
            ),
        ),
        Verb(
            "finish",
            "duty.finished",
            both("Say that your part is done", "表示承办部分已完成"),
            (_part(), _text("result", _RESULT, needed=False)),
            has_texts=False,
            hint=both(
                "Close your agency's part; the answer to the other State is a step of its own",
                "结束本机构的承办部分；对外答复另行作出",
            ),
        ),
        Verb(
            "decline",
            "duty.declined",
            both("Say that it is not for your agency", "表示不属本机构主管"),
            (_text("why", _WHY),),
            has_texts=False,
            hint=both("The contact point routes it again", "由联络点重新分送"),
        ),
        Verb(
            "term",
            "duty.term-set",
            both("Set a domestic term", "设定内部时限"),
            (_part(needed=True), _DUE, _text("why", _WHY, needed=False)),
            has_texts=False,
            hint=both(
                "By when an agency does its part, never after the answer is due; no time: no term",
                "机构完成承办部分的期限，不得晚于答复的期限；不填则无时限",
            ),
        ),
        Verb(
            "note",
            "duty.noted",
            both("Write a note", "记录备注"),
            (_text("text", both("Note", "备注")),),
            has_texts=False,
            hint=both("For colleagues; it never crosses", "供同事参阅，绝不跨境"),
        ),
        Verb(
            "task",
            "duty.task-added",
            both("Add a task", "增加任务"),
            (
                _text("what", both("What is to be done", "任务内容")),
                Field("owner", NAME, both("Who does it", "由谁办理"), needed=False),
                _DUE,
            ),
            has_texts=False,
            hint=both(
                "For yourself or another officer who may read this",
                "由本人或者有权阅读的其他经办人员办理",
            ),
        ),
        Verb(
            "task-done",
            "duty.task-done",
            both("Say that a task is done", "表示任务已完成"),
            (
                Field("task", NUMBER, both("Task", "任务")),
                _text("result", _RESULT, needed=False),
            ),
            has_texts=False,
            hint=both("With its result", "并说明结果"),
        ),
        Verb(
            "advise",
            "duty.advice-asked",
            both("Ask another agency", "征询其他机构"),
            (
                Field("of", NAME, both("Agency", "机构")),
                _text("question", both("Question", "问题")),
                _DUE,
            ),
            has_texts=False,
            hint=both(
                "Let it read the request, and ask it a question", "授权该机构查阅请求，并征询其意见"
            ),
        ),
        Verb(
            "advice",
            "duty.advice-given",
            both("Answer a question", "答复征询"),
            (
                Field("advice", NUMBER, both("Question", "问题")),
                _text("answer", both("Answer", "答复")),
            ),
            has_texts=False,
            hint=both("What your agency was asked", "本机构所受的征询"),
        ),
    ),
    scope="desk",
    named="id of the request, one of its acts, or an inquiry; a prefix is enough",
)
