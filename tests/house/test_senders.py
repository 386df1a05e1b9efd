"""Nothing leaves to people but through a registered sender, and none of them sends what nobody agreed to."""

import ast

from patogh.people import consent
from tests.house.source import Source, planted, product

PRIMITIVES = {"send", "send_mail", "send_mass_mail", "send_message", "send_messages", "sendmail", "webpush"}
# What carries the name and writes to no person, or stands behind a registered sender; each with why.
NOT_TO_PEOPLE = {
    "patogh/activity/hub.py": "answers a browser that asked",
    "patogh/api/webhooks/sending.py": "tells a program of the brand's own, never a person",
    "patogh/ledger/signing/witnesses.py": "tells a witness of the book",
    "patogh/kit/egress.py": "the client itself",
}


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module, outermost first."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def sends(function: ast.AST) -> bool:
    """Whether something leaves from here."""
    called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called}
    return bool(names & PRIMITIVES)


def is_marked(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function stands in the register of senders."""
    marks = {ast.unparse(mark).split("(")[0].split(".")[-1] for mark in function.decorator_list}
    return "sender" in marks


def is_wire(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether this is a connector's own wire: only the registered sender of connectors calls it."""
    return source.path.startswith("patogh/channels/") and source.path.count("/") == 3 and function.name == "send"


def unregistered(sources: tuple[Source, ...]) -> list[str]:
    """Name every function from which something leaves without standing in the register."""
    return [
        f"{source.path}:{function.lineno} {function.name}"
        for source in sources
        if source.path not in NOT_TO_PEOPLE
        for function in functions(source.tree)
        if sends(function) and not is_marked(function) and not is_wire(source, function)
    ]


def test_every_place_from_which_something_leaves_is_registered():
    assert unregistered(product()) == []


def test_a_sender_that_nobody_registered_is_found():
    text = "def shout(mail):\n    mail.send()\n\n\n@sender('x', purpose='news', channel='mail', why='')\ndef fine(mail):\n    mail.send()\n"
    assert unregistered((planted("patogh/hangout/tasks.py", text),)) == ["patogh/hangout/tasks.py:1 shout"]


def test_every_sender_names_a_purpose_and_why():
    found = consent.senders()
    assert len(found) >= 10
    for one in found:
        assert one.purpose == "given" or one.purpose in consent.PURPOSES, one
        assert len(one.why) > 10, one


def test_every_exception_still_stands():
    paths = {source.path for source in product()}
    assert set(NOT_TO_PEOPLE) <= paths
