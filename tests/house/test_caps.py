"""Caps on the tail: function 40 lines, view 25, file 400, six arguments; complexity is ruff's (8)."""

import ast

from tests.house.source import Source, functions, planted, product

FUNCTION_LINES_MAX = 40
VIEW_LINES_MAX = 25
FILE_LINES_MAX = 400
ARGUMENTS_MAX = 6
# The one signature that DESIGN.md gives itself (docs/decisions/0001-the-stairs.md).
RAISED = {"patogh/activity/road.py:record"}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    documented = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Arguments that a caller gives."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([argument for argument in given if argument.arg not in {"self", "cls"}])


def too_much(sources: tuple[Source, ...]) -> list[str]:
    """Name everything past its cap."""
    found = []
    for source in sources:
        if (lines := source.text.count("\n")) > FILE_LINES_MAX:
            found.append(f"{source.path} has {lines} lines")
        cap = VIEW_LINES_MAX if "/views" in source.path else FUNCTION_LINES_MAX
        for function in functions(source.tree):
            name = f"{source.path}:{function.name}"
            if name in RAISED:
                continue
            if (lines := body_lines(function)) > cap:
                found.append(f"{name} has {lines} lines")
            if (count := arguments(function)) > ARGUMENTS_MAX:
                found.append(f"{name} takes {count} arguments")
    return found


def test_nothing_is_past_its_cap():
    assert too_much(product()) == []


def test_a_long_function_is_found():
    assert too_much((planted("patogh/kit/x.py", "def f():\n" + "    a = 1\n" * 41),)) == [
        "patogh/kit/x.py:f has 42 lines"
    ]


def test_a_long_view_is_found():
    assert too_much((planted("patogh/web/views.py", "def f(request):\n" + "    a = 1\n" * 26),)) == [
        "patogh/web/views.py:f has 27 lines"
    ]


def test_a_seventh_argument_is_found():
    assert too_much((planted("patogh/kit/x.py", "def f(a, b, c, d, *, e, f, g): ...\n"),)) == [
        "patogh/kit/x.py:f takes 7 arguments"
    ]


def test_a_long_file_is_found():
    assert too_much((planted("patogh/kit/x.py", "a = 1\n" * 401),)) == ["patogh/kit/x.py has 401 lines"]
