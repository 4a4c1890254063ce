"""Paging of the client API by key, in any order of the list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from clients.api.book_serializers import ORDERS
from clients.list_state import as_number
from clients.models import Client
from clients.queries.book import Order, Page, turn

ROWS = 50
MOST_ROWS = 500


class BookPagination(BasePagination):
    def paginate_queryset(
        self, queryset: QuerySet[Client], request: Request, view: APIView | None = None
    ) -> list[Client]:
        params = request.query_params
        self.address = request.build_absolute_uri()
        self.page: Page = turn(
            queryset,
            order=Order.parse(params.get("sort", "")),
            size=min(max(as_number(params.get("page_size")) or ROWS, 1), MOST_ROWS),
            after=as_number(params.get("after")),
            before=as_number(params.get("before")),
        )
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._turned("after", "before", self.page.after),
                "previous": self._turned("before", "after", self.page.before),
                "results": data,
            }
        )

    def _turned(self, way: str, other: str, anchor: int | None) -> str | None:
        return None if anchor is None else replace_query_param(remove_query_param(self.address, other), way, anchor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        def parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
            return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}

        number = {"type": "integer", "minimum": 1}
        return [
            parameter("sort", "Order; a minus sign turns it round.", {"type": "string", "enum": ORDERS}),
            parameter("after", "Rows after this client.", number),
            parameter("before", "Rows before this client.", number),
            parameter("page_size", "Rows of a page.", number | {"maximum": MOST_ROWS}),
        ]
