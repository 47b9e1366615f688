from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Board reports")

    def ready(self) -> None:
        from core import registry
        from reports import queries

        registry.offer("waiting", queries.waiting)
        registry.offer("uses", queries.uses)
