"""The lowest room, loaded first: from here until the topmost one is ready nothing is swept.

All that the rooms bring lives as long as the process. The collector would walk it dozens of times while it grows: a
fifth of a start.
"""

import gc
from typing import Any

from django.apps import AppConfig


class KitConfig(AppConfig):
    """What every room may use."""

    name = "patogh.kit"

    def __init__(self, *named: Any) -> None:
        """Stop sweeping, unless somebody did so already."""
        super().__init__(*named)
        self.swept = gc.isenabled()
        gc.disable()

    def sweep_again(self) -> None:
        """Sweep what comes from now on; what is there stays."""
        if self.swept:
            gc.freeze()
            gc.enable()
