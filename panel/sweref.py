"""SWEREF 99 TM to WGS 84, for district boundaries as Swedish authorities give them out."""

from math import atan, atanh, cos, cosh, degrees, radians, sin, sinh, sqrt

AXIS = 6378137.0
FLATTENING = 1 / 298.257222101
CENTRAL_MERIDIAN = radians(15.0)
SCALE = 0.9996
FALSE_EASTING = 500_000.0


def is_projected(x: float, y: float) -> bool:
    """Whether a pair of numbers is metres in SWEREF 99 TM rather than degrees."""
    return abs(x) > 180 or abs(y) > 90


def to_wgs84(easting: float, northing: float) -> tuple[float, float]:
    """Longitude and latitude, in degrees, of a point in SWEREF 99 TM, in metres (better than a millimetre in Sweden).

    Gauss conformal projection (transverse Mercator), Krüger's formulas, as published by Lantmäteriet.
    """
    e2 = FLATTENING * (2 - FLATTENING)
    n = FLATTENING / (2 - FLATTENING)
    roof = AXIS / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    deltas = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
        17 * n**3 / 480 - 37 * n**4 / 840,
        4397 * n**4 / 161280,
    )
    xi, eta = northing / (SCALE * roof), (easting - FALSE_EASTING) / (SCALE * roof)
    steps = list(enumerate(deltas, 1))
    xi_prim = xi - sum(d * sin(2 * i * xi) * cosh(2 * i * eta) for i, d in steps)
    eta_prim = eta - sum(d * cos(2 * i * xi) * sinh(2 * i * eta) for i, d in steps)
    phi = atan(sin(xi_prim) / cosh(eta_prim) / sqrt(1 - (sin(xi_prim) / cosh(eta_prim)) ** 2))
    longitude = CENTRAL_MERIDIAN + atan(sinh(eta_prim) / cos(xi_prim))
    isometric, eccentricity, latitude = atanh(sin(phi)), sqrt(e2), phi
    for _round in range(6):  # from conformal to geodetic latitude; each round wins more than two digits
        latitude = atan(sinh(isometric + eccentricity * atanh(eccentricity * sin(latitude))))
    return degrees(longitude), degrees(latitude)

