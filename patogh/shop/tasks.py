"""What the shop does in the background."""

from __future__ import annotations

from patogh.activity import every, task
from patogh.shop import actions, files, running
from patogh.shop.models import Import


@task(actions.imports.READ)
def read_file(import_id: int) -> None:
    """Read on in a file for some seconds, then let the next turn be taken by whoever is free."""
    brought = Import.objects.select_related("brought_by").filter(pk=import_id, state="reading").first()
    if brought is None:
        return
    now = running.read_on(brought)
    if now is not None and now.state == "reading":
        actions.go_on(now)


@task("shop.sweep_files")
def sweep_files() -> None:
    """Let go of files that nobody waits for."""
    files.sweep()


every("shop.sweep_files", 3600)
