from rest_framework.routers import SimpleRouter

from servicelog.api.products import MatchViewSet, ProductViewSet, RecommendationViewSet
from servicelog.api.tasks import CoverageViewSet, TaskViewSet

router = SimpleRouter()
# --- products ---
router.register("products", ProductViewSet, basename="product")
router.register("matches", MatchViewSet, basename="match")
router.register("recommendations", RecommendationViewSet, basename="recommendation")
# --- the day ---
router.register("mot-tasks", TaskViewSet, basename="mot-task")
router.register("service-coverage", CoverageViewSet, basename="service-coverage")

urlpatterns = router.urls
