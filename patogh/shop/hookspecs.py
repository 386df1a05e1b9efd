"""What upper rooms may plug into the shop."""

from __future__ import annotations

import sys
from typing import Any

from patogh.kit.hooks import hookspec, plugins


@hookspec(firstresult=True)
def product_makers(request: Any, product: Any) -> Any:
    """Return the HTML (Markup) of who made a product with the brand and which idea it was, or None where nobody did."""


if not hasattr(plugins.hook, "product_makers"):
    plugins.add_hookspecs(sys.modules[__name__])
