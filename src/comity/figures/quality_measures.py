# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""How well requests and answers were made: the definitions.

Source: docs/spec/review.md, part 2.
Floor: figures (pure).
"""

from typing import Final

from comity.figures.definition import (
    ACTS,
    ACTS_OF_REQUEST,
    COUNT,
    ITEMS,
    MEAN,
    MOST,
    REQUESTS,
    SHARE,
    Definition,
)

DEFINITIONS: Final = (
    Definition(
        "quality/request/judged", COUNT, REQUESTS, "volume/asked",
        "those found deficient, responded to or completed", ACTS_OF_REQUEST,
        "Requests looked at", "已审查的请求",
    ),
    Definition(
        "quality/request/complete", SHARE, REQUESTS, "quality/request/judged",
        "those of them in which nothing was found deficient", ACTS_OF_REQUEST,
        "Complete at first sending", "首次提交即完整",
    ),
    Definition(
        "quality/request/lacking/{element}", COUNT, REQUESTS, "quality/request/judged",
        "those in which this element was found deficient", ACTS_OF_REQUEST,
        "Element missing or deficient", "缺失或有缺陷的要素",
    ),
    Definition(
        "quality/request/deficient/{code}", COUNT, REQUESTS, "quality/request/judged",
        "those in which an element was found deficient for this reason", ACTS_OF_REQUEST,
        "Deficient for this reason", "缺陷原因",
    ),
    Definition(
        "quality/request/rounds", MEAN, "rounds", "volume/asked",
        "clarifications given / requests received", ACTS_OF_REQUEST,
        "Rounds of clarification, mean", "平均澄清轮次",
    ),
    Definition(
        "quality/request/rounds/most", MOST, "rounds", "volume/asked",
        "the most clarifications that one request took", ACTS_OF_REQUEST,
        "Rounds of clarification, most", "最多澄清轮次",
    ),
    Definition(
        "quality/request/assessed", COUNT, ACTS, "quality/request/assessed",
        "assessments of the request by the answering side, one for each criterion", ACTS_OF_REQUEST,
        "Assessments of requests", "对请求的评估",
    ),
    Definition(
        "quality/request/assessed/{criterion}", COUNT, ACTS, "quality/request/assessed",
        "those of this criterion", ACTS_OF_REQUEST,
        "Assessments of requests by criterion", "对请求的评估（按标准）",
    ),
    Definition(
        "quality/request/assessed/{criterion}/{value}", COUNT, ACTS,
        "quality/request/assessed/{criterion}",
        "those of this criterion that say so", ACTS_OF_REQUEST,
        "The request as the answering side assessed it", "被请求方对请求的评估",
    ),
    Definition(
        "quality/request/disputed", COUNT, ACTS, "quality/request/disputed",
        "assessments of the request that the asker disputed", ACTS_OF_REQUEST,
        "Assessments of requests disputed", "对请求评估的异议",
    ),
    Definition(
        "quality/request/disputed/{outcome}", COUNT, ACTS, "quality/request/disputed",
        "those of them of which this came", ACTS_OF_REQUEST,
        "Assessments of requests disputed, by outcome", "对请求评估的异议（按结果）",
    ),
    Definition(
        "quality/response/decided", COUNT, REQUESTS, "volume/asked",
        "those completed, and those of which something was given", ACTS_OF_REQUEST,
        "Decided", "已作出答复",
    ),
    Definition(
        "quality/response/some", SHARE, REQUESTS, "quality/response/decided",
        "those of them of which an item was answered, in full or in part, in whatever round",
        ACTS_OF_REQUEST,
        "Something was given", "至少部分提供",
    ),
    Definition(
        "quality/response/items", COUNT, ITEMS, "quality/response/items",
        "items asked for", ACTS_OF_REQUEST,
        "Items asked for", "请求事项",
    ),
    Definition(
        "quality/response/items/{outcome}", COUNT, ITEMS, "quality/response/items",
        "those that were answered so: `full`, `part`, `refused`, or `open`", ACTS_OF_REQUEST,
        "Items by outcome", "请求事项办理结果",
    ),
    Definition(
        "quality/response/assessed", COUNT, ACTS, "quality/response/assessed",
        "assessments of the response by the asker, one for each criterion", ACTS_OF_REQUEST,
        "Assessments of responses", "对答复的评估",
    ),
    Definition(
        "quality/response/assessed/{criterion}", COUNT, ACTS, "quality/response/assessed",
        "those of this criterion", ACTS_OF_REQUEST,
        "Assessments of responses by criterion", "对答复的评估（按标准）",
    ),
    Definition(
        "quality/response/assessed/{criterion}/{value}", COUNT, ACTS,
        "quality/response/assessed/{criterion}",
        "those of this criterion that say so", ACTS_OF_REQUEST,
        "The response as the asker assessed it", "请求方对答复的评估",
    ),
    Definition(
        "quality/response/disputed", COUNT, ACTS, "quality/response/disputed",
        "assessments of the response that the answering side disputed", ACTS_OF_REQUEST,
        "Assessments of responses disputed", "对答复评估的异议",
    ),
    Definition(
        "quality/response/disputed/{outcome}", COUNT, ACTS, "quality/response/disputed",
        "those of them of which this came", ACTS_OF_REQUEST,
        "Assessments of responses disputed, by outcome", "对答复评估的异议（按结果）",
    ),
    Definition(
        "quality/response/refused", COUNT, REQUESTS, "volume/asked",
        "those refused, in whole or in part", ACTS_OF_REQUEST,
        "Refused", "拒绝",
    ),
    Definition(
        "quality/response/refused/{ground}", COUNT, REQUESTS, "volume/asked",
        "those refused on this ground", ACTS_OF_REQUEST,
        "Refused by ground", "拒绝理由",
    ),
    Definition(
        "quality/response/postponed", COUNT, REQUESTS, "volume/asked",
        "those postponed", ACTS_OF_REQUEST,
        "Postponed", "推迟",
    ),
    Definition(
        "quality/response/postponed/{ground}", COUNT, REQUESTS, "volume/asked",
        "those postponed on this ground", ACTS_OF_REQUEST,
        "Postponed by ground", "推迟理由",
    ),
    Definition(
        "quality/response/conditioned", COUNT, REQUESTS, "volume/asked",
        "those to which a condition was attached", ACTS_OF_REQUEST,
        "With conditions", "附条件",
    ),
    Definition(
        "quality/response/conditioned/{code}", COUNT, REQUESTS, "volume/asked",
        "those to which this condition was attached", ACTS_OF_REQUEST,
        "Conditions", "所附条件",
    ),
    Definition(
        "quality/response/conditions", COUNT, ACTS, "quality/response/conditions",
        "conditions attached", ACTS_OF_REQUEST,
        "Conditions attached", "所附条件数",
    ),
    Definition(
        "quality/response/conditions/{outcome}", COUNT, ACTS, "quality/response/conditions",
        "what came of them", ACTS_OF_REQUEST,
        "What came of conditions", "条件处理结果",
    ),
    Definition(
        "quality/use/asked", COUNT, ACTS, "quality/use/asked",
        "accounts of use that were asked for or given", ACTS_OF_REQUEST,
        "Accounts of use", "使用情况报告",
    ),
    Definition(
        "quality/use/reported", SHARE, ACTS, "quality/use/asked",
        "those of them that were given", ACTS_OF_REQUEST,
        "Use reported back", "已反馈使用情况",
    ),
    Definition(
        "quality/use/reported/{code}", COUNT, ACTS, "quality/use/asked",
        "those that say this use", ACTS_OF_REQUEST,
        "Use by kind", "使用方式",
    ),
    Definition(
        "quality/corrected", COUNT, REQUESTS, "volume/asked",
        "those in which either side corrected an act of its own", ACTS_OF_REQUEST,
        "Corrected", "更正",
    ),
    Definition(
        "quality/corrected/{code}", COUNT, REQUESTS, "volume/asked",
        "those in which this error was corrected", ACTS_OF_REQUEST,
        "Corrected by error", "更正事由",
    ),
)  # fmt: skip
