"""A config across packages with torch, and the code that a user adds to it."""
