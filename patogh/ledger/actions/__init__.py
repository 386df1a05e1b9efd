"""What people do: the only writers of this room."""
