"""Numbered steps of the databases, from empty to now and back."""
