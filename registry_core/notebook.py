"""For notebooks and IPython: ``%load_ext registry_core.notebook`` completes `R.get("`.

Without it, `R["` is completed, and registries and entries are shown as tables.
"""

import re
from typing import Any

from registry_core.registry import Registry

_CALL = re.compile(
    r"([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)"
    r"\.(?:get|resolve|describe|which)\(\s*(?P<quote>['\"])(?P<key>[^'\"]*)$"
)


def load_ipython_extension(shell: Any) -> None:
    """Complete the keys of registries in calls; IPython calls this.

    Args:
        shell: the `IPython.core.interactiveshell.InteractiveShell`.
    """
    from IPython.core.completer import SimpleCompletion, context_matcher

    @context_matcher()  # type: ignore[untyped-decorator, unused-ignore]
    def registry_key_matcher(context: Any) -> dict[str, object]:
        found, key = keys(context.text_until_cursor, shell.user_ns)
        quote = context.text_until_cursor[len(context.text_until_cursor) - len(key) - 1 :][:1]
        completions = [SimpleCompletion(text=_within(each, quote), type="key") for each in found]
        return {"completions": completions, "matched_fragment": key, "suppress": bool(found)}

    unload_ipython_extension(shell)
    shell.Completer.custom_matchers.append(registry_key_matcher)


def unload_ipython_extension(shell: Any) -> None:
    """Complete them no more; IPython calls this, and before it loads the extension again."""
    matchers = shell.Completer.custom_matchers
    # By name: another function of that name is ours of before this module was reloaded.
    matchers[:] = [each for each in matchers if getattr(each, "__module__", "") != __name__]


def _within(key: str, quote: str) -> str:
    r"""A key as it is typed between quotes.

    >>> _within("it's", "'"), _within('a "b"', '"')
    ("it\\'s", 'a \\"b\\"')
    """
    # With a double quote in it, `repr` takes single ones, and escapes those alone.
    typed = repr(f'"{key}')[2:-1]
    return typed if quote == "'" else typed.replace("\\'", "'").replace('"', '\\"')


def keys(line: str, names: dict[str, object]) -> tuple[list[str], str]:
    """The keys that may end a line of code, and how much of one is there.

    Nothing of the line is run: what its names stand for is looked up in modules alone.

    Example:
        >>> LAYERS = Registry("layers_doc_notebook", scope="acme")
        >>> _ = LAYERS.register_module("Dense", module=dict)
        >>> keys('net = LAYERS.get("De', {"LAYERS": LAYERS})
        (['Dense'], 'De')
    """
    call = _CALL.search(line)
    if call is None:
        return [], ""
    found = names.get(call[1])
    for attribute in filter(None, call[2].split(".")):
        found = getattr(found, "__dict__", {}).get(attribute)
    if not isinstance(found, Registry):
        return [], ""
    return [key for key in found._ipython_key_completions_() if key.startswith(call["key"])], call[
        "key"
    ]
