from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    name = "publications"
    verbose_name = _("Publications")

    def ready(self) -> None:
        from core import registry
        from publications import queries

        registry.offer("waiting", queries.waiting)
        registry.offer("uses", queries.uses)
        registry.offer("acts", queries.acts)
        registry.offer("settled", queries.settled)
