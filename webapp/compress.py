"""Replies that are made anew each time, sent smaller to those who can take it; files come smaller from the build."""

import gzip

from flask import Flask, Response, request

LEAST = 1024  # bytes; what is shorter fits one packet anyway
KINDS = {"application/json", "text/html"}


def install(app: Flask) -> None:
    """Look at every reply on its way out."""
    app.after_request(_smaller)


def _smaller(response: Response) -> Response:
    if response.mimetype not in KINDS or response.content_encoding or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= LEAST and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(body, compresslevel=5, mtime=0))
        response.content_encoding = "gzip"
    return response
