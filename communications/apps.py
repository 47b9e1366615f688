from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunicationsConfig(AppConfig):
    name = "communications"
    verbose_name = _("Communications")

    def ready(self) -> None:
        from communications import queries
        from core import registry

        registry.offer("uses", queries.uses)
        registry.offer("waiting", queries.waiting)
