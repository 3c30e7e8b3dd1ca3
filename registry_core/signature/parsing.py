"""Source parsed as far as it is wanted: the bodies of functions and classes wait until then.

Most of a module is bodies that no question is about, and parsing is most of what reading costs.
"""

import ast
import re
import warnings
from typing import cast

Function = ast.FunctionDef | ast.AsyncFunctionDef
Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

# Where a statement of some indentation starts: a definition, or any other. With the line break
# before it for a prefix, searching is fast.
_STARTS = r"\n{}(?:(?:async[ \t]+)?(def|class)[ \t]+(\w+)|[^\s#)\]}}])"
_MEMBERS = re.compile(r"\n([ \t]+)(?=@|(?:async[ \t]+)?def[ \t]|class[ \t])")


class Body:
    """The statements of a module, and of the classes in it. Lives as long as what is read.

    Attributes:
        statements: definitions among them are stubs with the decorators and the line of their own,
            unless they stand inside an ``if``, a ``try`` or the like.

    Example:
        >>> body = Body("def f(size): return size")
        >>> ast.unparse(body.statements[0].args), ast.unparse(body.whole(body.statements[0]).args)
        ('', 'size')
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._chunks: dict[ast.stmt, str] = {}
        self._whole: dict[ast.stmt, Defined] = {}
        self.statements = self._read(text, "", 0)

    def whole(self, stub: Defined) -> Defined:
        """A definition with all that is in it; the definitions in a class are stubs in turn.

        Raises:
            SyntaxError, ValueError: it is not Python.
            RecursionError, MemoryError: it nests too deep.
        """
        if stub in self._whole or stub not in self._chunks:
            return self._whole.get(stub, stub)
        # It stays where it is no Python: whoever asks again is to be told that again.
        chunk = self._chunks[stub]
        indents = _MEMBERS.findall(chunk) if isinstance(stub, ast.ClassDef) else ()
        try:
            node = self._read(chunk, min(indents, key=len, default=None), stub.lineno - 1)[0]
            found = cast("Defined", node)
        except SyntaxError:
            # It ends elsewhere: what looked like a statement was text, or inside of brackets.
            nodes = [node for node in ast.walk(parse(self._text)) if isinstance(node, DEFINED)]
            found = next(node for node in nodes if node.lineno == stub.lineno)
        found.decorator_list, found.lineno = stub.decorator_list, stub.lineno
        self._whole[stub] = found
        del self._chunks[stub]
        return found

    def _read(self, text: str, indent: str | None, above: int) -> list[ast.stmt]:
        """The statements of `text`, above which there are so many lines."""
        is_indented = text[:1] in (" ", "\t")
        if is_indented:
            text, above = f"if 1:\n{text}", above - 1
        skeleton, chunks = (text, {}) if indent is None else _stubbed(text, indent)
        try:
            statements = parse(skeleton).body
        except SyntaxError:
            if not chunks:
                raise
            statements, chunks = parse(text).body, {}
        if is_indented:
            statements = cast("ast.If", statements[0]).body
        inside = statements if indent == "" else getattr(statements[0], "body", [])
        if indent and isinstance(inside[0], ast.Expr):
            documented = inside[0].end_lineno or 0
            if any(line <= documented for line in chunks):
                # The docstring has what looks like a definition.
                raise SyntaxError("a definition in a docstring")
        for node in inside:
            if isinstance(node, DEFINED):
                if node.lineno in chunks:
                    self._chunks[node] = chunks[node.lineno]
                for each in (node, *node.decorator_list):
                    each.lineno += above
        return statements


def parse(text: str) -> ast.Module:
    """`text` as a tree. What Python warns its author of is not shown."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _stubbed(text: str, indent: str) -> tuple[str, dict[int, str]]:
    """`text` with a stub for each definition of that indentation, and those by their lines.

    A text or a bracket across lines may hold what looks like a statement. Then quotes are torn
    apart, or what is left is not Python, and the whole is parsed.
    """
    pieces: list[str] = []
    chunks: dict[int, str] = {}
    done, line = 0, 1
    starts = list(re.finditer(_STARTS.format(indent), f"\n{text}"))
    ends = [*(each.start() for each in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=False):
        kind, name = start.groups()
        if kind is None:
            continue
        kept, chunk = text[done : start.start()], text[start.start() : end]
        if chunk.count('"""') % 2 or chunk.count("'''") % 2:
            return text, {}
        line += kept.count("\n")
        chunks[line] = chunk
        lines = chunk.count("\n")
        stub = f"class {name}: ..." if kind == "class" else f"def {name}(): ..."
        pieces += (kept, indent, stub, "\n" * lines)
        line += lines
        done = end
    return "".join((*pieces, text[done:])), chunks
