"""API of the book: clients (masked), search, reveal, saved views, exports. The same rule and filter as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from branch_crm.core.api import HasPerm
from branch_crm.core.models import Branch
from clients.api.book_paging import BookPagination
from clients.api.book_serializers import (
    ClientSerializer,
    ExportSerializer,
    RevealedSerializer,
    RevealSerializer,
    SavedViewSerializer,
)
from clients.columns import USUAL
from clients.filters import ClientFilter, filtered
from clients.list_state import branch_for
from clients.models import Client, ExportRequest, SavedView
from clients.queries.book import HEAVY, book_of, count
from clients.queries.search import LIMIT, best_matches
from clients.services.request_export import MOST_ROWS, ExportTooLarge, Wanted, request_export
from clients.services.reveal_field import SEALED, TooManyReveals, reveal_field
from clients.services.save_view import delete_view, save_view

BRANCH = OpenApiParameter("branch", str, description="Branch code, for firm-level staff; the first branch otherwise.")


def branch_of(request: Request) -> Branch:
    branch = branch_for(request.user, request.query_params.get("branch", ""))
    if branch is None:
        raise Http404
    return branch


@extend_schema_view(list=extend_schema(parameters=[BRANCH]))
class ClientViewSet(viewsets.ReadOnlyModelViewSet[Client]):
    """Clients with their latest figures; personal data masked."""

    queryset = Client.objects.none()
    serializer_class = ClientSerializer
    permission_classes = [HasPerm]
    required_perm = "clients.view_book"
    required_perms = {"reveal": "clients.reveal"}
    filterset_class = ClientFilter
    pagination_class = BookPagination

    def get_queryset(self) -> QuerySet[Client]:
        if self.action == "list":
            return book_of(self.request.user, branch_of(self.request))
        return Client.objects.visible_to(self.request.user).select_related("figures", "advisor", "branch")

    @extend_schema(request=RevealSerializer, responses={200: RevealedSerializer}, filters=False)
    @action(detail=True, methods=["post"], filter_backends=[], pagination_class=None)
    def reveal(self, request: Request, pk: str | None = None) -> Response:
        """One masked field in plain, for a purpose; every call is recorded."""
        client = self.get_object()
        asked = RevealSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if not getattr(client, SEALED[asked.validated_data["field"]]):
            raise Http404
        try:
            shown = reveal_field(
                client=client, actor=request.user, address=request.META.get("REMOTE_ADDR"), **asked.validated_data
            )
        except TooManyReveals:
            raise Throttled(detail="Too many reveals within this hour.") from None
        return Response(RevealedSerializer(shown).data)


class SearchView(APIView):
    """The first few clients that fit every word: name, pinyin, initials, numbers, last four of the phone."""

    permission_classes = [HasPerm]
    required_perm = "clients.view_book"

    @extend_schema(
        parameters=[OpenApiParameter("q", str, description="What to look for, at most 60 characters.")],
        responses=ClientSerializer(many=True),
        description=f"At most {LIMIT} clients.",
    )
    def get(self, request: Request) -> Response:
        clients = Client.objects.visible_to(request.user).select_related("figures", "advisor").defer(*HEAVY)
        query = request.query_params.get("q", "").replace("\x00", "")[:60]
        return Response(ClientSerializer(best_matches(clients, query), many=True).data)


@extend_schema_view(list=extend_schema(parameters=[BRANCH]), create=extend_schema(parameters=[BRANCH]))
class SavedViewViewSet(viewsets.ModelViewSet[SavedView]):
    """Views of the client list: one's own and those shared with the branch. Only one's own can be changed."""

    queryset = SavedView.objects.none()
    serializer_class = SavedViewSerializer
    permission_classes = [HasPerm]
    required_perm = "clients.view_book"
    http_method_names = ["get", "post", "put", "delete"]
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[SavedView]:
        views: QuerySet[SavedView] = SavedView.objects.visible_to(self.request.user).exclude(name="")
        if self.action in ("update", "destroy"):
            views = views.filter(owner=self.request.user)
        return views.select_related("owner", "branch")

    def perform_create(self, serializer: BaseSerializer[SavedView]) -> None:
        self._save(serializer, None)

    def perform_update(self, serializer: BaseSerializer[SavedView]) -> None:
        self._save(serializer, self.get_object())

    def perform_destroy(self, instance: SavedView) -> None:
        delete_view(view=instance)

    def _save(self, serializer: BaseSerializer[SavedView], view: SavedView | None) -> None:
        given = serializer.validated_data
        serializer.instance = save_view(
            view=view,
            owner=self.request.user,
            branch=view.branch if view else branch_of(self.request),
            name=given["name"],
            query=given["query"],
            columns=given["columns"],
            is_shared=given.get("is_shared", False),
        )


@extend_schema_view(create=extend_schema(parameters=[BRANCH]))
class ExportViewSet(
    mixins.CreateModelMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ExportRequest]
):
    """Exports of the client list: ask with a purpose; the file is fetched at /clients/exports/<id>/file/."""

    queryset = ExportRequest.objects.none()
    serializer_class = ExportSerializer
    permission_classes = [HasPerm]
    required_perm = "clients.export"
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[ExportRequest]:
        exports: QuerySet[ExportRequest] = ExportRequest.objects.visible_to(self.request.user)
        return exports.select_related("by", "branch")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        branch = branch_of(request)
        query = given["query"].get("filter", {})
        rows = count(filtered(book_of(request.user, branch), query, user=request.user), limit=MOST_ROWS)
        try:
            made = request_export(
                actor=request.user,
                branch=branch,
                wanted=Wanted(query, given["query"].get("sort", "-value"), given["columns"] or list(USUAL)),
                rows=rows.number if rows.exact else rows.number + 1,
                purpose=given["purpose"],
                file_format=given["format"],
            )
        except ExportTooLarge:
            raise ValidationError({"filter": f"At most {MOST_ROWS} rows can be exported."}) from None
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)
