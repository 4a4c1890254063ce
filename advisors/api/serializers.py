"""What the API shows of advisors."""

from rest_framework import serializers

from advisors.models import Advisor, Contest, Leave, SkillEvidence


class AdvisorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Advisor
        fields = [
            "id", "staff_no", "name", "position", "licence", "licence_no", "licence_until", "joined", "left",
            "monthly_hours", "interests", "wish",
        ]  # fmt: skip
        read_only_fields = fields


class SkillSerializer(serializers.Serializer):
    """One skill as it stands on a day; `score` null = not enough evidence."""

    skill = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField()
    evidence = serializers.ListField(child=serializers.IntegerField(), source="evidence_ids")


class LeaveSerializer(serializers.ModelSerializer):
    class Meta:
        model = Leave
        fields = ["id", "advisor", "starts", "ends", "reason"]


class EvidenceSerializer(serializers.ModelSerializer):
    class Meta:
        model = SkillEvidence
        fields = [
            "id", "advisor", "contest", "kind", "event", "held_on", "figure", "score", "place", "participants", "skills",
            "note", "withdrawn_at", "corrects",
        ]  # fmt: skip
        read_only_fields = ["contest", "figure", "withdrawn_at", "corrects"]
        extra_kwargs = {"score": {"required": False}}
        # Posting a result again corrects it: uniqueness is the service's business.
        validators: list[object] = []


class ContestSerializer(serializers.ModelSerializer):
    """`taken_part`: results that count. `revision` is sent back with new results, so that nobody overwrites unseen changes."""

    taken_part = serializers.IntegerField(read_only=True)

    class Meta:
        model = Contest
        fields = [
            "id", "name", "kind", "level", "held_on", "scoring", "full_marks", "field_size", "skills", "note", "state",
            "revision", "taken_part",
        ]  # fmt: skip
        read_only_fields = ["state", "revision"]
        validators: list[object] = []


class ContestResultSerializer(serializers.Serializer):
    """One result of a contest; `figure` null takes it out."""

    advisor = serializers.IntegerField()
    figure = serializers.FloatField(allow_null=True)


class ContestResultsSerializer(serializers.Serializer):
    revision = serializers.IntegerField()
    results = ContestResultSerializer(many=True)


class SkillMatrixSerializer(serializers.Serializer):
    """`scores` and `trust`: one row an advisor, one column a skill; null = not enough evidence, trust 0 to 1."""

    on = serializers.DateField()
    policy_version = serializers.IntegerField()
    skills = serializers.ListField(child=serializers.CharField())
    advisors = serializers.ListField(child=serializers.IntegerField())
    scores = serializers.ListField(child=serializers.ListField(child=serializers.FloatField(allow_null=True)))
    trust = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
