"""Addresses: those that others rely on are there, speak Swedish, and act only when something is sent."""

import re

import pytest

PROMISED = (
    "/", "/dialoger", "/dialoger/resor", "/ga-med", "/bekrafta/x", "/min-sida", "/svara/x", "/logga-in", "/enkater", "/enkater/1",
    "/panelen", "/utskick/1", "/resultat/1", "/resultat/1.csv", "/resultat/1.xlsx", "/resultat/1.json", "/presidiet", "/utkorg",
    "/tillganglighet", "/halsa",
)  # fmt: skip
ACTS = re.compile(r"/(skicka|stang|oppna|publicera|paus|ateruppta|stoppa|fortsatt|paminn|logga-ut|lank|spara)(/|$)")


@pytest.mark.parametrize("path", PROMISED)
def test_an_address_that_others_rely_on_is_there(client, path):
    adapter = client.application.url_map.bind("localhost")
    found = path if adapter.test(path, "GET") else path + "/"
    assert adapter.test(found, "GET"), f"{path} is promised in the interfaces and is nowhere"


def test_addresses_are_written_in_small_swedish_letters_without_dots_and_lines(app):
    for rule in app.url_map.iter_rules():
        plain = re.sub(r"<[^>]*>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.-]*", plain), rule.rule


def test_what_acts_is_sent_and_not_only_opened(app):
    for rule in app.url_map.iter_rules():
        if ACTS.search(rule.rule) and "GET" in rule.methods:
            sending = [other for other in app.url_map.iter_rules() if other.rule == rule.rule and "POST" in other.methods]
            assert sending, f"{rule.rule} acts by its name, but is only opened"


def test_no_address_is_given_to_two_pages(app):
    seen: dict[tuple[str, str], str] = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            assert seen.setdefault((re.sub(r"<[^>]*>", "<>", rule.rule), method), rule.endpoint) == rule.endpoint


def test_nothing_is_sent_in_by_put_or_delete(app):
    for rule in app.url_map.iter_rules():
        assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.rule


def test_every_form_needs_a_token_but_where_there_is_another_proof(app):
    """Answering has a proof derived from the personal link; the mail program's one click has the link alone."""
    protection = app.extensions["csrf"]
    assert {blueprint.name for blueprint in protection._exempt_blueprints} == {"answering", "unsubscribe"}
    assert protection._exempt_views == set()
