from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunicationsConfig(AppConfig):
    name = "communications"
    verbose_name = _("Communications")

    def ready(self) -> None:
        from communications import queries
        from communications.queries.duties import duties
        from communications.queries.references import resolve
        from communications.queries.settled import settled
        from communications.services.about import attach_outcome
        from communications.services.duties import hand_over
        from core import registry

        registry.offer("resolve", resolve)
        registry.offer("attach_outcome", attach_outcome)
        registry.offer("uses", queries.uses)
        registry.offer("settled", settled)
        registry.offer("waiting", queries.waiting)
        registry.offer("duties", duties)
        registry.offer("hand_over", hand_over)
