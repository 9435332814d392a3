"""Districts from GeoJSON and population figures from CSV: read whole, checked whole, then written or refused."""

from panel.places.districts import MOST_DISTRICTS, drawn, every, import_districts, names
from panel.places.population import Figures, figures, import_population
from panel.places.refusing import CannotUse

__all__ = [
    "MOST_DISTRICTS",
    "CannotUse",
    "Figures",
    "drawn",
    "every",
    "figures",
    "import_districts",
    "import_population",
    "names",
]
