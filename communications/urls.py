from django.urls import path

from communications.views import covers, dispatch, letters, plan, previews, schedules, steps

app_name = "communications"
urlpatterns = [
    path("communications/plan/", plan.plan, name="plan"),
    path("communications/plan/edit/", plan.edit_plan, name="edit_plan"),
    path("communications/work-plan/", steps.work_plan, name="work_plan"),
    path("communications/work-plan/steps/add/", steps.add_step, name="add_step"),
    path("communications/work-plan/steps/<int:pk>/", steps.step, name="step"),
    path("communications/work-plan/steps/<int:pk>/edit/", steps.edit_step, name="edit_step"),
    path("communications/work-plan/steps/<int:pk>/complete/", steps.complete_step, name="complete_step"),
    path("communications/work-plan/steps/<int:pk>/reopen/", steps.reopen_step, name="reopen_step"),
    path("communications/letters/", letters.letter_list, name="letters"),
    path("communications/letters/new/", letters.draft_letter, name="draft_letter"),
    path("communications/letters/preview/", previews.preview_letter, name="preview"),
    path("communications/letters/<int:pk>/", letters.letter, name="letter"),
    path("communications/letters/<int:pk>/edit/", letters.edit_letter, name="edit_letter"),
    path("communications/letters/<int:pk>/propose/", letters.propose_letter, name="propose_letter"),
    path("communications/letters/<int:pk>/withdraw/", letters.withdraw_letter, name="withdraw_letter"),
    path("communications/letters/<int:pk>/approve/<slug:slug>/", letters.approve_letter, name="approve_letter"),
    path("communications/letters/<int:pk>/covers/", covers.compare_covers, name="covers"),
    path("communications/letters/<int:pk>/covers/<slug:slug>/edit/", covers.edit_cover, name="edit_cover"),
    path("communications/letters/<int:pk>/covers/<slug:slug>/preview/", previews.preview_cover, name="preview_cover"),
    path("communications/letters/<int:pk>/covers/<slug:slug>/mail/", covers.as_mail, name="mail"),
    path("communications/letters/<int:pk>/covers/<slug:slug>/mail/raw/", covers.mail_html, name="mail_html"),
    path("communications/letters/<int:pk>/covers/<slug:slug>/<str:format>/", covers.on_paper, name="paper"),
    path(
        "communications/letters/<int:pk>/files/<str:reference>/<str:signature>/", covers.letter_file, name="letter_file"
    ),
    path("communications/letters/<int:pk>/test/", dispatch.send_test, name="test"),
    path("communications/letters/<int:pk>/check/", dispatch.check_letter, name="check"),
    path("communications/letters/<int:pk>/recipients/", dispatch.recipient_list, name="recipients"),
    path("communications/letters/<int:pk>/send/", dispatch.send_letter, name="send"),
    path("communications/letters/<int:pk>/schedule/", schedules.schedule_letter, name="schedule"),
    path("communications/letters/<int:pk>/reschedule/", schedules.reschedule_letter, name="reschedule"),
    path("communications/letters/<int:pk>/unschedule/", schedules.unschedule_letter, name="unschedule"),
    path("communications/letters/<int:pk>/dispatch/", dispatch.dispatch, name="dispatch"),
    path("communications/letters/<int:pk>/progress/", dispatch.progress_fragment, name="progress"),
    path("communications/letters/<int:pk>/undo/", dispatch.undo_letter, name="undo"),
    path("communications/letters/<int:pk>/pause/", dispatch.pause_letter, name="pause"),
    path("communications/letters/<int:pk>/resume/", dispatch.resume_letter, name="resume"),
    path("communications/letters/<int:pk>/abort/", dispatch.abort_letter, name="abort"),
    path("communications/letters/<int:pk>/missing/", dispatch.send_missing, name="missing"),
    path("communications/letters/<int:pk>/ledger/", dispatch.ledger, name="ledger"),
    path("communications/letters/<int:pk>/ledger/xlsx/", dispatch.ledger_xlsx, name="ledger_xlsx"),
]
