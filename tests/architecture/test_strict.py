"""The strict reader itself: each fault that it is there for is found."""

import pytest

from tests.strict import faults_of

HEAD = '<!DOCTYPE html><html lang="{lang}"><head><title>Enkät</title></head>'
PAGE = HEAD + "<body><main><h1>Enkät</h1>{body}</main></body></html>"


def faults(body: str, lang: str = "sv") -> str:
    """What the reader holds against a page with this body."""
    return "\n".join(faults_of(PAGE.format(body=body, lang=lang)))


def test_a_good_page_has_no_faults():
    assert not faults(
        '<p>Hej <a href="https://krokom.se">Krokom</a></p><form><label for="a">A</label><input id="a"></form>'
    )


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<h1>Två</h1>", "2 h1"),
        ('<p id="a"></p><p id="a"></p>', "id 'a' is used 2 times"),
        ('<label for="b">B</label>', "for of <label> names 'b'"),
        ('<a href="#borta">Dit</a>', "a link to #borta"),
        ('<input name="a">', "no label: input 'a'"),
        ('<select name="a"></select>', "no label: select 'a'"),
        ('<label for="r">R</label><input type="radio" id="r" name="r">', "no group name: 'r'"),
        (
            '<fieldset><legend></legend><label>R<input type="checkbox" name="r"></label></fieldset>',
            "no group name: 'r'",
        ),
        ('<p style="color:red">Hej</p>', "<p> has style"),
        ('<p onclick="x()">Hej</p>', "<p> has onclick"),
        ("<script>x()</script>", "an inline <script>"),
        ("<style>p{}</style>", "an inline <style>"),
        ('<img alt="" src="https://example.org/x.png">', "<img> loads https://example.org/x.png"),
        ('<script src="//example.org/x.js"></script>', "<script> loads //example.org/x.js"),
        ('<a href="javascript:x()">Dit</a>', "<a> runs javascript:x()"),
        ('<form method="post"></form>', "a form without a CSRF token"),
        ('<img src="/x.png">', "a picture without alt"),
        ('<a href="/"></a>', "a <a> without words"),
        ("<p><b>Hej</p>", "</p> closes <b>"),
        ("<div>", "</main> closes <div>"),
        ("<p>Save your answer</p>", "English on a Swedish page"),
        ('<button aria-label="Search">Sök</button>', "English on a Swedish page"),
        ("<p>Show the numbers as a table</p>", "English on a Swedish page"),
        ("<p>Not answered</p>", "not translated: 'Not answered'"),
    ],
)
def test_a_fault_is_found(body, fault):
    assert fault in faults(body)


def test_english_may_be_said_where_it_is_marked_or_the_page_is_english():
    assert not faults('<p lang="en">Save your answer</p>')
    assert not faults("<p>Save your answer</p>", lang="en")


def test_what_people_wrote_may_be_in_any_language():
    assert not faults("<p data-free>Save the library</p><label>Svar<textarea>the</textarea></label>")


def test_a_page_has_a_language_and_a_title():
    found = faults_of("<html><head><title></title></head><body><main><h1>Hej</h1></main></body></html>")
    assert found == ["no language", "no title"]
