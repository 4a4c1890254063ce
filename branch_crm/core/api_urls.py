from rest_framework.routers import SimpleRouter

from branch_crm.core.api_views import AuditViewSet, JobViewSet, NotificationViewSet, TradingDayViewSet

router = SimpleRouter()
router.register("jobs", JobViewSet, basename="job")
router.register("audit", AuditViewSet, basename="audit")
router.register("notifications", NotificationViewSet, basename="notification")
router.register("trading-days", TradingDayViewSet, basename="trading-day")

urlpatterns = router.urls
