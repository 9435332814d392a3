"""What can't be done, in words for whoever asked."""


class Refusal(Exception):
    """A rule says no; the message names the place and the remedy in the reader's language."""
