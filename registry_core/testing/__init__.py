"""For tests of plugins and frameworks: real metadata on disk, and a check of a distribution."""

# Type checkers take a variable of this name for true. pytest imports this in every environment that
# has us: the rest is imported when it is used.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from registry_core.testing.checking import check_distribution
    from registry_core.testing.site import Site
    from registry_core.tree.snapshot import snapshot

__all__ = ["Site", "check_distribution", "snapshot"]

_HOMES = {"Site": "testing.site", "check_distribution": "testing.checking"}


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = _HOMES.get(name, "tree.snapshot")
        found = getattr(__import__(f"registry_core.{home}", fromlist=[name]), name)
        globals()[name] = found
        return found
