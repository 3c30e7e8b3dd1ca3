"""``python -m registry_core``: the command `registry-core`, with the same path."""

import sys

if __name__ == "__main__":
    # `python -m` puts the working folder first, where anything may lie; the script does not.
    if not sys.flags.safe_path:
        del sys.path[0]

    from registry_core.cli import main

    raise SystemExit(main())
