from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "spcg_portal"
