from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from core import registry
        from meetings import queries
        from meetings.queries.duties import duties
        from meetings.queries.settled import settled
        from meetings.services.duties import hand_over

        registry.offer("resolve", queries.resolve)
        registry.offer("uses", queries.uses)
        registry.offer("settled", settled)
        registry.offer("waiting", queries.waiting)
        registry.offer("duties", duties)
        registry.offer("hand_over", hand_over)
