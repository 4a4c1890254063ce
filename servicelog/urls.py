from django.urls import path

from servicelog.views import (
    bulk,
    calendar_feed,
    client_page,
    complaints,
    contacts,
    disputes,
    my_book,
    products,
    recommendations,
    today,
    week,
)

app_name = "servicelog"
urlpatterns = [
    path("bulk/new/", bulk.bulk_new, name="bulk_new"),
    path("bulk/<int:pk>/", bulk.bulk_detail, name="bulk_detail"),
    path("contacts/new/", contacts.contact_new, name="contact_new"),
    path("contacts/<int:pk>/", contacts.contact_detail, name="contact_detail"),
    path("contacts/<int:pk>/correction/", contacts.contact_amend, name="contact_amend"),
    path("contacts/<int:pk>/dispute/", disputes.dispute_new, name="dispute_new"),
    path("clients/<int:pk>/complaints/new/", complaints.complaint_new, name="complaint_new"),
    path("complaints/", complaints.complaint_list, name="complaint_list"),
    path("complaints/<int:pk>/settlement/", complaints.complaint_settle, name="complaint_settle"),
    path("disputes/", disputes.dispute_list, name="dispute_list"),
    path("disputes/<int:pk>/answer/", disputes.dispute_answer, name="dispute_answer"),
    path("contacts/whom/", contacts.whom, name="whom"),
    path("clients/<int:pk>/suitability/", contacts.suitability, name="suitability"),
    path("clients/<int:pk>/talk/", client_page.talk_card, name="talk_card"),
    path("clients/<int:pk>/timeline/", client_page.client_timeline, name="timeline"),
    path("today/", today.today, name="today"),
    path("today/weeks/", week.week, name="week"),
    path("today/my-book/", my_book.my_book, name="my_book"),
    path("today/calendar/", calendar_feed.calendar, name="calendar"),
    path("today/calendar/revocation/", calendar_feed.calendar_revocation, name="calendar_revocation"),
    path("calendar.ics", calendar_feed.calendar_feed, name="calendar_feed"),
    path("tasks/<int:pk>/why/", today.task_why, name="task_why"),
    path("screen/", contacts.screen_text, name="screen"),
    path("products/", products.product_list, name="product_list"),
    path("products/counts/", products.product_counts, name="product_counts"),
    path("products/<int:pk>/", products.product_detail, name="product_detail"),
    path("products/<int:pk>/clients/", products.product_clients, name="product_clients"),
    path("clients/<int:pk>/products/", products.fits, name="fits"),
    path("clients/<int:pk>/products/all/", products.client_products, name="client_products"),
    path("clients/<int:pk>/products/<int:product>/", products.fit_why, name="fit_why"),
    path(
        "clients/<int:pk>/products/<int:product>/recommendation/", recommendations.recommend_product, name="recommend"
    ),
    path("recommendations/", recommendations.recommendation_list, name="recommendation_list"),
    path("recommendations/<int:pk>/", recommendations.recommendation_detail, name="recommendation_detail"),
]
