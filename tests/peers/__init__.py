"""The same calls on the registries of other libraries, where they are installed, and on ours."""
