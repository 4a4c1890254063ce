"""What came of a script: its versions beside each other, with everything that keeps a chance from looking like a finding."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from retention.domain.compare_scripts import AFTER_DAYS, MINIMUM
from retention.models import Script, ScriptUse
from retention.queries.script_results import script_results

#: Newest uses shown below the figures.
SHOWN_USES = 50
VERDICTS = {
    "few": _("too few to say"),
    "none": pgettext_lazy("difference", "not proven"),
    "better": _("keeps more"),
    "worse": _("keeps fewer"),
}


@require_GET
@permission_required("retention.view_script_results", raise_exception=True)
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    script = get_object_or_404(Script.objects.visible_to(request.user).select_related("reason"), pk=pk)
    found = script_results(script, on=timezone.localdate())
    uses = ScriptUse.objects.visible_to(request.user).filter(script=script)
    context = {
        "script": script,
        "found": found,
        "differences": [(row, VERDICTS[row.verdict]) for row in found.differences],
        "minimum": MINIMUM,
        "after": AFTER_DAYS,
        "uses": uses.select_related("client", "version", "case", "spoken_by").order_by("-pk")[:SHOWN_USES],
    }
    return render(request, "retention/script_results.html", context)
