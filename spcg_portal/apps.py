from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "spcg_portal"

    def ready(self) -> None:
        from core import registry
        from spcg_portal.queries import waiting_sending

        registry.offer("waiting", waiting_sending)
