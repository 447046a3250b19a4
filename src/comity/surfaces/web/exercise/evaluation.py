"""Evaluation beside what clocks show, the questions of the hot wash, and the report on paper.

Floor: surfaces.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from comity.joint.exercise import acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.operate.overview import names
from comity.node.room.release.draft_store import Waiting
from comity.rooms.exercise import report, report_docx, steering
from comity.rooms.exercise.report import Paper
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session

_LACKING = "officer.role.lacking"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Show each critical task: what clocks show, how each side rated it, what is asked after."""
    made = _paper(request)
    if isinstance(made, Inadmissible):
        return render(request, "message.html", {"no": made}, status=HTTPStatus.FORBIDDEN)
    context = {
        "report": ijson.parse(made.data),
        "ratings": acts.RATINGS,
        "said": request.GET.get("said", ""),
        "parties": names.names(desks.of(request).node).parties,
    }
    return render(request, "exercise/evaluation.html", context)


@require_POST
def rate(request: HttpRequest) -> HttpResponse:
    """Rate a task, with an observation."""
    given = {name: request.POST.get(name, "") for name in (acts.TASK, acts.SIDE, acts.RATING)}
    said = {lang: request.POST.get(f"text_{lang}", "").strip() for lang in ("en", "zh")}
    texts = {lang: text for lang, text in said.items() if text}
    node, officer = desks.of(request).node, session.officer_of(request)
    result = steering.rate(node, officer, given, texts)
    if isinstance(result, Inadmissible):
        return render(request, "message.html", {"no": result}, status=HTTPStatus.FORBIDDEN)
    said_as = "waits" if isinstance(result, Waiting) else "sent"
    return redirect(f"{reverse('entrance:evaluation')}?said={said_as}")


@require_safe
def paper(request: HttpRequest, form: str) -> HttpResponse:
    """Give the report as a PDF or as a document of a word processor, in both languages."""
    if form not in {"pdf", "docx"}:
        return HttpResponseNotFound()
    made = _paper(request)
    if isinstance(made, Inadmissible):
        return render(request, "message.html", {"no": made}, status=HTTPStatus.FORBIDDEN)
    is_pdf = form == "pdf"
    data = (
        desks.of(request).ports.typeset(made.data, made.at_ms)
        if is_pdf
        else report_docx.to_docx(made.data)
    )
    answer = HttpResponse(data, content_type="application/pdf" if is_pdf else _DOCX)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"after-action.{form}"
    )
    return answer


def _paper(request: HttpRequest) -> Paper | Inadmissible:
    try:
        return report.of(desks.of(request).node, session.officer_of(request))
    except Fault as fault:
        if fault.code != _LACKING:
            raise
        return Inadmissible(fault.code, fault.what, fault.fix)
