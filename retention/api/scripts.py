"""Scripts and reasons over the API: read, written as drafts, handed to compliance, decided on; the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, KeysetPagination, NewestFirst
from clients.models.persona import Persona
from clients.models.value import Tier
from retention.api.requests import refuse
from retention.models import Reason, Script, ScriptVersion
from retention.queries.script_reasons import reasons_for
from retention.services.approve_script import approve_script, return_script
from retention.services.errors import RetentionError
from retention.services.propose_script import propose_script
from retention.services.retire_script import retire_script
from retention.services.save_reason import FIELDS, save_reason
from retention.services.write_script import write_script, write_version

PARTS_HELP = "zh and en -> opening, questions, facts, offer, close, must_say, never_say; one line for each thing said"


class ReasonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Reason
        fields = ["id", "code", "parent", *FIELDS]
        read_only_fields = fields


class ReasonWriteSerializer(serializers.ModelSerializer):
    """`code` and `parent` are chosen once, when it is added."""

    parent = serializers.SlugRelatedField(
        slug_field="code", queryset=Reason.objects.none(), default=None, allow_null=True
    )

    class Meta:
        model = Reason
        fields = ["code", "parent", *FIELDS]

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        fields["parent"].queryset = Reason.objects.visible_to(self.context["request"].user).filter(parent__isnull=True)
        return fields


class ReasonViewSet(viewsets.ReadOnlyModelViewSet):
    """Why clients leave, on two levels: the firm's list and the branch's own."""

    queryset = Reason.objects.none()
    serializer_class = ReasonSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_console"
    required_perms = {"create": "retention.edit_reasons"}
    filterset_fields = ["code", "is_active"]
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[Reason]:
        return Reason.objects.visible_to(self.request.user)

    @extend_schema(request=ReasonWriteSerializer, responses={201: ReasonSerializer})
    def create(self, request: Request) -> Response:
        """One of the branch's own."""
        if request.user.branch is None:
            raise Http404
        given = ReasonWriteSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        saved = _done(lambda: save_reason(branch=request.user.branch, actor=request.user, **given.validated_data))
        return Response(self.get_serializer(saved).data, status=201)


class ScriptVersionSerializer(serializers.ModelSerializer):
    """`flagged`: forbidden wording found at saving."""

    body = serializers.DictField(help_text=PARTS_HELP)
    flagged = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = ScriptVersion
        fields = ["id", "script", "version", "body", "flagged", "state", "written_at", "decision_note", "expires_on"]
        read_only_fields = fields


class ScriptSerializer(serializers.ModelSerializer):
    reason = serializers.CharField(source="reason.code")
    versions = ScriptVersionSerializer(many=True)

    class Meta:
        model = Script
        fields = ["id", "reason", "title_zh", "title_en", "tiers", "personas", "is_active", "versions"]
        read_only_fields = fields


class ScriptWriteSerializer(serializers.Serializer):
    """A script with its first draft."""

    reason = serializers.SlugRelatedField(slug_field="code", queryset=Reason.objects.none())
    title_zh = serializers.CharField(max_length=80)
    title_en = serializers.CharField(max_length=80)
    tiers = serializers.ListField(child=serializers.ChoiceField(choices=Tier.values), default=list)
    personas = serializers.ListField(
        child=serializers.ChoiceField(choices=[code for code in Persona.values if len(code) == 2]), default=list
    )
    body = serializers.DictField(help_text=PARTS_HELP)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        fields["reason"].queryset = reasons_for(self.context["request"].user).filter(is_active=True)
        return fields


class ScriptTextSerializer(serializers.Serializer):
    body = serializers.DictField(help_text=PARTS_HELP)


class ScriptViewSet(viewsets.ReadOnlyModelViewSet):
    """What may be said, with its versions."""

    queryset = Script.objects.none()
    serializer_class = ScriptSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_scripts"
    required_perms = {"create": "retention.write_scripts", "text": "retention.write_scripts"}
    filterset_fields = ["reason__code", "is_active"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Script]:
        scripts = Script.objects.visible_to(self.request.user)
        return scripts.select_related("reason", "branch").prefetch_related("versions")

    @extend_schema(request=ScriptWriteSerializer, responses={201: ScriptVersionSerializer})
    def create(self, request: Request) -> Response:
        """400 at the field that is wrong. By compliance of the firm: a script of the firm, which every branch uses."""
        given = ScriptWriteSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        saved = _done(lambda: write_script(branch=request.user.branch, actor=request.user, **given.validated_data))
        return Response(ScriptVersionSerializer(saved).data, status=201)

    @extend_schema(request=ScriptTextSerializer, responses=ScriptVersionSerializer)
    @action(detail=True, methods=["post"])
    def text(self, request: Request, pk: str) -> Response:
        """The draft with this text: the present one changed, or the next version of what is approved."""
        script = self.get_object()
        given = ScriptTextSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        saved = _done(lambda: write_version(script=script, body=given.validated_data["body"], actor=request.user))
        return Response(ScriptVersionSerializer(saved).data)


class ScriptApprovalSerializer(serializers.Serializer):
    until = serializers.DateField()
    note = serializers.CharField(max_length=300, default="", allow_blank=True)


class ScriptReturnSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=300)


class ScriptVersionViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A version on its way: to compliance, approved or returned, out of use."""

    queryset = ScriptVersion.objects.none()
    serializer_class = ScriptVersionSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_scripts"
    required_perms = {
        "proposal": "retention.write_scripts",
        "approval": "retention.approve_scripts",
        "returning": "retention.approve_scripts",
        "retirement": "retention.retire_scripts",
    }

    def get_queryset(self) -> QuerySet[ScriptVersion]:
        return ScriptVersion.objects.visible_to(self.request.user).select_related("script", "script__branch")

    @extend_schema(request=None, responses=ScriptVersionSerializer)
    @action(detail=True, methods=["post"])
    def proposal(self, request: Request, pk: str) -> Response:
        return self._do(propose_script)

    @extend_schema(request=ScriptApprovalSerializer, responses=ScriptVersionSerializer)
    @action(detail=True, methods=["post"])
    def approval(self, request: Request, pk: str) -> Response:
        """By compliance, and not by who wrote it."""
        return self._do(approve_script, ScriptApprovalSerializer(data=request.data))

    @extend_schema(request=ScriptReturnSerializer, responses=ScriptVersionSerializer)
    @action(detail=True, methods=["post"])
    def returning(self, request: Request, pk: str) -> Response:
        return self._do(return_script, ScriptReturnSerializer(data=request.data))

    @extend_schema(request=None, responses=ScriptVersionSerializer)
    @action(detail=True, methods=["post"])
    def retirement(self, request: Request, pk: str) -> Response:
        return self._do(retire_script)

    def _do(self, deed: Callable[..., ScriptVersion], given: serializers.Serializer | None = None) -> Response:
        version = self.get_object()
        if given is not None:
            given.is_valid(raise_exception=True)
        fields = given.validated_data if given is not None else {}
        return Response(
            self.get_serializer(_done(lambda: deed(version=version, actor=self.request.user, **fields))).data
        )


def _done(deed: Callable[[], Any]) -> Any:
    """Refusals of a service as answers of the API."""
    try:
        return deed()
    except RetentionError as error:
        raise refuse(error) from error
