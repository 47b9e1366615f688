from django.urls import path

from proposals.views import checklist, considerations, self_check
from proposals.views import circulation, comments, proposals, recommendations, replies

app_name = "proposals"

urlpatterns = [
    path("proposals/", proposals.proposal_list, name="list"),
    path("proposals/new/", proposals.log_proposal, name="log"),
    path("proposals/committees/", replies.committees, name="committees"),
    path("proposals/<str:reference>/", proposals.proposal_detail, name="detail"),
    path("proposals/<str:reference>/history/", proposals.proposal_history, name="history"),
    path("proposals/<str:reference>/files/", proposals.attach_file, name="attach"),
    path("proposals/<str:reference>/files/<int:pk>/", proposals.download_file, name="file"),
    path("proposals/<str:reference>/edit/", proposals.edit_proposal, name="edit"),
    path("proposals/<str:reference>/checklist/", checklist.checklist, name="checklist"),
    path("proposals/<str:reference>/checklist/consider/", checklist.consider, name="consider"),
    path("proposals/<str:reference>/checklist/adopt/", checklist.adopt, name="adopt"),
    path(
        "proposals/<str:reference>/checklist/export/<str:format>/", checklist.export_checklist, name="export_checklist"
    ),
    path("proposals/<str:reference>/circulate/", circulation.circulate_proposal, name="circulate"),
    path("proposals/<str:reference>/circulate/mail/", circulation.circulation_mail, name="circulation_mail"),
    path("proposals/<str:reference>/extend/", circulation.extend_deadline, name="extend"),
    path("proposals/<str:reference>/forward/", comments.forward, name="forward"),
    path("proposals/<str:reference>/close/", proposals.close_proposal, name="close"),
    path("proposals/<str:reference>/withdraw/", proposals.withdraw_proposal, name="withdraw"),
    path("proposals/<str:reference>/comment/", replies.comment, name="comment"),
    path("proposals/<str:reference>/comment/<int:pk>/reply/", replies.reply, name="reply"),
    path("proposals/<str:reference>/comment/<int:pk>/edit/", comments.edit_comment, name="edit_comment"),
    path("proposals/<str:reference>/comment/<int:pk>/dispose/", comments.dispose_comment, name="dispose"),
    path("proposals/<str:reference>/comments/<str:format>/", comments.export_comments, name="comments"),
    path("proposals/<str:reference>/forwarded/<int:pk>/", comments.forwarded_file, name="forwarded"),
    path("proposals/<str:reference>/comment/<int:pk>/resolve/", replies.resolve, name="resolve"),
    path("proposals/<str:reference>/comment/<int:pk>/reopen/", replies.reopen, name="reopen"),
    path("proposals/<str:reference>/ask/", replies.ask, name="ask"),
    path("proposals/<str:reference>/interest/", replies.declare, name="declare"),
    path("proposals/<str:reference>/recommendation/new/", recommendations.draft_recommendation, name="draft"),
    path("proposals/<str:reference>/recommendation/edit/", recommendations.edit_recommendation, name="edit_draft"),
    path("proposals/<str:reference>/recommendation/revise/", recommendations.revise_recommendation, name="revise"),
    path("proposals/<str:reference>/recommendation/propose/", recommendations.propose_recommendation, name="propose"),
    path("proposals/<str:reference>/recommendation/approve/", recommendations.approve_recommendation, name="approve"),
    path(
        "proposals/<str:reference>/recommendation/approve/<slug:slug>/",
        recommendations.approve_recommendation,
        name="approve_for",
    ),
    path("proposals/<str:reference>/recommendation/submit/", recommendations.submit_recommendation, name="submit"),
    path("proposals/<str:reference>/record/", proposals.record_outcome, name="record"),
    path("considerations/", considerations.lists, name="consideration_lists"),
    path("considerations/new/", considerations.prepare, name="prepare"),
    path("considerations/compare/", considerations.choose, name="choose_considerations"),
    path("considerations/<int:number>/", considerations.considerations, name="considerations"),
    path("considerations/<int:number>/edit/", considerations.edit, name="edit_considerations"),
    path("considerations/<int:number>/enforce/", considerations.enforce, name="enforce"),
    path("considerations/<int:number>/compare/<int:other>/", considerations.compare, name="compare_considerations"),
    path("self-check/", self_check.self_check, name="self_check"),
]
