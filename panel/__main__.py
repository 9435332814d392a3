"""`medborgarpanel`, and `python -m panel`: the command line over the application."""

import click

from panel import cli
from panel.app import create_app


def main() -> None:
    """Run the command that was asked for."""
    house()


@click.group()
def house() -> None:
    """Citizen panels for Swedish municipalities."""


for command in cli.commands():
    house.add_command(cli.in_the_house(command, create_app))
for command in cli.makers(create_app):
    house.add_command(command)

if __name__ == "__main__":
    main()
