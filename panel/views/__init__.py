"""Pages of the panel floor."""
