"""Writes the reference pages that must never be out of date: docs/verbs.md and docs/hooks.md. `make docs` runs it."""

import inspect
import os
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def verbs_page() -> str:
    """Return the page of everything that can happen."""
    from patogh.activity.registry import tasks_after, verbs

    lines = [
        "# Verbs: everything that can happen",
        "",
        "Made by `make docs` from the registry. `type` is the ActivityStreams 2.0 activity type; *visible* is the widest audience (a private",
        'space narrows it to `space:<id>`). Watch one in the same transaction with `watch("…")`, or after commit with `after("…", task)`.',
        "",
        "| verb | type | visible | in English | به فارسی | tasks after commit |",
        "|---|---|---|---|---|---|",
    ]
    for name, verb in sorted(verbs().items()):
        tasks = ", ".join(f"`{task}`" for task in tasks_after(name))
        lines.append(f"| `{name}` | {verb.type} | {verb.visible} | {verb.en} | {verb.fa} | {tasks} |")
    return "\n".join(lines) + "\n"


def hooks_page() -> str:
    """Return the page of where rooms, and other packages, plug in."""
    from django.urls import get_resolver

    from patogh.kit.hooks import plugins

    _ = get_resolver().url_patterns  # what plugs in with the pages plugs in when their addresses are read
    lines = [
        "# Hooks: where rooms plug in",
        "",
        "Made by `make docs` from the hook specifications. Implement one with `@hookimpl` in your room's `hooks.py`.",
        "",
    ]
    for name in sorted(name for name in vars(plugins.hook) if not name.startswith("_")):
        caller = getattr(plugins.hook, name)
        said = inspect.getdoc(caller.spec.function) if caller.spec else ""
        arguments = ", ".join(caller.spec.argnames) if caller.spec else ""
        rooms = sorted(
            {
                implementation.plugin_name.split(".")[1]
                for implementation in caller.get_hookimpls()
                if "." in implementation.plugin_name
            }
        )
        answered = f" Answered by: {', '.join(rooms)}." if rooms else ""
        lines += [f"## `{name}({arguments})`", f"{said or ''}{answered}", ""]
    return "\n".join(lines)


def main() -> None:
    """Write both pages."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    django.setup()
    (DOCS / "verbs.md").write_text(verbs_page(), encoding="utf-8")
    (DOCS / "hooks.md").write_text(hooks_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
