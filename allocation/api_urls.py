from rest_framework.routers import SimpleRouter

from allocation.api.assignments import AssignmentViewSet
from allocation.api.change_requests import ChangeRequestViewSet
from allocation.api.handovers import HandoverViewSet
from allocation.api.leavers import LeaverCaseViewSet
from allocation.api.moves import MoveViewSet
from allocation.api.notices import BidViewSet, NoticeViewSet, ObjectionViewSet
from allocation.api.policies import MatchPolicyViewSet
from allocation.api.service_reviews import ServiceReviewViewSet
from allocation.api.skill_gaps import SkillGapViewSet
from allocation.api.views import FlagViewSet, PlanViewSet

router = SimpleRouter()
router.register("plans", PlanViewSet, basename="plan")
router.register("moves", MoveViewSet, basename="move")
router.register("assignments", AssignmentViewSet, basename="assignment")
router.register("review-flags", FlagViewSet, basename="review-flag")
router.register("change-requests", ChangeRequestViewSet, basename="change-request")
router.register("leaver-cases", LeaverCaseViewSet, basename="leaver-case")
router.register("handovers", HandoverViewSet, basename="handover")
router.register("service-reviews", ServiceReviewViewSet, basename="service-review")
router.register("skill-gaps", SkillGapViewSet, basename="skill-gap")
router.register("match-policies", MatchPolicyViewSet, basename="match-policy")
router.register("notices", NoticeViewSet, basename="notice")
router.register("objections", ObjectionViewSet, basename="objection")
router.register("bids", BidViewSet, basename="bid")

urlpatterns = router.urls
