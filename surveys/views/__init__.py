"""Pages of the surveys floor."""
