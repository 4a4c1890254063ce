from rest_framework.routers import SimpleRouter

from servicelog.api.products import MatchViewSet, ProductViewSet, RecommendationViewSet

router = SimpleRouter()
# --- products ---
router.register("products", ProductViewSet, basename="product")
router.register("matches", MatchViewSet, basename="match")
router.register("recommendations", RecommendationViewSet, basename="recommendation")

urlpatterns = router.urls
