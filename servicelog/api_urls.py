from django.urls import path
from rest_framework.routers import SimpleRouter

from servicelog.api.complaints import ComplaintViewSet
from servicelog.api.contacts import ContactViewSet
from servicelog.api.disputes import DisputeViewSet
from servicelog.api.follow_ups import FollowUpPolicyViewSet, FollowUpViewSet
from servicelog.api.policies import MotPolicyViewSet, ScorecardPolicyViewSet, ServicePolicyViewSet
from servicelog.api.products import MatchViewSet, ProductViewSet, RecommendationViewSet
from servicelog.api.scorecards import ScorecardDisputeViewSet, ScorecardViewSet
from servicelog.api.task_why import TaskWhyView
from servicelog.api.tasks import CoverageViewSet, TaskViewSet

router = SimpleRouter()
# --- the log ---
router.register("complaints", ComplaintViewSet, basename="complaint")
router.register("contacts", ContactViewSet, basename="contact")
router.register("count-disputes", DisputeViewSet, basename="count-dispute")
# --- policies ---
router.register("mot-policies", MotPolicyViewSet, basename="mot-policy")
router.register("service-policies", ServicePolicyViewSet, basename="service-policy")
router.register("appraisal-policies", ScorecardPolicyViewSet, basename="appraisal-policy")
# --- appraisal ---
router.register("scorecards", ScorecardViewSet, basename="scorecard")
router.register("scorecard-disputes", ScorecardDisputeViewSet, basename="scorecard-dispute")
# --- products ---
router.register("products", ProductViewSet, basename="product")
router.register("matches", MatchViewSet, basename="match")
router.register("recommendations", RecommendationViewSet, basename="recommendation")
# --- the day ---
router.register("mot-tasks", TaskViewSet, basename="mot-task")
router.register("service-coverage", CoverageViewSet, basename="service-coverage")
# --- compliance follow-up ---
router.register("follow-ups", FollowUpViewSet, basename="follow-up")
router.register("follow-up-policies", FollowUpPolicyViewSet, basename="follow-up-policy")

urlpatterns = [path("mot-tasks/<int:pk>/why/", TaskWhyView.as_view(), name="mot-task-why"), *router.urls]
