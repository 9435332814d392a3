"""What the rules of membership have to say to somebody, into the outbox before everything else."""

from panel import delivery
from panel.members import Note
from surveys.db import db


def post(note: Note) -> None:
    """Put a note in the outbox; one that nobody is to get takes as long and is never sent."""
    delivery.put(
        db.session(),
        note.template,
        note.address,
        language=note.language,
        recipient=note.recipient,
        fields=note.fields,
        channel=note.channel,
        sent=note.sent,
    )
