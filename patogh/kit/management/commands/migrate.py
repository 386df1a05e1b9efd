"""Django's `migrate` with the house's executor (`patogh.kit.migrating`)."""

from django.core.management.commands import migrate

from patogh.kit.migrating import ForwardExecutor

migrate.MigrationExecutor = ForwardExecutor  # type: ignore[attr-defined]  # the command looks it up there


class Command(migrate.Command):
    """Apply migrations."""
