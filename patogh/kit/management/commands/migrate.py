"""Django's `migrate` with the house's executor (`patogh.kit.migrating`)."""

from django.core.management.commands import migrate

from patogh.kit.migrating import ForwardExecutor

migrate.MigrationExecutor = ForwardExecutor  # type: ignore[misc]  # the command looks it up there


class Command(migrate.Command):
    """Apply migrations."""
