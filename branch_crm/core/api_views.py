"""The core ledgers over the API: read-only, by the same rules as the pages."""

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.pagination import CursorPagination

from branch_crm.core.api import HasPerm, KeysetPagination
from branch_crm.core.filters import AuditFilter, JobFilter
from branch_crm.core.models import AuditEntry, JobRun, TradingDay
from branch_crm.core.serializers import AuditSerializer, JobSerializer, TradingDaySerializer


class NewestFirst(KeysetPagination):
    ordering = "-pk"


class JobViewSet(viewsets.ReadOnlyModelViewSet):
    """Long work: progress, result, error."""

    queryset = JobRun.objects.none()
    serializer_class = JobSerializer
    permission_classes = [HasPerm]
    required_perm = "core.view_jobs"
    filterset_class = JobFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[JobRun]:
        return JobRun.objects.visible_to(self.request.user)


class AuditViewSet(viewsets.ReadOnlyModelViewSet):
    """The business audit; append-only, so there is nothing to write here."""

    queryset = AuditEntry.objects.none()
    serializer_class = AuditSerializer
    permission_classes = [HasPerm]
    required_perm = "core.view_audit"
    filterset_class = AuditFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.visible_to(self.request.user).select_related("actor")


class ByDay(CursorPagination):
    ordering = "day"
    page_size = 200


class TradingDayViewSet(viewsets.ReadOnlyModelViewSet):
    """Exchange days as the product counts them."""

    queryset = TradingDay.objects.all()
    serializer_class = TradingDaySerializer
    pagination_class = ByDay
