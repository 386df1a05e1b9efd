"""What can be wrong with a table that somebody wants resolved."""

from patogh.kit.errors import Invalid


class TableUnreadable(Invalid):
    """A file that is no table we can read. Only a command raises it, so its one sentence is English as it stands."""

    code = "table_unreadable"

    def __str__(self) -> str:
        return str(self.args[0])
