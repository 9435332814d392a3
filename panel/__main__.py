"""`medborgarpanel`, and `python -m panel`: the command line over the application."""

from pathlib import Path

import click

from analysis import saving
from panel import cli
from panel.app import create_app


def main() -> None:
    """Run the command that was asked for; what the system says of a file or of stdout is told in a line."""
    try:
        house()
    except OSError as fault:
        if fault.filename:
            cli.refuse(f"{fault.filename}: {fault.strerror}.")
        cli.refuse(saving.trouble(Path("stdout"), fault))


@click.group()
def house() -> None:
    """Citizen panels for Swedish municipalities."""


for command in cli.commands():
    house.add_command(cli.in_the_house(command, create_app))
for command in cli.makers(create_app):
    house.add_command(command)

if __name__ == "__main__":
    main()
