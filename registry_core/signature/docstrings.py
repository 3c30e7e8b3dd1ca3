"""What a docstring says of each parameter. Griffe, which knows the styles, is imported for it."""

from registry_core.errors import ConfigError
from registry_core.frozen import how_to_get

_PARAMETERS = ("parameters", "other parameters")
# One of them is in every heading or field of parameters, in any of the styles.
_WORDS = ("arg", "key", "param")


def documented(docstring: str) -> dict[str, str]:
    r"""What `docstring` says of parameters, by their names; Google's, NumPy's and Sphinx's style.

    Raises:
        ConfigError: griffe is not installed.

    Example:
        >>> documented("Repeat.\n\nArgs:\n    word (str): What to say.\n    times: How often.")
        {'word': 'What to say.', 'times': 'How often.'}
    """
    if not any(word in docstring.lower() for word in _WORDS):
        # Importing griffe would take longer than all else that describes an entry.
        return {}
    try:
        import griffe
    except ModuleNotFoundError as error:
        fix = how_to_get("registry_core[static]")
        raise ConfigError(f"reading the sections of docstrings needs griffe: {fix}") from error
    read = griffe.Docstring(docstring)
    found: dict[str, str] = {}
    for parse in (griffe.parse_google, griffe.parse_numpy, griffe.parse_sphinx):
        for section in parse(read, warnings=False):
            if section.kind.value in _PARAMETERS:
                found |= {each.name: each.description for each in section.value}
    return found
