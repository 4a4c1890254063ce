"""What trying a value policy answers: counts, matrices, sensitivity and named clients."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clients.domain.value.movers import LISTS, is_list
from clients.queries.value_preview import NamedMove, named_moves
from clients.services.preview_value_policy import Preview


def refuse_unknown_list(name: str) -> None:
    """Lists of clients who move are `movers.LISTS` and the cells of the matrices, such as `tier-3-2`."""
    if not is_list(name):
        raise serializers.ValidationError("There is no such list: use " + ", ".join(LISTS) + ", or a cell: tier-3-2.")


class TrialSerializer(serializers.Serializer):
    rules = serializers.DictField()
    show = serializers.CharField(default="most", validators=[refuse_unknown_list])


class RankReasonSerializer(serializers.Serializer):
    code = serializers.CharField()
    before = serializers.FloatField()
    after = serializers.FloatField()
    amount = serializers.FloatField()
    level = serializers.IntegerField()
    component = serializers.CharField()


class RankMoveSerializer(serializers.Serializer):
    """Tiers by figures alone; see `clients/domain/value/movers.py` for the codes of the reasons."""

    client = serializers.IntegerField(source="move.client")
    client_no = serializers.CharField(source="client.client_no")
    name = serializers.CharField(source="client.name")
    rank_before = serializers.IntegerField(source="move.rank_before")
    rank_after = serializers.IntegerField(source="move.rank_after")
    value_before = serializers.FloatField(source="move.value_before")
    value_after = serializers.FloatField(source="move.value_after")
    type_before = serializers.CharField(source="move.type_before")
    type_after = serializers.CharField(source="move.type_after")
    tier_before = serializers.IntegerField(source="move.tier_before")
    tier_after = serializers.IntegerField(source="move.tier_after")
    core_before = serializers.BooleanField(source="move.core_before")
    core_after = serializers.BooleanField(source="move.core_after")
    reasons = RankReasonSerializer(source="move.reasons", many=True)


class TierEffectSerializer(serializers.Serializer):
    is_first = serializers.BooleanField()
    rises = serializers.IntegerField()
    falls = serializers.IntegerField()
    waiting = serializers.IntegerField()
    endangered = serializers.IntegerField()


class ComparisonSerializer(serializers.Serializer):
    """`types` and `tiers`: from (row) to (column), in the order commission, product, asset, balanced and of tiers 1 to 5."""

    clients = serializers.IntegerField()
    types = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    tiers = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    core_before = serializers.IntegerField()
    core_after = serializers.IntegerField()
    entered = serializers.IntegerField()
    left = serializers.IntegerField()
    line_before = serializers.FloatField()
    line_after = serializers.FloatField()
    agreement = serializers.FloatField()
    effect = TierEffectSerializer()


class ShiftSerializer(serializers.Serializer):
    component = serializers.CharField()
    shift = serializers.FloatField()
    correlation = serializers.FloatField()
    overlap = serializers.FloatField()
    is_stable = serializers.BooleanField()


class PreviewSerializer(serializers.Serializer):
    """`against` is the number of the version compared with; `moves` are the first of the `total` clients of the list."""

    as_of = serializers.DateField()
    against = serializers.IntegerField(source="against.version")
    comparison = ComparisonSerializer()
    shifts = ShiftSerializer(many=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    show = serializers.CharField()
    total = serializers.IntegerField()
    moves = serializers.SerializerMethodField()

    @extend_schema_field(RankMoveSerializer(many=True))
    def get_moves(self, preview: Preview) -> Any:
        named: list[NamedMove] = named_moves(preview.moves, self.context["request"].user)
        return RankMoveSerializer(named, many=True).data


class ReplaySerializer(serializers.Serializer):
    """`differing`: clients whose stored outcome and that of the same rule run again differ; 0 when the inputs are the same."""

    run = serializers.IntegerField(source="run.pk")
    same_inputs = serializers.BooleanField()
    differing = serializers.IntegerField()
    predecessor_gone = serializers.BooleanField()
    clients_now = serializers.IntegerField()
    preview = PreviewSerializer()
