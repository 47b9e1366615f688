from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = _("Proposals")

    def ready(self) -> None:
        from core import registry
        from proposals import queries
        from proposals.queries.settled import settled
        from proposals.queries.touching import touching
        from proposals.services.about import attach_outcome

        registry.offer("resolve", queries.resolve)
        registry.offer("attach_outcome", attach_outcome)
        registry.offer("uses", queries.uses)
        registry.offer("settled", settled)
        registry.offer("waiting", queries.waiting)
        registry.offer("touching", touching)
