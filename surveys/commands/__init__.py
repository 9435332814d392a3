"""Commands, one file per topic."""
