"""What an advisor may expect: the open points that the night noticed about the own book, without any colleague's name."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from allocation.models import ReviewFlag

ROWS = 20


@require_GET
@permission_required("allocation.take_part", raise_exception=True)
def my_reviews(request: HttpRequest) -> HttpResponse:
    """Advisors, for the own book: points about themselves and about the clients they serve."""
    own = Advisor.objects.visible_to(request.user)
    flags = ReviewFlag.objects.visible_to(request.user).filter(closed_on__isnull=True)
    flags = flags.filter(Q(advisor__in=own, client=None) | Q(client__advisor__in=own)).select_related("client")
    context = {"flags": flags.order_by("kind", "-figure", "pk")[:ROWS], "total": flags.count(), "shown": ROWS}
    return render(request, "allocation/my_reviews.html", context)
