"""Contests with their results, and the skills of everybody on a day, over the API; the same rules as the pages."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from advisors.api.serializers import (
    ContestResultsSerializer,
    ContestSerializer,
    EvidenceSerializer,
    SkillMatrixSerializer,
)
from advisors.domain.skills import trust_in
from advisors.labels import RESULT_PROBLEMS
from advisors.models import Advisor, Contest
from advisors.queries import active_policy, skill_matrix
from advisors.queries.contests import contest_rows, ranking
from advisors.services.save_contest import ContestChanged, ContestHead, ResultsRefused, head_of, save_contest
from advisors.services.withdraw_contest import withdraw_contest
from advisors.views.asked import branch_of
from branch_crm.core.api import HasPerm


class Changed(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "changed"


class ContestViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet):
    """Contests; POST announces one, `results` enters or corrects what was reached."""

    queryset = Contest.objects.none()
    serializer_class = ContestSerializer
    permission_classes = [HasPerm]
    required_perms = {
        "list": "advisors.view",
        "retrieve": "advisors.view",
        "results": "advisors.view",
        "create": "advisors.record_evidence",
        "enter": "advisors.record_evidence",
        "withdrawal": "advisors.record_evidence",
    }
    filterset_fields = ["kind", "state"]

    def get_queryset(self) -> QuerySet[Contest]:
        return contest_rows(self.request.user)

    def perform_create(self, serializer: serializers.BaseSerializer[Contest]) -> None:
        saved = self._save(ContestHead(**serializer.validated_data), {}, None, None)
        saved.taken_part = 0
        serializer.instance = saved

    @extend_schema(responses=EvidenceSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def results(self, request: Request, pk: str | None = None) -> Response:
        """The results that count, the best first; an advisor gets the own one."""
        return Response(EvidenceSerializer(ranking(self.get_object(), request.user), many=True).data)

    @extend_schema(request=ContestResultsSerializer, responses=ContestSerializer)
    @results.mapping.post
    def enter(self, request: Request, pk: str | None = None) -> Response:
        """Advisors not named keep their results. 409 when the contest was changed since `revision`."""
        contest = self.get_object()
        sent = ContestResultsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        entered = {row["advisor"]: row["figure"] for row in sent.validated_data["results"]}
        self._save(head_of(contest), entered, contest, sent.validated_data["revision"])
        return Response(ContestSerializer(self.get_queryset().get(pk=contest.pk)).data)

    @extend_schema(request=None, responses=ContestSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str | None = None) -> Response:
        """The contest and its results stop counting; they stay on record."""
        withdraw_contest(contest=self.get_object(), actor=request.user)
        return Response(ContestSerializer(self.get_object()).data)

    def _save(
        self, head: ContestHead, entered: dict[int, float | None], contest: Contest | None, revision: int | None
    ) -> Contest:
        try:
            return save_contest(
                branch=contest.branch if contest else branch_of(self.request),
                head=head,
                entered=entered,
                actor=self.request.user,
                contest=contest,
                revision=revision,
            ).contest
        except ContestChanged as changed:
            raise Changed(detail={"revision": changed.contest.revision}) from changed
        except ResultsRefused as refused:
            told = {str(pk): str(RESULT_PROBLEMS[code]) for pk, code in refused.problems.items()}
            raise serializers.ValidationError({"results": told}) from refused
        except DjangoValidationError as error:
            raise serializers.ValidationError(serializers.as_serializer_error(error)) from error


class SkillMatrixViewSet(viewsets.ViewSet):
    """The skills of all advisors the caller may see, as they stood on a day."""

    permission_classes = [HasPerm]
    required_perm = "advisors.view"

    @extend_schema(
        parameters=[OpenApiParameter("on", OpenApiTypes.DATE, description="As of this day; today when left out.")],
        responses=SkillMatrixSerializer,
    )
    def list(self, request: Request) -> Response:
        today = timezone.localdate()
        day = serializers.DateField().run_validation(request.query_params.get("on") or today.isoformat())
        branch = branch_of(request)
        seen = Advisor.objects.visible_to(request.user).filter(branch=branch).order_by("staff_no")
        table = skill_matrix(branch, on=min(day, today), advisor_ids=list(seen.values_list("pk", flat=True)))
        trust = trust_in(table.weight, active_policy(branch, on=table.on).rules)
        scores: list[Any] = [
            [None if np.isnan(score) else round(float(score), 2) for score in row] for row in table.scores
        ]
        answer = {
            "on": table.on,
            "policy_version": table.policy_version,
            "skills": table.skills,
            "advisors": table.advisor_ids,
            "scores": scores,
            "trust": np.round(trust, 3).tolist(),
        }
        return Response(SkillMatrixSerializer(answer).data)
