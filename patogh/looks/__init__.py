"""The design system: tokens, components, pages, icons, avatars, and the doors that serve them."""
