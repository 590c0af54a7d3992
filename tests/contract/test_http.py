"""Plain HTTP against the REST side: what it answers, and how it refuses."""

import json
import urllib.error
import urllib.request

import numpy as np
import pytest

PICTURES = np.random.default_rng(4).integers(0, 256, (2, 28, 28, 1), np.uint8)


@pytest.fixture
def ask(rest):
    def ask(path, document=None, decode=json.loads):
        body = None if document is None else json.dumps(document).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(rest + path, body), timeout=10) as reply:
                return reply.status, decode(reply.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, decode(refusal.read())

    return ask


@pytest.fixture
def version(ask):
    """The newest version that is served."""
    _, reply = ask("/v1/models/digits")
    return max(int(state["version"]) for state in reply["model_version_status"] if state["state"] == "AVAILABLE")


def test_the_status_of_a_model_and_of_a_version_is_told(ask, version):
    for path in ("/v1/models/digits", f"/v1/models/digits/versions/{version}"):
        status, reply = ask(path)
        state = reply["model_version_status"][0]
        assert (status, state["version"], state["state"]) == (200, str(version), "AVAILABLE")
        assert state["status"] == {"error_code": "OK", "error_message": ""}


def test_the_metadata_is_the_signature(ask):
    status, reply = ask("/v1/models/digits/metadata")
    images = reply["metadata"]["signature_def"]["signature_def"]["serving_default"]["inputs"]["images"]
    assert status == 200 and images["dtype"] == "DT_UINT8"
    assert [dim["size"] for dim in images["tensor_shape"]["dim"]] == ["-1", "28", "28", "1"]


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"instances": PICTURES.tolist()}, "predictions"),
        ({"instances": [{"images": picture} for picture in PICTURES.tolist()]}, "predictions"),
        ({"inputs": PICTURES.tolist()}, "outputs"),
        ({"inputs": {"images": PICTURES.tolist()}, "signature_name": "serving_default"}, "outputs"),
    ],
    ids=["rows", "named rows", "columns", "named columns"],
)
def test_rows_and_columns_are_predicted(ask, version, document, key):
    for place in ("", f"/versions/{version}"):
        status, reply = ask(f"/v1/models/digits{place}:predict", document)
        assert status == 200 and np.shape(reply[key]) == (2, 11)
        np.testing.assert_allclose(np.sum(reply[key], axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("path", "document", "status", "told"),
    [
        ("/v1/models/letters", None, 404, "Could not find any versions of model letters"),
        ("/v1/models/digits/versions/999", None, 404, "Could not find version 999 of model digits"),
        ("/v1/models/digits/versions/999:predict", {"instances": PICTURES.tolist()}, 404, "Specific(digits, 999)"),
        ("/v1/models/digits/labels/nobody:predict", {"instances": PICTURES.tolist()}, 400, "servable version label"),
        ("/v1/models/digits:predict", {"rows": []}, 400, "JSON"),
    ],
)
def test_a_wrong_request_is_refused_with_a_sentence(ask, path, document, status, told):
    given, reply = ask(path, document)
    assert given == status and told in reply["error"]


def test_requests_are_counted_for_prometheus(ask):
    ask("/v1/models/digits:predict", {"instances": PICTURES.tolist()})
    status, text = ask("/monitoring/prometheus/metrics", decode=bytes.decode)
    assert status == 200 and ':tensorflow:serving:request_count{model_name="digits",status="OK"}' in text
