from django.urls import path
from rest_framework.routers import SimpleRouter

from clients.api.book import ClientViewSet, ExportViewSet, SavedViewViewSet, SearchView

router = SimpleRouter()
router.register("clients", ClientViewSet, basename="client")
router.register("saved-views", SavedViewViewSet, basename="saved-view")
router.register("exports", ExportViewSet, basename="export")

urlpatterns = [path("search/", SearchView.as_view(), name="search"), *router.urls]
