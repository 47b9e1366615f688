from django.urls import path

from post import views

app_name = "post"
urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/doubts/", views.doubts, name="doubts"),
    path("notifications/doubts/<int:pk>/resend/", views.resend, name="resend"),
    path("notifications/doubts/<int:pk>/accept/", views.accept, name="accept"),
    path("notifications/choices/", views.preferences, name="preferences"),
    path("notifications/leave/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", views.message, name="message"),
    path("mailbox/<int:pk>/html/", views.message_html, name="message_html"),
    path("mailbox/<int:pk>/files/<int:number>/", views.message_file, name="message_file"),
]
