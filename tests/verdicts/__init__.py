"""What the check, the schema and the build say of configs: one verdict, for whatever plugin."""
