"""What a command prints: its answer, its errors, and what other code prints."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stdout, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

from registry_core.errors import RegistryError
from registry_core.limits import MAX_SHOWN_LINES
from registry_core.text import escaped, file_error_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from traceback import TracebackException

_STDOUT, _STDERR = 1, 2
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


_program: ContextVar[str] = ContextVar("registry_core.program", default="registry-core")


@contextmanager
def named(program: str) -> Iterator[None]:
    """Let complaints begin with this name meanwhile."""
    token = _program.set(program)
    try:
        yield
    finally:
        _program.reset(token)


class CannotAnswer(Exception):
    """A verb cannot answer: its arguments do not lead to one, or it cannot be written."""


@contextmanager
def printing_to_stderr() -> Iterator[None]:
    """Send what is printed in the block, by Python or by what it calls, to stderr."""
    saved: int | None = None
    with suppress(OSError):
        saved = os.dup(_STDOUT)
        os.dup2(_STDERR, _STDOUT)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        if saved is not None:
            os.dup2(saved, _STDOUT)
            os.close(saved)


def answer(text: str) -> None:
    """Print the answer of a command. A closed pipe is not an error.

    Raises:
        CannotAnswer: it cannot be written.
    """
    try:
        if sys.stdout is None:
            raise CannotAnswer("standard output is closed")
        print(text, flush=True)
    except BrokenPipeError:
        _discard(sys.stdout)
    except OSError as error:
        _discard(sys.stdout)
        raise CannotAnswer(f"the answer cannot be written: {file_error_text(error)}") from error


def output(lines: Iterable[str], file: str | None) -> None:
    """Print the answer of a command, or write it into a file.

    Raises:
        CannotAnswer: it cannot be written.
    """
    found = [*lines]
    text = "\n".join(found)
    if file is None:
        if found:
            answer(text)
        return
    try:
        with open(file, "w", encoding="utf-8") as written:
            written.write(f"{text}\n")
    except OSError as error:
        raise CannotAnswer(f"{file} cannot be written: {file_error_text(error)}") from error


def complain(text: str) -> None:
    """Print a message on stderr. Its further lines are marked: none can pass for one of ours."""
    first, *more = text.splitlines() or [""]
    more = more[:MAX_SHOWN_LINES]
    try:
        print("\n    | ".join(map(escaped, (f"{_program.get()}: {first}", *more))), file=sys.stderr)
    except BrokenPipeError:
        _discard(sys.stderr)


def show_traceback(error: BaseException) -> None:
    """Print where a plugin's code failed, on stderr, without the frames of our code."""
    from traceback import TracebackException

    while isinstance(error, RegistryError) and error.__cause__ is not None:
        error = error.__cause__
    found = TracebackException.from_exception(error)
    _leave_out_ours(found)
    for text in found.format():
        for line in text.splitlines():
            print(f"    | {escaped(line)}", file=sys.stderr)


def _leave_out_ours(found: TracebackException) -> None:
    for each in (found, found.__cause__, found.__context__):
        if each is None:
            continue
        for frame in [f for f in each.stack if _is_ours(f.filename)]:
            each.stack.remove(frame)
        if each is not found:
            _leave_out_ours(each)


def _is_ours(file: str) -> bool:
    return file.startswith((_OURS, "<frozen importlib")) or "importlib" + os.sep in file


def _discard(stream: object) -> None:
    """Let nothing more be written there: Python would try to at exit."""
    with suppress(OSError, AttributeError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[attr-defined]
        os.close(null)
