from django.urls import path
from rest_framework.routers import SimpleRouter

from clients.api import imports, persona, value, value_policies
from clients.api.book import ClientViewSet, ExportViewSet, SavedViewViewSet, SearchView

router = SimpleRouter()
# --- the book ---
router.register("clients", ClientViewSet, basename="client")
router.register("saved-views", SavedViewViewSet, basename="saved-view")
router.register("exports", ExportViewSet, basename="export")
# --- imports ---
router.register("imports", imports.ImportViewSet, basename="import")
# --- persona and profile ---
router.register("personas", persona.PersonaViewSet, basename="persona")
router.register("persona-overrides", persona.OverrideViewSet, basename="persona-override")
router.register("persona-policies", persona.PersonaPolicyViewSet, basename="persona-policy")
router.register("profiles", persona.ProfileViewSet, basename="profile")
router.register("questionnaires", persona.QuestionnaireViewSet, basename="questionnaire")
# --- value ---
router.register("values", value.ValueViewSet, basename="value")
router.register("scoring-runs", value.ScoringRunViewSet, basename="scoring-run")
router.register("value-policies", value_policies.ValuePolicyViewSet, basename="value-policy")

urlpatterns = [path("search/", SearchView.as_view(), name="search"), *router.urls]
