"""What happens on this floor, told to whoever keeps the audit log; never an answer, never a name."""

from blinker import signal

happened = signal("surveys-happened")


def tell(action: str, subject: str, key: object, **detail: object) -> None:
    """Tell that ``action`` was done to ``subject`` number ``key``, with harmless ``detail``."""
    happened.send(action, subject=subject, key=str(key), detail=detail)
