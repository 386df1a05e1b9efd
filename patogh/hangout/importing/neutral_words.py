"""Bodies of a neutral folder, for the processes that make texts ready: this module needs no models."""


def as_written(body: str) -> str:
    """Return a body that is Markdown already."""
    return body
