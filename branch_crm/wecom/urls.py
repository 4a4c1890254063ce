from django.urls import path

from branch_crm.wecom import views

app_name = "wecom"
urlpatterns = [
    path("", views.message_list, name="list"),
    path("test/", views.test_message, name="test"),
    path("<int:pk>/again/", views.again, name="again"),
]
