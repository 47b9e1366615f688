from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "post"

    def ready(self) -> None:
        from core.registry import offer
        from post import queries

        offer("waiting", queries.waiting)
