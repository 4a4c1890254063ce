"""Notice periods, objections and self-nominations over the API: an advisor's own, the director's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from advisors.models import Advisor, SkillEvidence
from allocation.api.serializers import OwnBranchAdvisor
from allocation.api.views import refuse
from allocation.models import Bid, Notice, Objection, Plan
from allocation.queries.my_notice import ARRIVING, LEAVING, OwnMove, page_of_own
from allocation.services.answer_notice import answer_bid, answer_objection
from allocation.services.close_notice import close_notice
from allocation.services.errors import AllocationError
from allocation.services.open_notice import LONGEST, open_notice
from allocation.services.place_bid import place_bid
from allocation.services.raise_objection import raise_objection
from allocation.services.take_back import take_back
from branch_crm.core.api import HasPerm, NewestFirst
from branch_crm.core.templatetags.badges import PERSONAS
from clients.models.value import ValueType


class VisiblePlan(serializers.PrimaryKeyRelatedField):
    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.context["request"].user)


class VisibleNotice(serializers.PrimaryKeyRelatedField):
    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(self.context["request"].user)


class OwnEvidence(serializers.PrimaryKeyRelatedField):
    def get_queryset(self) -> QuerySet[SkillEvidence]:
        return SkillEvidence.objects.visible_to(self.context["request"].user)


class NoticeSerializer(serializers.ModelSerializer):
    running = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["id", "plan", "starts", "ends", "note", "running", "opened_at", "closed_at", "closed_why"]
        read_only_fields = fields

    def get_running(self, notice: Notice) -> bool:
        return notice.is_running(timezone.localdate())


class OpeningSerializer(serializers.Serializer):
    plan = VisiblePlan(queryset=Plan.objects.none())
    trading_days = serializers.IntegerField(min_value=1, max_value=LONGEST)
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class ClosingSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class ObjectionSerializer(serializers.ModelSerializer):
    """`before` and `proposed` are the move as it stood when the objection was raised."""

    class Meta:
        model = Objection
        fields = [
            "id", "notice", "advisor", "client", "before", "proposed", "ground", "text", "made_at", "answer", "answer_text",
            "answered_at",
        ]  # fmt: skip
        read_only_fields = fields


class RaisingSerializer(serializers.Serializer):
    """`move`: one of the caller's own moves, as `notices/<id>/moves/` lists them."""

    notice = VisibleNotice(queryset=Notice.objects.none())
    move = serializers.IntegerField(min_value=1)
    ground = serializers.ChoiceField(choices=Objection.Ground.choices)
    text = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class BidSerializer(serializers.ModelSerializer):
    class Meta:
        model = Bid
        fields = [
            "id", "notice", "advisor", "client_no", "segment", "evidence", "text", "made_at", "answer", "answer_text",
            "answered_at",
        ]  # fmt: skip
        read_only_fields = fields


class SegmentSerializer(serializers.Serializer):
    """A kind of clients, narrowed by what is given."""

    tier_from = serializers.IntegerField(min_value=1, max_value=5, required=False)
    tier_to = serializers.IntegerField(min_value=1, max_value=5, required=False)
    types = serializers.MultipleChoiceField(choices=ValueType.choices, required=False)
    personas = serializers.MultipleChoiceField(choices=list(PERSONAS.items()), required=False)
    core_only = serializers.BooleanField(required=False)


class BiddingSerializer(serializers.Serializer):
    """Either `client_no` or `segment`."""

    notice = VisibleNotice(queryset=Notice.objects.none())
    client_no = serializers.CharField(max_length=32, required=False, default="", allow_blank=True)
    segment = SegmentSerializer(required=False)
    evidence = OwnEvidence(queryset=SkillEvidence.objects.none(), many=True, required=False, default=list)
    text = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class AnswerSerializer(serializers.Serializer):
    """`revision`: the plan's revision the caller has seen. `redirect_to` only with a granted objection to a gain."""

    granted = serializers.BooleanField()
    revision = serializers.IntegerField(min_value=0)
    text = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    redirect_to = OwnBranchAdvisor(queryset=Advisor.objects.none(), required=False, allow_null=True, default=None)


class NoticeApi(viewsets.ReadOnlyModelViewSet):
    """What the three have in common: who reads, and a service's refusal as an answer."""

    permission_classes = [HasPerm]
    required_perm = "allocation.view_notices"
    pagination_class = NewestFirst

    def _data(self, kind: type[serializers.Serializer], request: Request) -> dict[str, Any]:
        serializer = kind(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _done(self, service: Callable[..., Any], status: int = 200, **what: Any) -> Response:
        try:
            row = service(actor=self.request.user, **what)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(row).data, status=status)

    def _me(self) -> Advisor:
        """The caller's advisor profile; without one he takes no part."""
        profiles = Advisor.objects.visible_to(self.request.user)
        return get_object_or_404(profiles, account=self.request.user)


class NoticeViewSet(NoticeApi):
    """Plans that lie or lay open: all for those who read plans, those that touch him for an advisor."""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer
    required_perms = {
        "create": "allocation.open_notice",
        "closing": "allocation.open_notice",
        "moves": "allocation.take_part",
    }
    filterset_fields = ["plan"]

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(self.request.user).select_related("plan")

    @extend_schema(request=OpeningSerializer, responses={201: NoticeSerializer})
    def create(self, request: Request) -> Response:
        """Open a proposal to the advisors it touches. 409 while it lies open already."""
        return self._done(open_notice, 201, **self._data(OpeningSerializer, request))

    @extend_schema(request=ClosingSerializer, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def closing(self, request: Request, pk: str | None = None) -> Response:
        """Close it before its last day; needs a reason."""
        return self._done(close_notice, notice=self.get_object(), **self._data(ClosingSerializer, request))

    @extend_schema(responses=OpenApiTypes.OBJECT, filters=False)
    @action(detail=True, pagination_class=None)
    def moves(self, request: Request, pk: str | None = None) -> Response:
        """The caller's own moves: `?side=leaving` or `arriving`, paged by `after`. A client who may arrive has no number."""
        notice, me = self.get_object(), self._me()
        side = ARRIVING if request.query_params.get("side") == ARRIVING else LEAVING
        page = page_of_own(notice, me, side, request.query_params.get("after", ""))
        return Response({"side": side, "moves": [_own_move(move) for move in page.moves], "after": page.after})


def _own_move(move: OwnMove) -> dict[str, Any]:
    line = move.line
    return {
        "move": line.pk,
        "client": line.client_id if move.serves else None,
        "tier": line.tier,
        "value_type": line.value_type,
        "persona": line.persona,
        "from": line.before_id,
        "to": line.after_id if move.outcome != "elsewhere" else None,
        "reason": line.reason,
        "outcome": move.outcome,
        "objection": move.objection.pk if move.objection else None,
    }


class ObjectionViewSet(NoticeApi):
    """Objections: an advisor's own; all of the branch for those who read plans. Answered by the director."""

    queryset = Objection.objects.none()
    serializer_class = ObjectionSerializer
    required_perms = {
        "create": "allocation.take_part",
        "withdrawal": "allocation.take_part",
        "answer": "allocation.answer_notice",
    }
    filterset_fields = ["notice", "answer", "ground"]

    def get_queryset(self) -> QuerySet[Objection]:
        return Objection.objects.visible_to(self.request.user).select_related("notice")

    @extend_schema(request=RaisingSerializer, responses={201: ObjectionSerializer})
    def create(self, request: Request) -> Response:
        """Object to an own move. 409 after the end of the notice, or when there is an objection to it already."""
        data = self._data(RaisingSerializer, request)
        data["line_id"] = data.pop("move")
        return self._done(raise_objection, 201, advisor=self._me(), **data)

    @extend_schema(request=None, responses=ObjectionSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str | None = None) -> Response:
        """Take an own objection back while it waits."""
        return self._done(take_back, put=self.get_object())

    @extend_schema(request=AnswerSerializer, responses=ObjectionSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Grant or decline. 409 when somebody answered already, or decided the move after the revision seen."""
        objection = self.get_object()
        data = self._data(AnswerSerializer, request)
        data["seen_revision"] = data.pop("revision")
        return self._done(answer_objection, objection=objection, **data)


class BidViewSet(NoticeApi):
    """Self-nominations: an advisor's own; all of the branch for those who read plans. Answered by the director."""

    queryset = Bid.objects.none()
    serializer_class = BidSerializer
    required_perms = ObjectionViewSet.required_perms
    filterset_fields = ["notice", "answer"]

    def get_queryset(self) -> QuerySet[Bid]:
        return Bid.objects.visible_to(self.request.user).select_related("notice").prefetch_related("evidence")

    @extend_schema(request=BiddingSerializer, responses={201: BidSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a client or a segment. The answer is the same whether the client exists or not."""
        data = self._data(BiddingSerializer, request)
        data["evidence_ids"] = [row.pk for row in data.pop("evidence")]
        wanted = data.pop("segment", {})
        data["segment"] = {name: sorted(part) if isinstance(part, set) else part for name, part in wanted.items()}
        return self._done(place_bid, 201, advisor=self._me(), **data)

    @extend_schema(request=None, responses=BidSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str | None = None) -> Response:
        """Take an own self-nomination back while it waits."""
        return self._done(take_back, put=self.get_object())

    @extend_schema(request=AnswerSerializer, responses=BidSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Grant or decline. A granted bid for a client redirects the move; 400 names the hard rule that forbids it."""
        bid = self.get_object()
        data = self._data(AnswerSerializer, request)
        data.pop("redirect_to")
        data["seen_revision"] = data.pop("revision")
        return self._done(answer_bid, bid=bid, **data)
