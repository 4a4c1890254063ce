from django.urls import path
from rest_framework.routers import SimpleRouter

from retention.api.online import online_request
from retention.api.requests import LeavingRequestViewSet

router = SimpleRouter()
# --- the counter ---
router.register("leaving-requests", LeavingRequestViewSet, basename="leaving-request")

urlpatterns = [path("online-requests/<str:branch>/", online_request, name="online-request"), *router.urls]
