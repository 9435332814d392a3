"""Commands: doors to the rules, three lines each."""

from flask import Flask


def add_commands(app: Flask) -> None:
    """Give the application its commands."""
