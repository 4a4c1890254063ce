"""What an advisor may expect: the open points that the night noticed about the own book, without any colleague's name."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from allocation.domain.service_review import Finding, figures_of
from allocation.models import ReviewFlag, ServiceReview
from allocation.queries.service_reviews import coming_up
from allocation.wording_review import finding_text
from clients.models import Client
from servicelog.services.service_policies import service_rules

ROWS = 20


@require_GET
@permission_required("allocation.take_part", raise_exception=True)
def my_reviews(request: HttpRequest) -> HttpResponse:
    """Advisors, for the own book: points about themselves and about the clients they serve."""
    own = Advisor.objects.visible_to(request.user)
    flags = ReviewFlag.objects.visible_to(request.user).filter(closed_on__isnull=True)
    flags = flags.filter(Q(advisor__in=own, client=None) | Q(client__advisor__in=own)).select_related("client")
    context: dict[str, Any] = {
        "flags": flags.order_by("kind", "-figure", "pk")[:ROWS],
        "total": flags.count(),
        "shown": ROWS,
        "running": ServiceReview.objects.visible_to(request.user).filter(state=ServiceReview.State.NOTICED).count(),
    }
    me = own.select_related("branch").first()
    if me is not None:
        context |= _service_next(request, me)
    return render(request, "allocation/my_reviews.html", context)


def _service_next(request: HttpRequest, me: Advisor) -> dict[str, Any]:
    """What the next night would find about the service of the own clients, and whose figures nobody is blamed for."""
    today = timezone.localdate()
    rules = service_rules(me.branch, on=today)
    found, excused = coming_up(me.branch, on=today, rules=rules, advisors=[me.pk])
    clients = Client.objects.visible_to(request.user).in_bulk([each.standing.client for each in found[:ROWS]])
    reasons = Counter(each.excused for each in excused)

    def words(finding: Finding) -> str:
        standard = rules.standards[finding.standing.tier]
        return finding_text(finding.kind, figures_of(finding.standing, standard))

    return {
        "coming": [(clients[each.standing.client], each, words(each)) for each in found[:ROWS]],
        "coming_total": len(found),
        "excused": reasons.most_common(),
    }
