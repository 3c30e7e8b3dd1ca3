"""Where a distribution was installed from (PEP 610), and the wheels that hold the same.

https://packaging.python.org/en/latest/specifications/direct-url-data-structure/
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from registry_core.installed.records import digest, digest_of, file_of
from registry_core.installed.versions import are_alike
from registry_core.keys import normalized
from registry_core.limits import MAX_HEAD_BYTES, MAX_RECORD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.installed.copies import Copy

# What a requirement line may hold: no white space, which would end the address.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+", re.IGNORECASE)
_NO_SECRET = re.compile(r"git|\$\{\w+\}(:\$\{\w+\})?")
_PINNED = re.compile(r"[0-9A-Fa-f]{7,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Origin(NamedTuple):
    """Where a distribution was installed from, by an address.

    Attributes:
        address: what follows ``name @`` in a requirement.
        is_local: only this machine has it.
        is_pinned: it is one commit, or a file with a hash, and no other content.
        is_editable: the distribution runs from the folder of its project.
    """

    address: str
    is_local: bool
    is_pinned: bool
    is_editable: bool


def origin(copy: Copy) -> Origin | None:
    """Where a copy was installed from.

    Returns:
        None where that was an index or a folder of wheels, of which nothing is noted, or where the
        note cannot be read.
    """
    text = file_of(copy, "direct_url.json", MAX_HEAD_BYTES)
    if not text:
        return None
    import json

    try:
        return _origin(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _origin(said: dict[str, Any]) -> Origin | None:
    said_url: str = said["url"]
    if not _ADDRESS.fullmatch(said_url):
        # A line break would begin a requirement; `urlsplit` takes it out.
        return None
    url = urlsplit(said_url)
    user, _, host = url.netloc.rpartition("@")
    if not _NO_SECRET.fullmatch(user):
        # The specification has installers leave it out; it may be a token.
        url = url._replace(netloc=host)
    address, fragment = urlunsplit(url._replace(fragment="")), [url.fragment]
    is_pinned = False
    if "vcs_info" in said:
        commit = said["vcs_info"]["commit_id"]
        is_pinned = _PINNED.fullmatch(commit) is not None
        address = f"{said['vcs_info']['vcs']}+{address}@{commit}"
    elif "archive_info" in said:
        sha256 = _sha256(said["archive_info"])
        is_pinned = bool(sha256)
        fragment = [f"sha256={sha256}"] if sha256 else []
    if said.get("subdirectory"):
        fragment.append(f"subdirectory={said['subdirectory']}")
    whole = "#".join(filter(None, (address, "&".join(filter(None, fragment)))))
    if not _ADDRESS.fullmatch(whole):
        return None
    is_editable = said.get("dir_info", {}).get("editable") is True
    return Origin(whole, url.scheme == "file", is_pinned, is_editable)


def _sha256(info: dict[str, Any]) -> str:
    # `hash` is the older spelling.
    found = (info.get("hashes") or {}).get("sha256") or info.get("hash") or ""
    digits: str = found.removeprefix("sha256=").lower()
    return digits if _SHA256.fullmatch(digits) else ""


def wheels_of(copy: Copy, folder: str) -> Iterator[tuple[str, bool | None]]:
    """The wheels in a folder that are of a copy's name and version.

    Args:
        copy: what is installed.
        folder: holds wheels.

    Yields:
        The path of each; whether its files are those of the copy, None where that cannot be told.

    Raises:
        OSError: the folder cannot be read.
    """
    now = digest(copy)
    for name in sorted(os.listdir(folder)):
        words = name.removesuffix(".whl").split("-")
        if not name.endswith(".whl") or len(words) < 5:
            continue
        version = copy.provider.version or ""
        if normalized(words[0]) == normalized(copy.provider.name) and are_alike(words[1], version):
            path = os.path.join(folder, name)
            yield path, (_recorded(path, words) == now if now else None)


def _recorded(path: str, words: list[str]) -> str:
    """The canonical digest of a wheel's RECORD; empty where it cannot be read."""
    inside = f"{words[0]}-{words[1]}.dist-info"
    try:
        with zipfile.ZipFile(path) as archive, archive.open(f"{inside}/RECORD") as file:
            return digest_of(file.read(MAX_RECORD_BYTES), inside)
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return ""


def sha256_of(path: str) -> str:
    """The hash of a file, as ``--hash=sha256:`` takes it."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
