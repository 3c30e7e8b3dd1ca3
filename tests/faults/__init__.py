"""The fault matrix: what is wrong with a plugin, a config or a process, and what happens."""
