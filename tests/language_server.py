"""A client of yaml-language-server: what an editor shows at a place of a file."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# What the server may take; it has answered in a second, or something is wrong.
PATIENCE = 60
CURSOR = "|"


class Editor:
    """An editor with the YAML extension. Lives until `close`, which ends the server.

    Args:
        command: starts the server.
        folder: where its files are.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._folder = folder
        self._asked = self._files = 0
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._process = subprocess.Popen(
            [*command, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        shows = {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}}
        capable = {"textDocument": {"completion": shows, "hover": {}, "publishDiagnostics": {}}}
        asked = {"processId": None, "rootUri": folder.as_uri(), "capabilities": capable}
        self._ask("initialize", asked)
        self._send("initialized", {})
        yaml = {
            "validate": True,
            "completion": True,
            "hover": True,
            "schemaStore": {"enable": False},
        }
        self._send("workspace/didChangeConfiguration", {"settings": {"yaml": yaml}})

    def open(self, text: str, schema: str) -> File:
        """Open a config of a schema.

        Args:
            text: the config; the cursor stands where ``|`` does.
            schema: the file of the schema, in the folder.
        """
        self._files += 1
        head = f"# yaml-language-server: $schema={schema}\n"
        before, _, after = (head + text).partition(CURSOR)
        uri = (self._folder / f"config{self._files}.yaml").as_uri()
        line = before.count("\n")
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": before + after}
        self._send("textDocument/didOpen", {"textDocument": document})
        place = {"line": line, "character": len(before) - before.rfind("\n") - 1}
        return File(self, {"textDocument": {"uri": uri}, "position": place})

    def close(self) -> None:
        """End the server."""
        self._ask("shutdown", None)
        self._send("exit", {})
        self._process.wait(PATIENCE)
        self._reading.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _ask(self, method: str, parameters: Any) -> Any:
        self._asked += 1
        self._send(method, parameters, id=self._asked)
        while True:
            message = self._next()
            if message.get("id") == self._asked and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _diagnostics(self, uri: str) -> list[dict[str, Any]]:
        while True:
            message = self._next()
            is_marking = message.get("method") == "textDocument/publishDiagnostics"
            if is_marking and message["params"]["uri"] == uri:
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                return found

    def _next(self) -> dict[str, Any]:
        """The next message; what the server asks of us is answered, as an editor would."""
        message = self._messages.get(timeout=PATIENCE)
        if "id" in message and "method" in message:
            items = message.get("params", {}).get("items", []) if message["params"] else []
            self._write({"jsonrpc": "2.0", "id": message["id"], "result": [None for _ in items]})
        return message

    def _send(self, method: str, parameters: Any, **more: Any) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": parameters, **more})

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        data = json.dumps(message).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        size = 0
        for line in self._process.stdout:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
            elif not line.strip():
                self._messages.put(json.loads(self._process.stdout.read(size)))


class File:
    """An open file, with a cursor in it. `Editor.open` makes it."""

    def __init__(self, editor: Editor, place: dict[str, Any]) -> None:
        self._editor, self._place = editor, place

    def completions(self) -> dict[str, str]:
        """What is offered at the cursor: by its label, what it inserts."""
        found = self._editor._ask("textDocument/completion", self._place)
        items = found["items"] if isinstance(found, dict) else found
        return {each["label"]: each["textEdit"]["newText"] for each in items or ()}

    def hover(self) -> str:
        """What is shown where the pointer stands at the cursor."""
        found = self._editor._ask("textDocument/hover", self._place)
        return "" if found is None else str(found["contents"]["value"])

    def diagnostics(self) -> list[tuple[int, str]]:
        """What is marked: the line of the config, counted from 1, and what is said there."""
        found = self._editor._diagnostics(self._place["textDocument"]["uri"])
        # The first line of the file names the schema.
        return [(each["range"]["start"]["line"], each["message"]) for each in found]
