"""Offers over the API: made out of the approved table, approved by the director, answered by the client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from retention.api.requests import refuse
from retention.models import Offer, RetentionCase
from retention.services.answer_offer import answer_offer, decide_offer
from retention.services.errors import RetentionError
from retention.services.make_offer import make_offer


class OfferSerializer(serializers.ModelSerializer):
    """`concession`: code of the policy's table; `terms`: {"rate": share of traded value} for a lower rate. Money in 元 a year."""

    terms = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Offer
        fields = [
            "id", "case", "concession", "terms", "yearly_cost", "yearly_revenue", "state", "made_by", "made_at",
            "approved_by", "approved_at", "answered_at",
        ]  # fmt: skip
        read_only_fields = fields


class OwnCase(serializers.PrimaryKeyRelatedField):
    """Only cases the caller may see can be named."""

    def get_queryset(self) -> QuerySet[RetentionCase]:
        return RetentionCase.objects.visible_to(self.context["request"].user)


class MakeOfferSerializer(serializers.Serializer):
    """`rate` as a share of traded value, e.g. 0.00018; left out, the table's lowest."""

    case = OwnCase(queryset=RetentionCase.objects.none())
    concession = serializers.CharField(max_length=40)
    rate = serializers.DecimalField(
        max_digits=8, decimal_places=6, min_value=0, max_value=1, default=None, allow_null=True
    )


class OfferApprovalSerializer(serializers.Serializer):
    approved = serializers.BooleanField()


class ClientAnswerSerializer(serializers.Serializer):
    accepted = serializers.BooleanField()


class OfferViewSet(viewsets.ReadOnlyModelViewSet):
    """What was offered in the cases that the caller sees, with its price beside what the client brings."""

    queryset = Offer.objects.none()
    serializer_class = OfferSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_cases"
    required_perms = {
        "create": "retention.work_on_case",
        "answer": "retention.work_on_case",
        "approval": "retention.approve_offer",
    }
    filterset_fields = ["case", "state", "concession"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Offer]:
        return Offer.objects.visible_to(self.request.user)

    @extend_schema(request=MakeOfferSerializer, responses={201: OfferSerializer})
    def create(self, request: Request) -> Response:
        """400 for what is not in the approved table. Below the desk's authority it waits for the director."""
        return self._do(make_offer, status=201, **self._read(MakeOfferSerializer))

    @extend_schema(request=OfferApprovalSerializer, responses=OfferSerializer)
    @action(detail=True, methods=["post"])
    def approval(self, request: Request, pk: str) -> Response:
        """The director's word on an offer that waits for it."""
        return self._do(decide_offer, offer=self.get_object(), **self._read(OfferApprovalSerializer))

    @extend_schema(request=ClientAnswerSerializer, responses=OfferSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """The client's word on an offer that was made."""
        return self._do(answer_offer, offer=self.get_object(), **self._read(ClientAnswerSerializer))

    def _read(self, kind: type[serializers.Serializer]) -> dict[str, Any]:
        given = kind(data=self.request.data, context={"request": self.request})
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def _do(self, deed: Callable[..., Offer], status: int = 200, **given: Any) -> Response:
        try:
            offer = deed(actor=self.request.user, **given)
        except RetentionError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(offer).data, status=status)
