"""Register files for tests."""

import io
from typing import Any

from openpyxl import Workbook

HEAD = ["e-post", "mobil", "födelseår", "kön", "kommundel", "språk", "kanal", "adress"]
ANNA = ["anna@example.se", "0701-234567", 1990, "kvinna", "Ås", "svenska", "e-post", "Byvägen 1, 835 40 Krokom"]


def row(email: Any = "anna@example.se", **more: Any) -> list[Any]:
    """Anna's row, but for what is told."""
    values = dict(zip(HEAD, ANNA, strict=True)) | {"e-post": email} | {name.replace("_", "-"): v for name, v in more.items()}
    return [values[name] for name in HEAD]


def csv_file(*rows: list[Any], head: list[str] = HEAD, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file as text editors write it."""
    lines = [delimiter.join("" if cell is None else str(cell) for cell in cells) for cells in (head, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def xlsx_file(*rows: list[Any], head: list[str] = HEAD) -> bytes:
    """An Excel workbook."""
    book = Workbook()
    for cells in (head, *rows):
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def made_up(count: int) -> list[list[Any]]:
    """Rows of so many different people."""
    places, genders = ("Ås", "Offerdal", "Krokom"), ("kvinna", "man", "annat", "vill inte uppge")
    return [
        row(
            f"person.{n}@kommun{n % 40}.se", mobil=f"070-{n:07d}", födelseår=1935 + n % 70, kön=genders[n % 4],
            kommundel=places[n % 3], adress=f"Byvägen {n}, 835 40 Krokom",
        )
        for n in range(count)
    ]  # fmt: skip
