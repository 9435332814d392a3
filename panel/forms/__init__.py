"""Forms, one file per room."""
