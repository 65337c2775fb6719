"""Addresses of structured queries; kept ones go by opaque keys, and no address holds a value."""

from django.urls import path

from huiliu.apps.query import views

app_name = "query"

urlpatterns = [
    path("query/topics/", views.topic_list, name="topic_list"),
    path("query/saved/", views.saved_list, name="saved_list"),
    path("query/saved/<slug:key>/", views.saved_open, name="saved_open"),
    path("query/saved/<slug:key>/export/", views.saved_export, name="saved_export"),
    path("query/saved/<slug:key>/share/", views.saved_share, name="saved_share"),
    path("query/saved/<slug:key>/drop/", views.saved_drop, name="saved_drop"),
    path("query/topics/<slug:name>/", views.ask, name="ask"),
]
