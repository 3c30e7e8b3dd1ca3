"""Parsing only what is wanted gives what parsing the whole gives."""

from __future__ import annotations

import ast
import email.message
import json.decoder
import typing
from pathlib import Path

import pytest

from registry_core.signature import parsing
from registry_core.signature.parsing import DEFINED, Body, Defined, parse


def compare(read: list[ast.stmt], whole: list[ast.stmt], body: Body) -> int:
    """How many definitions are the same; an assertion fails where one is not."""
    mine = [body.whole(each) for each in read if isinstance(each, DEFINED)]
    theirs = [each for each in whole if isinstance(each, DEFINED)]
    assert [_head(each) for each in mine] == [_head(each) for each in theirs]
    count = 0
    for one, other in zip(mine, theirs, strict=True):
        if isinstance(one, ast.ClassDef):
            assert ast.get_docstring(one, clean=False) == ast.get_docstring(other, clean=False)
            assert [ast.dump(each) for each in (*one.bases, *one.keywords)] == [
                ast.dump(each)
                for each in (*getattr(other, "bases", ()), *getattr(other, "keywords", ()))
            ]
            count += compare(one.body, other.body, body)
        else:
            assert ast.dump(one) == ast.dump(other)
        count += 1
    return count


def _head(node: Defined) -> tuple[object, ...]:
    lines = [node.lineno, *(each.lineno for each in node.decorator_list)]
    return type(node), node.name, lines, [ast.dump(each) for each in node.decorator_list]


@pytest.mark.parametrize("module", [ast, email.message, json.decoder, typing, parsing])
def test_real_modules_are_read_as_they_are_parsed_whole(module: object) -> None:
    text = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    body = Body(text)
    assert compare(body.statements, parse(text).body, body) > 5


ODD = {
    "a text with a definition": '''
        TEXT = """
        class Shown:
            def it(self): ...
        """
        class Real:
            """Shows:

            def example(): ...
            """
            def it(self, size=1): ...
    ''',
    "a text that ends in a definition": '''
        TEXT = """
        def shown(): pass"""
        def real(size): ...
        MORE = """x"""
    ''',
    "two texts torn apart": """
        A = '''
        class One: '''
        B = '''
        class Two: '''
        class Three: ...
    """,
    "brackets across lines": """
        def f(
        a, b=(
        1),
        ): ...
        class A(
        object
        ):
            def g(self): ...
    """,
    "decorators across lines": """
        @d(
            1,
        )
        # a comment
        @e
        async def f(): ...
    """,
    "tabs and odd indentation": """
        class A:
          x = 1
          class B:
           def f(self): ...
          def g(self): ...
        if True:
            class C:
                def h(self): ...
    """,
    "a definition on one line": "class A: x = 1; y = 2\ndef f(): return 1\nclass B: pass",
    "a comment between": "class A:\n    x = 1\n# a comment\n    def f(self): ...\n",
    "an escaped line break": "x = 1 + \\\n2\ndef f(): ...\n",
    "only an if": "if True:\n    class A:\n        def f(self): ...\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_layouts_are_read_as_they_are_parsed_whole(name: str) -> None:
    lines = ODD[name].splitlines()
    indent = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
    text = "\n".join(line[indent:] for line in lines)
    body = Body(text)
    compare(body.statements, parse(text).body, body)


def test_the_body_of_a_function_is_not_parsed_until_it_is_asked_for() -> None:
    body = Body("def f():\n    not Python at all\n\ndef g(): ...\n")
    first, second = body.statements
    assert isinstance(first, ast.FunctionDef)
    assert isinstance(second, ast.FunctionDef)
    assert body.whole(second).name == "g"
    # Whoever asks again is told that again, and not that it takes nothing.
    for _ in range(2):
        with pytest.raises(SyntaxError):
            body.whole(first)
