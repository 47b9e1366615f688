from django.urls import path

from landscape.views import areas, live, register, remarks, rounds, suggestions

app_name = "landscape"
urlpatterns = [
    path("landscape/", register.area_list, name="list"),
    path("landscape/ranking/", register.ranking, name="ranking"),
    path("landscape/history/", register.history, name="history"),
    path("landscape/new/", areas.add_area, name="add"),
    path("landscape/rounds/new/", rounds.open_round, name="open_round"),
    path("landscape/rounds/<int:pk>/close/", rounds.close_round, name="close_round"),
    path("landscape/export/<str:format>/", register.export, name="export"),
    path("landscape/<slug:slug>/", areas.area, name="area"),
    path("landscape/<slug:slug>/edit/", areas.edit_area, name="edit"),
    path("landscape/<slug:slug>/close/", areas.close_area, name="close"),
    path("landscape/<slug:slug>/open-again/", areas.open_area_again, name="open_again"),
    path("landscape/<slug:slug>/compare/", areas.choose_comparison, name="choose_comparison"),
    path("landscape/<slug:slug>/compare/<int:first>/<int:second>/", areas.compare_revisions, name="compare"),
    path("landscape/<slug:slug>/restore/<int:number>/", areas.restore_revision, name="restore"),
    path("landscape/<slug:slug>/suggest/", suggestions.suggest_edit, name="suggest"),
    path("landscape/<slug:slug>/suggest/<int:again>/", suggestions.suggest_edit, name="suggest_again"),
    path("landscape/<slug:slug>/suggestions/<int:pk>/accept/", suggestions.accept_suggestion, name="accept"),
    path("landscape/<slug:slug>/suggestions/<int:pk>/reject/", suggestions.reject_suggestion, name="reject"),
    path("landscape/<slug:slug>/suggestions/<int:pk>/withdraw/", suggestions.withdraw_suggestion, name="withdraw"),
    path("landscape/<slug:slug>/live/<int:since>/<int:told>/", live.live, name="live"),
    path("landscape/<slug:slug>/comment/", remarks.comment_on_area, name="comment"),
    path("landscape/<slug:slug>/comment/<int:pk>/resolve/", remarks.resolve_comment, name="resolve"),
    path("landscape/<slug:slug>/comment/<int:pk>/reopen/", remarks.reopen_comment, name="reopen"),
    path("landscape/<slug:slug>/score/", rounds.score_area, name="score"),
]
