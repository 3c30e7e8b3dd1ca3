"""``python -m registry_core.cli``, where the script is not on the PATH."""

from registry_core.cli.main import main

raise SystemExit(main())
