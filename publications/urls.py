from django.urls import path

from publications import views

app_name = "publications"
urlpatterns = [
    path("publications/", views.publication_list, name="list"),
    path("publications/propose/", views.propose_publication, name="propose"),
    path("publications/<int:pk>/", views.publication, name="publication"),
    path("publications/<int:pk>/approve/<slug:slug>/", views.approve_publication, name="approve"),
    path("publications/<int:pk>/withdraw/", views.withdraw_publication, name="withdraw"),
    path("about/published/<int:pk>/files/<int:file>/", views.published_file, name="file"),
    path("about/published/<int:pk>/<str:format>/", views.published_text, name="text"),
]
