"""The command `activations`: what may be built, and whether a config is right."""

from __future__ import annotations

import argparse

from registry_core.cli import mount


def main() -> int:
    """Run the command.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="activations", description=__doc__)
    mount(
        parser.add_subparsers(required=True, metavar="COMMAND"),
        "registry_core.layer",
        "registry_core.activation",
    )
    arguments = parser.parse_args()
    status: int = arguments.run(arguments)
    return status
