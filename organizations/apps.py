from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        from core import registry
        from organizations.queries.contacts import contacts_of_person
        from organizations.standing import acts_as

        registry.offer("acts_as", acts_as)
        registry.offer("personal", contacts_of_person)
