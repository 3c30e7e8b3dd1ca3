"""The names of folders of metadata, which tell the name and the version of a distribution."""

import os
import sys

from registry_core.keys import is_project_name, normalized

# What importlib_metadata takes for metadata, in any case of letters.
_INFOS = (".dist-info", ".egg-info")


def is_metadata(child: str, place: str) -> bool:
    """Whether `child` of a directory or archive is a folder of metadata, or a file that is one.

    >>> is_metadata("acts-1.0.dist-info", "site"), is_metadata("acts", "site")
    (True, False)
    >>> is_metadata("EGG-INFO", "acts-1.0.egg"), is_metadata("EGG-INFO", "site")
    (True, False)
    """
    if child.endswith(_INFOS):
        return True
    lower = child.lower()
    return lower.endswith(_INFOS) or (lower == "egg-info" and place.lower().endswith(".egg"))


def is_removable(folder: str) -> bool:
    """Whether a folder of metadata is empty, and in a place that is ours to change.

    What a Linux distribution has installed is not (PEP 668).
    """
    import sysconfig

    managed = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
    if os.path.exists(managed) and os.path.realpath(folder).startswith(sys.base_prefix + os.sep):
        return False
    try:
        return os.access(os.path.dirname(folder), os.W_OK) and not os.listdir(folder)
    except OSError:
        return False


def named_by(folder: str, place: str) -> tuple[str, str]:
    """The normalized name and the version that a folder of metadata is named by.

    Empty where it does not tell: of two dashes none can be known to end the name.

    Args:
        folder: its name.
        place: the directory or archive that holds it; an egg names the `EGG-INFO` in it.

    >>> named_by("Zope.Interface-7.0.dist-info", "site"), named_by("acts.egg-info", "src")
    (('zope-interface', '7.0'), ('acts', ''))
    >>> named_by("pycairo-1.20.1-py3.egg-info", "site"), named_by("two-words-1.0.dist-info", "site")
    (('pycairo', '1.20.1'), ('', ''))
    """
    name, _, rest = folder.partition("-")
    if (
        # As nearly all wheels are named; whatever else there is is taken apart below.
        rest[-10:] == ".dist-info"
        and rest[0].isdigit()
        and rest.count("-") == 1
        and name.isidentifier()
        and folder.isascii()
        and folder.isprintable()
        and "__" not in name
        and name[0] != "_"
        and name[-1] != "_"
    ):
        return name.lower().replace("_", "-"), rest[:-10]
    if folder.lower() == "egg-info":
        folder = os.path.basename(place)
    stem, _, kind = folder.rpartition(".")
    name, _, version = stem.partition("-")
    if kind.lower() != "dist-info":
        # Eggs are named NAME[-VERSION[-pyVERSION[-PLATFORM]]].
        version = version.partition("-")[0]
    elif "-" in version or not version:
        return "", ""
    if (version and not version[0].isdigit()) or not folder.isprintable():
        return "", ""
    if not is_project_name(name):
        # pip renames what it removes: `~cts-1.0.dist-info` is left where it is interrupted.
        return "", ""
    return normalized(name), version
