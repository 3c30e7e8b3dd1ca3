"""The command `registry-core`: list what is installed, examine it, and build from a config."""

from registry_core.cli.main import main

# Type checkers take a variable of this name for true. The command itself mounts nothing.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from registry_core.cli.mounting import mount

__all__ = ["main", "mount"]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name != "mount":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from registry_core.cli.mounting import mount

        return mount
