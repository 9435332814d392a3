"""Serve the demonstration to whoever changes the kit."""

from tests.kit import create_kit

create_kit().run(port=5077)
