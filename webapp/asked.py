"""Which request this is, in names that are ours: for its reply, for the log, for the figures."""

import secrets

from flask import g, request

INKS = "/api/recognize"
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"}


def request_id() -> str:
    """The name of this request: in its reply and in the log, so that the two can be brought together."""
    if "request_id" not in g:
        g.request_id = new_id()
    return g.request_id


def new_id() -> str:
    """A name that no other request has."""
    return secrets.token_hex(8)


def route() -> str:
    """Which of the app's routes it is for, never the address itself, which is the client's and may be anything."""
    return request.url_rule.rule if request.url_rule else "-"


def method() -> str:
    """What it asks of that route; a client may make up others."""
    return request.method if request.method in METHODS else "-"
