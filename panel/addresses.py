"""Addresses as they are kept: e-mail in lower case and plain ASCII, mobile numbers as E.164."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from analysis.words import _
from surveys.refusals import Refusal

LONGEST = 254
"""Of an e-mail address, by RFC 5321."""


class BadAddress(Refusal):
    """An e-mail address or a mobile number that can't be used."""


def email(text: str) -> str:
    """The address in the one form that is kept; nothing is asked of the network."""
    if len(text) > LONGEST:
        raise BadAddress(_("The email address is too long."))
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as fault:
        raise BadAddress(_("The email address can't be used. Write it like anna@example.se.")) from fault
    return (found.ascii_email or found.normalized).lower()


def mobile(text: str) -> str:
    """The number with its country code, such as +46701234567; a number without one is Swedish."""
    fault = BadAddress(_("The mobile number can't be used. Write it like 070-123 45 67."))
    if len(text) > 40:
        raise fault
    try:
        found = phonenumbers.parse(text, "SE")
    except phonenumbers.NumberParseException as error:
        raise fault from error
    fits = phonenumbers.number_type(found) in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
    if not phonenumbers.is_valid_number(found) or not fits or found.extension:
        raise fault
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))


def either(text: str) -> str:
    """What somebody wrote where either kind will do."""
    return email(text) if "@" in text else mobile(text)


def shown(address: str | None) -> str:
    """An address as people write it: å, ä and ö in the domain, spaces in a number."""
    if not address:
        return ""
    if "@" in address:
        name, _at, domain = address.rpartition("@")
        return f"{name}@{_unicode(domain)}"
    found = phonenumbers.parse(address, "SE")
    national = found.country_code == 46
    kind = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(found, kind))


def _unicode(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain
