"""The register: list, one member, import, export, composition."""

from panel.views.register import files, mirror, people
from panel.views.register.room import blueprint

__all__ = ["blueprint", "files", "mirror", "people"]
