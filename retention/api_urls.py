from django.urls import path
from rest_framework.routers import SimpleRouter

from retention.api.cases import CaseViewSet, PartViewSet
from retention.api.competitors import CompetitorMoveViewSet
from retention.api.drills import DrillCardViewSet, DrillViewSet
from retention.api.figures import RetentionFiguresViewSet
from retention.api.offers import OfferViewSet
from retention.api.online import online_request
from retention.api.requests import LeavingRequestViewSet
from retention.api.risk import EarlyWarningViewSet, RiskEvaluationViewSet, RiskPolicyViewSet
from retention.api.scripts import ReasonViewSet, ScriptVersionViewSet, ScriptViewSet

router = SimpleRouter()
# --- the counter ---
router.register("leaving-requests", LeavingRequestViewSet, basename="leaving-request")
# --- early warning ---
router.register("early-warnings", EarlyWarningViewSet, basename="early-warning")
router.register("early-warning-evaluations", RiskEvaluationViewSet, basename="early-warning-evaluation")
router.register("early-warning-rules", RiskPolicyViewSet, basename="early-warning-rule")
# --- retention cases ---
router.register("retention-cases", CaseViewSet, basename="retention-case")
router.register("case-parts", PartViewSet, basename="case-part")
router.register("case-offers", OfferViewSet, basename="case-offer")
# --- what came of it ---
router.register("competitor-moves", CompetitorMoveViewSet, basename="competitor-move")
router.register("retention-figures", RetentionFiguresViewSet, basename="retention-figures")
# --- scripts and reasons ---
router.register("leaving-reasons", ReasonViewSet, basename="leaving-reason")
router.register("scripts", ScriptViewSet, basename="script")
router.register("script-versions", ScriptVersionViewSet, basename="script-version")
# --- drills ---
router.register("drill-cards", DrillCardViewSet, basename="drill-card")
router.register("drills", DrillViewSet, basename="drill")

urlpatterns = [path("online-requests/<str:branch>/", online_request, name="online-request"), *router.urls]
