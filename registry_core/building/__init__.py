"""A config taken apart, built, planned."""
