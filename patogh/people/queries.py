"""Reads of people, through the viewer."""

from patogh.people.models import Brand


def brand() -> Brand:
    """Return the brand of this installation; before the first run an unsaved one called «پاتوق»."""
    return Brand.objects.filter(pk=1).first() or Brand(name="پاتوق", name_en="Patogh", language="fa")
