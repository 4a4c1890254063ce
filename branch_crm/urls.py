"""Every address of the product. Pages are in Chinese and English at the same address; the API lives under /api/v1/."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("branch_crm.home.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
