"""Migrating forwards without drawing every model again after each step.

Django's executor renders a model and all its relatives, however far, after each operation; with a member whom nearly
every table points to that is most of the work of a first start. Two kinds of operations do not need it while the chain
only goes forwards: a new model changes no class that is there already, and an index or a constraint changes no field.
Everything else, and every way back, is Django's own.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState


class ForwardState(ProjectState):
    """A project state that grows in place; for a chain that only goes forwards."""

    def add_model(self, model_state: ModelState) -> None:
        """Render the new model alone: its relations reach the others by themselves."""
        if "apps" not in self.__dict__:
            super().add_model(model_state)
            return
        apps = self.__dict__.pop("apps")  # so that Django notes the model and renders nothing
        super().add_model(model_state)
        self.__dict__["apps"] = apps
        apps.render_multiple([model_state])

    def _append_option(self, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
        """Add an index or a constraint to the class that is there."""
        apps = self.__dict__.pop("apps", None)
        super()._append_option(app_label, model_name, option_name, obj)  # type: ignore[misc]
        if apps is not None:
            self.__dict__["apps"] = apps
            meta = apps.get_model(app_label, model_name)._meta  # noqa: SLF001 - public by Django's own word
            setattr(meta, option_name, [*getattr(meta, option_name), obj])
            meta.__dict__.pop("total_unique_constraints", None)


class ForwardExecutor(MigrationExecutor):
    """Django's executor, whose way forwards keeps a `ForwardState`."""

    def _migrate_all_forwards(self, state: ProjectState, *rest: Any, **options: Any) -> ProjectState:
        """Apply migrations in the order of the full plan."""
        state.__class__ = ForwardState
        try:
            done: ProjectState = super()._migrate_all_forwards(state, *rest, **options)  # type: ignore[misc]
        finally:
            state.__class__ = ProjectState
        return done
