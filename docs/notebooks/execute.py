"""Run the notebooks anew and keep what they say: ``.venv/bin/python docs/notebooks/execute.py``."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent


def executed(path: Path) -> nbformat.NotebookNode:
    """A notebook as it is when it is run now."""
    book = nbformat.read(path, as_version=4)
    settings = {"timeout": 300, "kernel_name": "python3", "record_timing": False}
    NotebookClient(book, resources={"metadata": {"path": str(FOLDER)}}, **settings).execute()
    return book


if __name__ == "__main__":
    for file in sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(executed(file), file)
