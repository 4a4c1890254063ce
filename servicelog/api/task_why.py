"""Why a task was raised, over the API: the same sentence and facts as its page."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from branch_crm.core.api import HasPerm
from servicelog.models import MotTask
from servicelog.wording import why_now
from servicelog.wording_facts import fact_rows


class FactSerializer(serializers.Serializer):
    """`href`: the page of the facts behind the figure; "" where there is none."""

    label = serializers.CharField()
    value = serializers.CharField()
    href = serializers.CharField()


class TaskWhySerializer(serializers.Serializer):
    """`rule`: the moment as the policy of that night asked it, with limit and cooldown in trading days."""

    kind = serializers.CharField()
    why = serializers.CharField()
    facts = FactSerializer(many=True)
    policy_version = serializers.IntegerField()
    rule = serializers.DictField()


class TaskWhyView(APIView):
    """Everybody who sees the client and the day's tasks."""

    permission_classes = [HasPerm]
    required_perm = "servicelog.view_today"

    @extend_schema(responses=TaskWhySerializer)
    def get(self, request: Request, pk: int) -> Response:
        tasks = MotTask.objects.visible_to(request.user).select_related("policy")
        task = get_object_or_404(tasks, pk=pk)
        answer = {
            "kind": task.kind,
            "why": why_now(task),
            "facts": fact_rows(task),
            "policy_version": task.policy.version,
            "rule": task.policy.rules.get("triggers", {}).get(task.kind, {}),
        }
        return Response(TaskWhySerializer(answer).data)
