"""Personas, questionnaires, judgements and profiles over the API; the same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm
from clients.models import Client, ClientBehaviour, ClientProfile, PersonaOverride, PersonaPolicy, QuestionnaireAnswer
from clients.services.override_persona import override_persona, withdraw_override
from clients.services.record_questionnaire import record_questionnaire
from clients.services.save_client_profile import ProfileChanged, save_client_profile, version_of


class VisibleClient(serializers.PrimaryKeyRelatedField):
    """Only clients the caller may see can be named; others do not exist."""

    def get_queryset(self) -> QuerySet[Client]:
        return Client.objects.visible_to(self.context["request"].user).select_related("branch")


def refusal(error: DjangoValidationError) -> serializers.ValidationError:
    return serializers.ValidationError(serializers.as_serializer_error(error))


class PersonaSerializer(serializers.ModelSerializer):
    """Confidences run 0-1; `evidence` maps each figure to [value, place in the branch 0-1]."""

    as_of = serializers.DateField(source="run.as_of", read_only=True)
    policy = serializers.IntegerField(source="run.policy.version", read_only=True)

    class Meta:
        model = ClientBehaviour
        fields = [
            "id", "client", "as_of", "policy", "persona", "confidence", "stated", "observed", "observed_confidence",
            "needs_talk", "evidence",
        ]  # fmt: skip


class PersonaViewSet(viewsets.ReadOnlyModelViewSet):
    """Personas of the current run."""

    queryset = ClientBehaviour.objects.none()
    serializer_class = PersonaSerializer
    permission_classes = [HasPerm]
    required_perm = "clients.view_book"
    filterset_fields = ["client", "persona", "observed", "stated", "needs_talk"]

    def get_queryset(self) -> QuerySet[ClientBehaviour]:
        rows = ClientBehaviour.objects.visible_to(self.request.user).filter(run__is_current=True)
        return rows.select_related("run__policy")


class QuestionnaireSerializer(serializers.ModelSerializer):
    """`answers`: Q1 to Q13, 1-5 (Q3: 1-4)."""

    client = VisibleClient(queryset=Client.objects.none())
    answers = serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=5))

    class Meta:
        model = QuestionnaireAnswer
        fields = ["id", "client", "answered_on", "answers", "persona", "confidence", "result"]
        read_only_fields = ["answered_on", "persona", "confidence", "result"]

    def create(self, validated_data: dict[str, Any]) -> QuestionnaireAnswer:
        actor = self.context["request"].user
        try:
            return record_questionnaire(answered_on=timezone.localdate(), actor=actor, **validated_data)
        except DjangoValidationError as error:
            raise refusal(error) from error


class QuestionnaireViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet):
    """Filled-in questionnaires, raw answers included."""

    queryset = QuestionnaireAnswer.objects.none()
    serializer_class = QuestionnaireSerializer
    permission_classes = [HasPerm]
    required_perms = {"list": "clients.view_book", "retrieve": "clients.view_book", "create": "clients.question"}
    filterset_fields = ["client"]

    def get_queryset(self) -> QuerySet[QuestionnaireAnswer]:
        return QuestionnaireAnswer.objects.visible_to(self.request.user)


class OverrideSerializer(serializers.ModelSerializer):
    client = VisibleClient(queryset=Client.objects.none())

    class Meta:
        model = PersonaOverride
        fields = ["id", "client", "persona", "reason", "until", "made_at", "withdrawn_at"]
        read_only_fields = ["made_at", "withdrawn_at"]

    def create(self, validated_data: dict[str, Any]) -> PersonaOverride:
        actor = self.context["request"].user
        try:
            return override_persona(on=timezone.localdate(), actor=actor, **validated_data)
        except DjangoValidationError as error:
            raise refusal(error) from error


class OverrideViewSet(mixins.CreateModelMixin, mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet):
    """Judgements above the computed persona. DELETE takes one back; it stays on record."""

    queryset = PersonaOverride.objects.none()
    serializer_class = OverrideSerializer
    permission_classes = [HasPerm]
    required_perms = {
        "list": "clients.view_book",
        "retrieve": "clients.view_book",
        "create": "clients.override_persona",
        "destroy": "clients.override_persona",
    }
    filterset_fields = ["client"]

    def get_queryset(self) -> QuerySet[PersonaOverride]:
        return PersonaOverride.objects.visible_to(self.request.user)

    def perform_destroy(self, instance: PersonaOverride) -> None:
        withdraw_override(override=instance, on=timezone.localdate(), actor=self.request.user)


class ProfileSerializer(serializers.ModelSerializer):
    """`version` must be sent back with a change; "new" where there is no profile yet."""

    version = serializers.SerializerMethodField()
    distribution = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=100), required=False, help_text="per cent by part"
    )
    wished_skills = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    wanted_kinds = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=40, help_text="empty = any kind"
    )

    class Meta:
        model = ClientProfile
        fields = [
            "client", "version", "experience_years", "experience_note", "wealth_source", "main_investments",
            "distribution", "wishes", "goal_return_note", "liquidity_need", "liquidity_note", "wanted_kinds",
            "wished_skills", "preferred_channel", "marketing_opt_out", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["client", "updated_at"]

    def get_version(self, profile: ClientProfile) -> str:
        return version_of(profile)


class ProfileChangeSerializer(ProfileSerializer):
    version = serializers.CharField(write_only=True)


class ProfileViewSet(viewsets.ReadOnlyModelViewSet):
    """Profiles, addressed by the client's id."""

    queryset = ClientProfile.objects.none()
    serializer_class = ProfileSerializer
    permission_classes = [HasPerm]
    required_perms = {
        "list": "clients.view_book",
        "retrieve": "clients.view_book",
        "change": "clients.edit_profile",
    }
    lookup_field = "client_id"
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[ClientProfile]:
        return ClientProfile.objects.visible_to(self.request.user)

    @extend_schema(
        request=ProfileChangeSerializer,
        responses={200: ProfileSerializer, 409: ProfileSerializer},
        description="Save fields of a profile. 409 with the profile as it stands when somebody saved it meanwhile.",
    )
    @action(detail=True, methods=["post"], url_path="change")
    def change(self, request: Request, client_id: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(request.user).select_related("branch"), pk=client_id)
        sent = ProfileChangeSerializer(data=request.data, partial=True, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        seen = values.pop("version", "")
        try:
            profile = save_client_profile(client=client, values=values, seen=seen, actor=request.user)
        except ProfileChanged as error:
            return Response(ProfileSerializer(error.current).data, status=status.HTTP_409_CONFLICT)
        except DjangoValidationError as error:
            raise refusal(error) from error
        return Response(ProfileSerializer(profile).data)


class PersonaPolicySerializer(serializers.ModelSerializer):
    class Meta:
        model = PersonaPolicy
        fields = ["id", "version", "valid_from", "note", "rules"]


class PersonaPolicyViewSet(viewsets.ReadOnlyModelViewSet):
    """Versions of the persona rule: the branch's own and the firm's."""

    queryset = PersonaPolicy.objects.none()
    serializer_class = PersonaPolicySerializer
    permission_classes = [HasPerm]
    required_perm = "clients.view_book"

    def get_queryset(self) -> QuerySet[PersonaPolicy]:
        return PersonaPolicy.objects.visible_to(self.request.user)
