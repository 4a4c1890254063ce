from django.http import HttpResponse
from django.urls import path

from branch_crm.urls import urlpatterns as product

urlpatterns = [path("empty/", lambda request: HttpResponse(f"<p>{request.user.pk}</p>")), *product]
