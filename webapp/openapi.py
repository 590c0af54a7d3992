"""The API, described once: /api/openapi.json sends it, /api/docs shows it to people, and a test holds the app to it."""

from typing import Any

from webapp import door
from webapp.asked import INKS
from webapp.limits import LIMITS
from webapp.schemas import SCHEMAS, ref

SEVEN = [[60, 12], [120, 10], [85, 110]]
EXAMPLES = {
    "one_seven": {
        "summary": "A 1 and a 7, one stroke each",
        "value": {"strokes": [[[20, 10], [20, 60], [20, 110]], SEVEN]},
    },
    "with_times": {
        "summary": "A 1, with the milliseconds at which the pen was there",
        "value": {"strokes": [[[20, 10, 0], [20, 60, 80], [20, 110, 160]]]},
    },
    "with_groups": {
        "summary": "Three strokes of which the first two are one digit, a 4",
        "value": {
            "strokes": [[[-55, 10], [-80, 70], [-15, 70]], [[-35, 40], [-37, 110]], SEVEN],
            "groups": [[0, 1], [2]],
        },
    },
}
READING = {
    "number": "17",
    "confidence": 0.998,
    "alternatives": [{"number": "11", "confidence": 0.0005}, {"number": "87", "confidence": 0.0002}],
    "digits": [
        {
            "digit": digit,
            "confidence": 0.999,
            "unsure": False,
            "probabilities": [0.999 if other == digit else 0.0001 for other in range(10)],
            "not_a_digit": 0.0001,
            "strokes": [stroke],
            "box": box,
            "image": "AAAA",  # the real one fills a page
        }
        for stroke, (digit, box) in enumerate([(1, [20, 10, 0, 100]), (7, [60, 10, 60, 100])])
    ],
    "model": {"name": "digits", "version": 1},
    "milliseconds": {"segment": 0.5, "predict": 1.6, "total": 2.4},
}
PROBLEMS = {  # status → when, and an example: title and detail
    400: ("The ink is wrong, or its JSON", "This is not an ink", "stroke 0, point 1: y must be a number, not a string"),
    404: (
        "No version bears the label",
        "There is no such version",
        "No version of the model bears the label that was asked for.",
    ),
    413: ("The body is too large", "Request Entity Too Large", door.too_large().description),
    415: ("The body is not plain application/json", "Unsupported Media Type", "The ink must come as application/json."),
    429: (
        "One client has sent more inks than it may",
        "Too Many Requests",
        "More inks came from this address than may; please wait 3 s.",
    ),
    503: (
        "The model does not answer, or more inks came than can be read at once; it passes",
        "The model does not answer",
        "Please try again in a moment.",
    ),
}
PROBLEM, ID = "application/problem+json", "4d0c4ee2a8f1b3d7"

LABEL = {
    "name": "label",
    "in": "query",
    "description": "Ask the model version that its server calls so, such as canary, instead of the usual one.",
    "schema": {"type": "string"},
}


def description() -> dict[str, Any]:
    """The whole of it, OpenAPI 3.1, as it becomes JSON."""
    asks = {"required": True, "content": {"application/json": {"schema": ref("Ink"), "examples": EXAMPLES}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "inkdigits",
            "version": "1",
            "summary": "Strokes of a pen in, the number that they show out.",
            "description": "A number of any length, in one row or more, in one request. Every error is a problem "
            "(RFC 9457, application/problem+json), and every reply bears a name of its own, X-Request-Id.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            INKS: {
                "post": {
                    "operationId": "recognize",
                    "summary": "Read a number",
                    "description": "Other members of the object are ignored.",
                    "parameters": [LABEL],
                    "requestBody": asks,
                    "responses": {
                        "200": _reply("The number", "Reading", READING),
                        **_problems(400, 404, 413, 415, 429, 503),
                    },
                }
            },
            "/api/openapi.json": {
                "get": {
                    "operationId": "openapi",
                    "summary": "This description",
                    "responses": {"200": _reply("OpenAPI 3.1", None, None), **_problems()},
                }
            },
            "/healthz": {
                "get": {
                    "operationId": "healthz",
                    "summary": "Whether the web server lives",
                    "responses": {"200": _reply("It does", "Life", {"status": "ok"}), **_problems()},
                }
            },
            "/metrics": {
                "get": {
                    "operationId": "metrics",
                    "summary": "Figures about what the web server does, for Prometheus",
                    "responses": {"200": _reply("The figures", None, None, "text/plain"), **_problems()},
                }
            },
            "/readyz": {
                "get": {
                    "operationId": "readyz",
                    "summary": "Whether the model answers too",
                    "responses": {
                        "200": _reply("It does", "Readiness", {"status": "ok", "model": READING["model"]}),
                        **_problems(503),
                    },
                }
            },
        },
        "components": {"schemas": SCHEMAS},
        "x-limits": [{"name": of, "most": most, "description": sentence} for of, most, sentence in LIMITS],
    }


def _reply(
    when: str, schema: str | None, example: Any, kind: str = "application/json", **headers: str
) -> dict[str, Any]:
    """A response with one kind of content, and the headers that come with it, by what they say."""
    headers = {"X-Request-Id": "a name for this request, unlike any other"} | headers
    plain = {"type": "object" if kind == "application/json" else "string"}
    content = {"schema": ref(schema), "example": example} if schema else {"schema": plain}
    return {
        "description": when,
        "headers": {name: {"description": what, "schema": {"type": "string"}} for name, what in headers.items()},
        "content": {kind: content},
    }


def _problems(*statuses: int) -> dict[str, Any]:
    """Responses for these statuses, and for whatever else goes wrong."""
    problems = {}
    for status in statuses:
        when, title, detail = PROBLEMS[status]
        headers = {"Retry-After": "seconds until it is worth trying again"} if status in (429, 503) else {}
        problems[str(status)] = _reply(when, "Problem", _problem(status, title, detail), PROBLEM, **headers)
    other = _problem(500, "Internal Server Error", "This should not have happened; the log says more.")
    return problems | {"default": _reply("Whatever else goes wrong", "Problem", other, PROBLEM)}


def _problem(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "request_id": ID}
