"""What the ideas plug in: their place in the bar, their names on the road, a tab of profiles."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from patogh.ideas.queries import access, lists, made, profiles
from patogh.ideas.views import beside  # noqa: F401 - gives the idea's page its side
from patogh.kit.hooks import hookimpl
from patogh.looks.hooks import NavItem
from patogh.looks.jinja import place
from patogh.looks.pages import page_text
from patogh.people.models import Member


@hookimpl
def nav_items(member: Member | None) -> list[NavItem]:  # noqa: ARG001 - the same place for everybody
    """Put the ideas in the bar and the tab bar."""
    return [NavItem(_("Ideas"), place("ideas"), icon="lightbulb", order=55, tab=True)]


@hookimpl
def subjects_named(kind: str, keys: list[str], viewer: Member | None) -> dict[str, tuple[str, str]]:
    """Name the calls that the road speaks of, as far as the viewer may see them."""
    ids = [int(key) for key in keys if key.isdecimal() and len(key) < 19]
    if kind == "ideas.idea":
        found = access.visible(viewer).filter(pk__in=ids).values_list("pk", "title")
        return {str(pk): (title, lists.idea_path(pk, title)) for pk, title in found}
    if kind == "ideas.programme":
        is_english = viewer is not None and viewer.language == "en"
        rows = access.programmes(viewer).filter(pk__in=ids).values_list("pk", "name", "name_en", "slug")
        return {
            str(pk): (name_en if is_english and name_en else name, f"/ideas/programmes/{slug}")
            for pk, name, name_en, slug in rows
        }
    return {}


@hookimpl
def product_makers(request: HttpRequest, product: Any) -> Any:
    """Say on a product's page which idea it was, and whose; None where it was nobody's."""
    row = made.of_product(product.pk)
    if row is None:
        return None
    return Markup(page_text(request, "ideas/_of_product.html", {"row": row}))  # noqa: S704 - our template escaped it


@hookimpl
def profile_tabs(member: Member, viewer: Any) -> list[tuple[str, str, int]]:  # noqa: ARG001 - what is public is everybody's
    """Give profiles the ideas that somebody made; looked at no further than a bound."""
    return [("ideas", gettext("Ideas"), profiles.ideas_count(member.pk))]


@hookimpl
def profile_section(request: HttpRequest, member: Member, tab: str) -> Any:
    """Return the ideas of a member as HTML, or None where the tab is another room's."""
    if tab != "ideas":
        return None
    found = profiles.ideas_by(member.pk, after=request.GET.get("after"), before=request.GET.get("before"))
    return Markup(page_text(request, "ideas/_profile.html", {"rows": found, "person": member}))  # noqa: S704 - our template escaped it
