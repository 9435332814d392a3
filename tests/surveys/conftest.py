"""What tests of surveys share: one invitation into an open survey."""

import pytest
from flask import Flask

from tests.answerers import Way, open_survey
from tests.conftest import Work


@pytest.fixture
def invited(app: Flask, work: Work) -> Way:
    """The key of one invitation, and its survey's number."""
    with work() as session:
        invitation = open_survey(session, app)[0]
        return invitation.key, invitation.survey_id
