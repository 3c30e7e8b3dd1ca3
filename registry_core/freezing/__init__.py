"""What a frozen application takes along: PyInstaller's hook, and the collecting that it asks for.

PyInstaller finds the folder through the entry-point group `pyinstaller40`.
https://pyinstaller.org/en/stable/hooks.html#provide-hooks-with-package
"""

from pathlib import Path


def hook_folders() -> list[str]:
    """The folder that holds the hooks for PyInstaller.

    >>> [Path(folder).name for folder in hook_folders()]
    ['freezing']
    """
    return [str(Path(__file__).parent)]
