"""How much memory a process has had."""

import re
import resource
from pathlib import Path


def peak() -> float:
    """The most memory the process has had so far, MB (``ru_maxrss`` would count that of whoever started it, too)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
    return int(found[1]) / 1024 if found else float("nan")
