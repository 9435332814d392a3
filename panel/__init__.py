"""The register of people and the front door: accounts, channels, sending."""

__version__ = "0.1.0"
