"""Only actions write: elsewhere nothing saves, creates, updates or deletes."""

import ast

from tests.house.source import Source, planted, product

ALWAYS = {
    "save",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "asave",
    "adelete",
    "acreate",
}
ON_ROWS = {"create", "update"}
SQL = ("INSERT ", "UPDATE ", "DELETE ", "REPLACE ")
NOT_ROWS = {"cache", "storage", "default_storage", "response", "image", "picture", "canvas", "img", "png", "scratch"}
# The road's own machinery, behind the door by construction; its tests are patogh/activity/tests.
MACHINERY = (
    "patogh/activity/road.py",
    "patogh/activity/jobs",
    "patogh/activity/relay",
    "patogh/activity/worker",
    "patogh/activity/queue",
)


def base_name(node: ast.expr) -> str:
    """The leftmost name of a chain such as `Topic.objects.filter(…)`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def is_write(node: ast.AST) -> bool:
    """Whether this call writes rows."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    chain, name = ast.unparse(node.func), node.func.attr
    if base_name(node.func) in NOT_ROWS:
        return False
    if name in ALWAYS:
        return True
    if name in {"execute", "executemany"}:
        said = " ".join(
            part.value
            for argument in node.args[:1]
            for part in ast.walk(argument)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
        return said.lstrip().upper().startswith(SQL)
    return name in ON_ROWS and (".objects" in chain or ".filter(" in chain or ".exclude(" in chain or "_rows" in chain)


def foreign_engines(top: ast.AST) -> set[str]:
    """The parameters that are connections of DuckDB: its tables live in one process and are nobody's rows."""
    arguments = [node for node in ast.walk(top) if isinstance(node, ast.arg) and node.annotation]
    return {one.arg for one in arguments if ast.unparse(one.annotation).strip("'\"") == "DuckDBPyConnection"}


def is_behind_the_door(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a top-level function is an action, upkeep, or a private part of one."""
    marks = {ast.unparse(mark).split("(")[0].split(".")[-1] for mark in function.decorator_list}
    return bool(marks & {"action", "upkeep"}) or function.name.startswith("_")


def stray_writes(sources: tuple[Source, ...]) -> list[str]:
    """Name every write outside actions, and every public function in actions that writes without the door."""
    found = []
    for source in sources:
        if source.path.startswith(MACHINERY):
            continue
        home = "/actions/" in source.path or source.path.endswith("/actions.py")
        for top in source.tree.body:
            door = home and (not isinstance(top, ast.FunctionDef) or is_behind_the_door(top))
            foreign = foreign_engines(top)
            found += [
                f"{source.path}:{node.lineno} {ast.unparse(node.func)}"
                for node in ast.walk(top)
                if is_write(node) and not door and base_name(node.func) not in foreign
            ]
    return found


def test_only_actions_write():
    assert stray_writes(product()) == []


def test_a_write_in_a_view_is_found():
    view = "def topic(request):\n    Topic.objects.filter(pk=1).update(title='x')\n    topic.save()\n"
    assert len(stray_writes((planted("patogh/hangout/views.py", view),))) == 2


def test_an_action_without_the_door_is_found():
    action = "def close_topic(topic, *, by):\n    Closure.objects.create(topic=topic)\n"
    assert len(stray_writes((planted("patogh/hangout/actions.py", action),))) == 1
    assert stray_writes((planted("patogh/hangout/actions.py", "@action\n" + action),)) == []


def test_raw_sql_that_writes_is_found():
    query = (
        "def hot(cursor):\n    cursor.execute('UPDATE hangout_topic SET title = 1')\n    cursor.execute('SELECT 1')\n"
    )
    assert len(stray_writes((planted("patogh/hangout/queries.py", query),))) == 1


def test_only_what_is_handed_over_as_another_engine_may_write_outside():
    batch = "def load(db: DuckDBPyConnection, cursor: Cursor):\n    db.execute('UPDATE raw SET a = 1')\n    {}.execute('UPDATE people SET a = 1')\n"
    assert stray_writes((planted("patogh/persons/resolving/loading.py", batch.format("db")),)) == []
    assert len(stray_writes((planted("patogh/persons/resolving/loading.py", batch.format("cursor")),))) == 1
