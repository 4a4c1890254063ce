from django.urls import path

from branch_crm.demo import views

urlpatterns = [path("loading/", views.loading, name="demo_loading")]
