from django.urls import path

from meetings.views import agenda, cycle, meetings, minutes, outcomes, record

app_name = "meetings"

urlpatterns = [
    path("meetings/", meetings.meeting_list, name="list"),
    path("meetings/schedule/", meetings.schedule_meeting, name="schedule"),
    path("meetings/actions/", outcomes.action_list, name="actions"),
    path("meetings/<int:number>/", meetings.meeting_detail, name="detail"),
    path("meetings/<int:number>/edit/", meetings.edit_meeting, name="edit"),
    path("meetings/<int:number>/hold/", meetings.hold_meeting, name="hold"),
    path("meetings/<int:number>/cancel/", meetings.cancel_meeting, name="cancel"),
    path("meetings/<int:number>/agenda/add/", agenda.add_item, name="add_item"),
    path("meetings/<int:number>/agenda/<int:pk>/edit/", agenda.edit_item, name="edit_item"),
    path("meetings/<int:number>/agenda/<int:pk>/move/", agenda.move_item, name="move_item"),
    path("meetings/<int:number>/agenda/<int:pk>/remove/", agenda.remove_item, name="remove_item"),
    path("meetings/<int:number>/minutes/", minutes.take_minutes, name="take_minutes"),
    path("meetings/<int:number>/minutes/recorded/", minutes.recorded_so_far, name="recorded"),
    path("meetings/<int:number>/outcomes/record/", outcomes.record_outcome, name="record_outcome"),
    path("meetings/<int:number>/outcomes/<int:pk>/edit/", outcomes.edit_outcome, name="edit_outcome"),
    path("meetings/<int:number>/outcomes/<int:pk>/withdraw/", outcomes.withdraw_outcome, name="withdraw_outcome"),
    path("meetings/<int:number>/outcomes/<int:pk>/complete/", outcomes.complete_action, name="complete"),
    path("meetings/<int:number>/outcomes/<int:pk>/drop/", outcomes.drop_action, name="drop"),
    path("meetings/<int:number>/outcomes/<int:pk>/reopen/", outcomes.reopen_action, name="reopen_action"),
    path("meetings/<int:number>/attendance/", record.record_attendance, name="attendance"),
    path("meetings/<int:number>/report/draft/", record.draft_report, name="draft_report"),
    path("meetings/<int:number>/report/attach/", record.attach_report, name="attach_report"),
    path("meetings/<int:number>/report/circulate/", cycle.circulate_report, name="circulate_report"),
    path("meetings/<int:number>/report/comment/", cycle.comment_on_report, name="comment_on_report"),
    path("meetings/<int:number>/report/comments/<int:pk>/", cycle.dispose_remark, name="dispose"),
    path("meetings/<int:number>/report/revise/", cycle.revise_report, name="revise_report"),
    path("meetings/<int:number>/agenda/<int:pk>/approve/", cycle.approve_report, name="approve_report"),
    path("meetings/<int:number>/agenda/template/", agenda.use_template, name="use_template"),
    path("meetings/<int:number>/agenda/template/save/", agenda.save_template, name="save_template"),
    path("meetings/<int:number>/agenda/carry-over/", agenda.carry_over, name="carry_over"),
    path("meetings/<int:number>/export/<str:format>/", record.export_report, name="export"),
    path("meetings/<int:number>/calendar/", record.download_calendar, name="calendar"),
]
