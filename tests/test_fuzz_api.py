"""Everything that the API's own description allows, and much that it forbids: every reply is one that it describes."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from webapp import openapi
from webapp.app import create_app

CHECKS = {
    # the size of a body is looked at before what it says, and that it is too large is a refusal too
    "negative_data_rejection": {"expected-statuses": [400, 405, 413, 415]},
    # no schema can say that a group's strokes must be there, how much ink can be read at once, or what labels there are
    "positive_data_acceptance": {"expected-statuses": [200, 400, 404]},
}
api = schemathesis.openapi.from_dict(openapi.description(), config=schemathesis.Config.from_dict({"checks": CHECKS}))


@pytest.fixture(scope="module")
def answering(serving_address):
    """The app, asked without a network."""
    app = create_app(DIGITS_SERVING=serving_address)
    yield app
    app.extensions["serving"].close()


@api.parametrize()
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_reply_is_as_described(case, answering):
    case.call_and_validate(app=answering, headers={"Accept-Encoding": "identity"})
