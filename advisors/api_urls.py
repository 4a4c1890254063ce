from rest_framework.routers import SimpleRouter

from advisors.api.contests import ContestViewSet, SkillMatrixViewSet
from advisors.api.views import AdvisorViewSet, EvidenceViewSet, LeaveViewSet

router = SimpleRouter()
router.register("advisors", AdvisorViewSet, basename="advisor")
router.register("skill-evidence", EvidenceViewSet, basename="skill-evidence")
router.register("contests", ContestViewSet, basename="contest")
router.register("skill-matrix", SkillMatrixViewSet, basename="skill-matrix")
router.register("leaves", LeaveViewSet, basename="leave")

urlpatterns = router.urls
