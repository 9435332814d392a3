"""The base of every form on a page: CSRF, and messages in the reader's language."""

from flask_wtf import FlaskForm

from analysis import words


class Translations:
    """WTForms' own messages through our catalogues."""

    def gettext(self, message: str) -> str:
        """One message."""
        return words._(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """A message with a number."""
        return words.ngettext(singular, plural, count)


class PageForm(FlaskForm):
    """A form on a page."""

    class Meta(FlaskForm.Meta):
        """Where the messages come from."""

        def get_translations(self, form: object) -> Translations:
            """Ours, not WTForms' files."""
            return Translations()
