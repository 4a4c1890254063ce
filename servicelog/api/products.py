"""Products, what fits whom, and recommendations over the API; the same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from branch_crm.core.models import Staff
from clients.list_state import as_number
from clients.models import Client, Product
from servicelog.models import Recommendation
from servicelog.product_filter import ProductFilter
from servicelog.queries.fits import Match, matcher, read_key, write_key
from servicelog.services.errors import ServiceLogError, Unsuitable
from servicelog.services.recommend import assess_for, recommend, record_refused_attempt
from servicelog.services.service_policies import service_rules
from servicelog.wording_fit import must_be_said, reasons

ROWS, MOST_ROWS = 50, 500


class ProductSerializer(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = ["id", "code", "name", "risk_level", "kind", "term", "minimum", "matures_on", "on_sale"]


class ByCode(CursorPagination):
    ordering = ("code", "pk")
    page_size = ROWS
    page_size_query_param = "page_size"
    max_page_size = MOST_ROWS


class ProductViewSet(viewsets.ReadOnlyModelViewSet[Product]):
    """The catalogue as the counter lists it."""

    queryset = Product.objects.none()
    serializer_class = ProductSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_products"
    filterset_class = ProductFilter
    pagination_class = ByCode

    def get_queryset(self) -> QuerySet[Product]:
        return Product.objects.visible_to(self.request.user)


class TermSerializer(serializers.Serializer[Any]):
    term = serializers.CharField(help_text="persona, liquidity, holdings, cash or value_type")
    points = serializers.FloatField()
    note = serializers.CharField(help_text="the figure behind it, in words")


class MatchSerializer(serializers.Serializer[Any]):
    client = serializers.IntegerField()
    product = serializers.IntegerField()
    product_code = serializers.CharField()
    score = serializers.FloatField(help_text="0 to 100; the points of the terms add up to it")
    terms = TermSerializer(many=True)


class MatchPageSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="how many fit in all")
    next = serializers.CharField(allow_null=True, help_text="`after` of the next page")
    results = MatchSerializer(many=True)


class MatchViewSet(viewsets.ViewSet):
    """Suitable pairs with their rank. Nothing above a client's level, or lapsed, is ever among them."""

    permission_classes = [HasPerm]
    required_perm = "servicelog.view_fits"

    @extend_schema(
        parameters=[
            OpenApiParameter("client", int, description="The products that fit this client; or give `product`."),
            OpenApiParameter("product", int, description="The clients of the book whom this product fits."),
            OpenApiParameter("after", str, description="With `product`: `next` of the page before."),
            OpenApiParameter("page_size", int, description=f"Rows of a page, {MOST_ROWS} at most."),
        ],
        responses=MatchPageSerializer,
    )
    def list(self, request: Request) -> Response:
        client, product = (as_number(request.query_params.get(name)) for name in ("client", "product"))
        if (client is None) == (product is None):
            raise ValidationError({"client": "Give either a client or a product, by id."})
        size = min(max(as_number(request.query_params.get("page_size")) or ROWS, 1), MOST_ROWS)
        if client is not None:
            found = _of_client(request.user, client)
            return Response({"total": len(found), "next": None, "results": [_shown(match) for match in found[:size]]})
        after = read_key(request.query_params.get("after", ""))
        found, total = _of_product(request.user, product or 0, size=size + 1, after=after)
        next_key = write_key(found[size - 1]) if len(found) > size else None
        return Response({"total": total, "next": next_key, "results": [_shown(match) for match in found[:size]]})


def _of_client(user: Staff, pk: int) -> list[Match]:
    client = get_object_or_404(Client.objects.visible_to(user).select_related("branch"), pk=pk)
    day = timezone.localdate()
    clients = Client.objects.visible_to(user).filter(pk=pk)
    return matcher(clients, client.branch, service_rules(client.branch, on=day), on=day).all_for(pk)


def _of_product(user: Staff, pk: int, *, size: int, after: tuple[float, int] | None) -> tuple[list[Match], int]:
    product = get_object_or_404(Product.objects.visible_to(user).select_related("branch"), pk=pk)
    day = timezone.localdate()
    rules = service_rules(product.branch, on=day)
    made = matcher(Client.objects.visible_to(user), product.branch, rules, on=day)
    return made.clients_for(product, limit=size, after=after)


def _shown(match: Match) -> dict[str, Any]:
    return {
        "client": match.client_id,
        "product": match.product.pk,
        "product_code": match.product.code,
        "score": match.score,
        "terms": [{"term": each.term, "points": each.value, "note": each.note} for each in reasons(match)],
    }


class RecommendationSerializer(serializers.ModelSerializer[Recommendation]):
    codes = serializers.ListField(source="grounds.codes", child=serializers.CharField(), read_only=True, default=list)

    class Meta:
        model = Recommendation
        fields = ["id", "client", "product", "made_by", "made_at", "staff_initiated", "result", "codes", "confirmation"]
        read_only_fields = fields


class RecommendSerializer(serializers.Serializer[Any]):
    """`told`: the client has heard what must be said (the pages spell it out)."""

    client = serializers.IntegerField(min_value=1)
    product = serializers.IntegerField(min_value=1)
    staff_initiated = serializers.BooleanField()
    confirmation = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    told = serializers.BooleanField()

    def validate_told(self, told: bool) -> bool:
        if not told:
            raise serializers.ValidationError("Tell the client first.")
        return told


class RecommendationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Recommendation]):
    """What was recommended, refused attempts included. POST records one; 422 with the grounds when it is refused."""

    queryset = Recommendation.objects.none()
    serializer_class = RecommendationSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_recommendations"
    required_perms = {"create": "servicelog.recommend"}
    filterset_fields = ["client", "product", "result", "staff_initiated"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Recommendation]:
        return Recommendation.objects.visible_to(self.request.user)

    @extend_schema(
        request=RecommendSerializer, responses={201: RecommendationSerializer, 422: RecommendationSerializer}
    )
    def create(self, request: Request) -> Response:
        asked = RecommendSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        client = Client.objects.visible_to(request.user).select_related("branch").filter(pk=given["client"]).first()
        product = Product.objects.visible_to(request.user).filter(pk=given["product"]).first()
        if client is None or product is None or product.branch_id != client.branch_id:
            raise Http404
        words = {"client": client, "product": product, "actor": request.user}
        ours = given["staff_initiated"]
        said = must_be_said(
            client, product, assess_for(client, product, on=timezone.localdate(), staff_initiated=False)
        )
        try:
            made = recommend(**words, staff_initiated=ours, confirmation=given["confirmation"], said=list(said))
        except Unsuitable:
            attempt = record_refused_attempt(**words, staff_initiated=ours)
            return Response(RecommendationSerializer(attempt).data, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        except ServiceLogError as error:
            raise ValidationError({"confirmation": error.message}) from None
        return Response(RecommendationSerializer(made).data, status=status.HTTP_201_CREATED)
