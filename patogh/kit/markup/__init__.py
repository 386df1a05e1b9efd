"""Members' texts: Markdown as written to safe HTML, plain text, differences between two versions, and HTML back."""

from patogh.kit.markup.changes import diff
from patogh.kit.markup.from_html import html_to_markdown
from patogh.kit.markup.reading import TextTooLong, excerpt, readable
from patogh.kit.markup.rendering import RENDER_VERSION, Rendered, render

__all__ = ["RENDER_VERSION", "Rendered", "TextTooLong", "diff", "excerpt", "html_to_markdown", "readable", "render"]
