from rest_framework.routers import SimpleRouter

from advisors.api.views import AdvisorViewSet, EvidenceViewSet, LeaveViewSet

router = SimpleRouter()
router.register("advisors", AdvisorViewSet, basename="advisor")
router.register("skill-evidence", EvidenceViewSet, basename="skill-evidence")
router.register("leaves", LeaveViewSet, basename="leave")

urlpatterns = router.urls
