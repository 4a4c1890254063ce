"""Every address of the product. Pages are in Chinese and English at the same address; the API lives under /api/v1/."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from branch_crm.core.views.health import healthz

api = [
    path("", include("advisors.api_urls")),
    path("", include("allocation.api_urls")),
    path("", include("branch_crm.core.api_urls")),
    path("", include("clients.api_urls")),
    path("", include("retention.api_urls")),
    path("", include("servicelog.api_urls")),
]

urlpatterns = [
    path("demo/", include("branch_crm.demo.urls")),
    path("", include("branch_crm.home.urls")),
    path("", include("branch_crm.core.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("advisors/", include("advisors.urls")),
    path("allocation/", include("allocation.urls")),
    path("", include("clients.urls")),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/v1/", include((api, "api"))),
    path("nights/", include("branch_crm.night.urls")),
    path("retention/", include("retention.urls")),
    path("service/", include("servicelog.urls")),
    path("wecom/", include("branch_crm.wecom.urls")),
    path("healthz/", healthz, name="healthz"),
]
