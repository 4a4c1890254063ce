"""Shapes of the book's API. Personal data is masked here as on the pages; only a reveal gives one field in plain."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from advisors.models import Advisor
from clients.columns import COLUMNS
from clients.filters import ClientFilter, clean_query
from clients.models import Client, ClientFigures, ExportRequest, Reveal, SavedView
from clients.queries.book import SORTS
from clients.templatetags.client_text import masked_value

ORDERS = sorted(f"{sign}{name}" for name in SORTS for sign in ("", "-"))


class FiguresSerializer(serializers.ModelSerializer[ClientFigures]):
    class Meta:
        model = ClientFigures
        exclude = ["client", "branch"]


class AdvisorNameSerializer(serializers.ModelSerializer[Advisor]):
    class Meta:
        model = Advisor
        fields = ["id", "staff_no", "name"]


class ClientSerializer(serializers.ModelSerializer[Client]):
    figures = FiguresSerializer(read_only=True)
    advisor = AdvisorNameSerializer(read_only=True, allow_null=True)
    phone = serializers.CharField(source="phone_masked", read_only=True)
    id_no = serializers.SerializerMethodField()
    birthday = serializers.SerializerMethodField()

    class Meta:
        model = Client
        fields = [
            *("id", "client_no", "name", "fund_accounts", "is_institution", "status", "phone", "id_no", "birthday"),
            *("opened_on", "risk_level", "risk_valid_until", "investor_class", "advisor", "figures"),
            *("has_margin", "has_options", "has_chinext", "has_star", "has_bse"),
        ]

    def get_id_no(self, client: Client) -> str:
        return masked_value(client, Reveal.Field.ID_NO)

    def get_birthday(self, client: Client) -> str | None:
        """Month and day only: with the year an ID number could be put together."""
        return f"{client.birth_date:%m-%d}" if client.birth_date else None


class RevealSerializer(serializers.Serializer[Any]):
    field = serializers.ChoiceField(choices=Reveal.Field.choices)
    purpose = serializers.ChoiceField(choices=Reveal.Purpose.choices)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["purpose"] == Reveal.Purpose.COMPLIANCE and not attrs["note"]:
            raise serializers.ValidationError({"note": "Say which check it is."})
        return attrs


class RevealedSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    until = serializers.DateTimeField()


class QueryField(serializers.DictField):
    """A filter as the list's address spells it: parameter -> values."""

    child = serializers.ListField(child=serializers.CharField(max_length=60), max_length=20)

    def to_internal_value(self, data: Any) -> dict[str, list[str]]:
        given: dict[str, list[str]] = super().to_internal_value(data)
        unknown = sorted(set(given) - set(ClientFilter.base_filters))
        if unknown:
            raise serializers.ValidationError(f"No such filter: {', '.join(unknown)}.")
        return clean_query(given)


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    filter = QueryField(source="query.filter", required=False, default=dict)
    sort = serializers.ChoiceField(choices=ORDERS, source="query.sort", required=False, default="-value")
    columns = serializers.ListField(
        child=serializers.ChoiceField(choices=list(COLUMNS)), required=False, default=list, max_length=len(COLUMNS)
    )
    owner = serializers.CharField(source="owner.name", read_only=True)
    mine = serializers.SerializerMethodField()

    class Meta:
        model = SavedView
        fields = ["id", "name", "filter", "sort", "columns", "is_shared", "owner", "mine"]

    def get_mine(self, view: SavedView) -> bool:
        return view.owner_id == self.context["request"].user.pk

    def validate_is_shared(self, is_shared: bool) -> bool:
        if is_shared and not self.context["request"].user.has_perm("clients.share_view"):
            raise serializers.ValidationError("Only the market director's desk shares views.")
        return is_shared

    def validate_name(self, name: str) -> str:
        user = self.context["request"].user
        taken = SavedView.objects.visible_to(user).filter(owner=user, name=name)
        if taken.exclude(pk=self.instance.pk if self.instance else None).exists():
            raise serializers.ValidationError("Another view of yours has this name.")
        return name


class ExportSerializer(serializers.ModelSerializer[ExportRequest]):
    filter = QueryField(source="query.filter", required=False, default=dict)
    sort = serializers.ChoiceField(choices=ORDERS, source="query.sort", required=False, default="-value")
    columns = serializers.ListField(
        child=serializers.ChoiceField(choices=list(COLUMNS)), required=False, default=list, max_length=len(COLUMNS)
    )
    format = serializers.ChoiceField(choices=["xlsx", "csv"], required=False, default="xlsx")
    purpose = serializers.CharField(min_length=4, max_length=200)
    by = serializers.CharField(source="by.name", read_only=True)
    is_ready = serializers.SerializerMethodField()

    class Meta:
        model = ExportRequest
        fields = [
            *("id", "purpose", "filter", "sort", "columns", "format"),
            *("at", "by", "rows", "file_hash", "is_ready"),
        ]
        read_only_fields = ["rows", "file_hash"]

    def get_is_ready(self, export: ExportRequest) -> bool:
        return bool(export.file_hash)
