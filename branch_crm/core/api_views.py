"""The core ledgers over the API, by the same rules as the pages; read-only but for marking one's notifications as read."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from branch_crm.core.filters import AuditFilter, JobFilter, NotificationFilter
from branch_crm.core.models import AuditEntry, JobRun, Notification, TradingDay
from branch_crm.core.serializers import AuditSerializer, JobSerializer, NotificationSerializer, TradingDaySerializer
from branch_crm.core.services.mark_read import mark_read


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


class NotificationViewSet(viewsets.ReadOnlyModelViewSet):
    """What the person who asks has been told; nobody sees another's."""

    queryset = Notification.objects.none()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.visible_to(self.request.user)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str | None = None) -> Response:
        """Mark one as read."""
        own = self.get_object()
        mark_read(user=request.user, pk=own.pk)
        own.refresh_from_db()
        return Response(self.get_serializer(own).data)

    @extend_schema(
        operation_id="notifications_read_all",
        request=None,
        responses=inline_serializer("MarkedRead", {"marked": serializers.IntegerField()}),
    )
    @action(detail=False, methods=["post"], url_path="read", url_name="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark all as read; `marked` were unread until now."""
        return Response({"marked": mark_read(user=request.user)})


class ByDay(CursorPagination):
    ordering = "day"
    page_size = 200


class TradingDayViewSet(viewsets.ReadOnlyModelViewSet):
    """Exchange days as the product counts them."""

    queryset = TradingDay.objects.all()
    serializer_class = TradingDaySerializer
    pagination_class = ByDay
