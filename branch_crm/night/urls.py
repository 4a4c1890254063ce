from django.urls import path

from branch_crm.night import views

app_name = "night"
urlpatterns = [
    path("", views.night_list, name="list"),
    path("start/", views.night_start, name="start"),
    path("<int:pk>/", views.night_detail, name="detail"),
]
