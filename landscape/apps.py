from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LandscapeConfig(AppConfig):
    name = "landscape"
    verbose_name = _("Landscape")

    def ready(self) -> None:
        from core import registry
        from landscape import queries
        from landscape.queries.confirmations import waiting_confirmations
        from landscape.queries.settled import settled
        from landscape.services.about import attach_outcome

        registry.offer("resolve", queries.resolve)
        registry.offer("attach_outcome", attach_outcome)
        registry.offer("news", queries.news)
        registry.offer("settled", settled)
        registry.offer("waiting", queries.waiting)
        registry.offer("waiting", queries.waiting_suggestions)
        registry.offer("waiting", waiting_confirmations)
