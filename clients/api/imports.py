"""API of the imports: runs with their counts, upload and start. The same roles as on the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm
from branch_crm.core.models import Branch
from clients.import_forms import UploadForm
from clients.models import ImportDataset, ImportRun
from clients.services.receive_upload import receive_upload
from clients.services.start_import import start_import


class ImportDatasetSerializer(serializers.ModelSerializer[ImportDataset]):
    class Meta:
        model = ImportDataset
        fields = (
            *("id", "dataset", "file_name", "encoding", "mapping", "unknown_columns", "error"),
            *("read", "added", "changed", "unchanged", "rejected", "reject_summary", "applied_at"),
        )
        read_only_fields = fields


class ImportRunSerializer(serializers.ModelSerializer[ImportRun]):
    branch = serializers.SlugRelatedField(slug_field="code", read_only=True)
    datasets = ImportDatasetSerializer(many=True, read_only=True)

    class Meta:
        model = ImportRun
        fields = (
            *("id", "branch", "state", "source", "label", "data_as_of", "created_at", "finished_at", "job", "error"),
            "datasets",
        )
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[Any]):
    """`branch` (code) is needed of firm-level staff only."""

    files = serializers.ListField(child=serializers.FileField(), allow_empty=False)
    branch = serializers.CharField(required=False)


class ImportViewSet(viewsets.ReadOnlyModelViewSet[ImportRun]):
    """Runs of the extract import, newest first."""

    queryset = ImportRun.objects.none()
    serializer_class = ImportRunSerializer
    permission_classes = [HasPerm]
    required_perm = "clients.view_imports"
    parser_classes = [MultiPartParser, JSONParser]
    required_perms = {"create": "clients.import_extract", "start": "clients.import_extract"}

    def get_queryset(self) -> QuerySet[ImportRun]:
        runs = ImportRun.objects.visible_to(self.request.user)
        return runs.select_related("branch").prefetch_related("datasets")

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: ImportRunSerializer})
    def create(self, request: Request) -> Response:
        """Upload one ZIP or several files; nothing is imported before `start`."""
        form = UploadForm(self._posted(request), request.FILES, user=request.user)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors.get_json_data())
        run = receive_upload(branch=form.chosen_branch, files=form.cleaned_data["files"], actor=request.user)
        return Response(self.get_serializer(run).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={202: ImportRunSerializer})
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str | None = None) -> Response:
        """Begin the import; a second call finds it begun."""
        run = self.get_object()
        start_import(run=run, actor=request.user)
        run.refresh_from_db()
        return Response(self.get_serializer(run).data, status=status.HTTP_202_ACCEPTED)

    @staticmethod
    def _posted(request: Request) -> dict[str, Any]:
        """The form knows branches by key, the API by code."""
        code = request.data.get("branch", "")
        known = Branch.objects.visible_to(request.user)
        branch = known.filter(code=code).first() if code and "\x00" not in code else None
        return {"branch": branch.pk if branch else ""}
