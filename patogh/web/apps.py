"""The topmost app: once every room is loaded, it plugs in what each one hooks into the others."""

from typing import Any

from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    """Pages that span rooms."""

    name = "patogh.web"

    def ready(self) -> None:
        """Import every room's hooks (verbs, watchers, nav items) and tasks."""
        autodiscover_modules("hooks", "tasks")
        kit: Any = apps.get_app_config("kit")
        kit.sweep_again()
