from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    name = "publications"
    verbose_name = _("Publications")

    def ready(self) -> None:
        from core import registry
        from publications import queries, services

        registry.offer("waiting", queries.waiting)
        registry.offer("uses", queries.uses)
        registry.offer("acts", queries.acts)
        registry.offer("settled", queries.settled)
        registry.offer("can_prove", queries.can_prove)
        registry.offer("prove", services.prove)
        registry.offer("proofs_of", queries.proofs_of)
