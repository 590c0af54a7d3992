"""The shapes of what the API takes and gives, as JSON Schema; their limits are those of the code that holds them."""

import json
from typing import Any

from digits import ink, raster

WIDE = 100  # letters on a line
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
TIME = {"type": "number", "minimum": 0}
STROKE = {"type": "integer", "minimum": 0, "maximum": ink.MOST_STROKES - 1}


def _object(fields: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": [name for name in fields if name not in optional]}


def _list(of: dict[str, Any], most: int | None = None, least: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": of, "minItems": least} | ({"maxItems": most} if most else {}) | more


def ref(name: str) -> dict[str, str]:
    """Where a schema of that name stands."""
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS = {
    "Ink": _object(
        {
            "strokes": _list(
                _list(ref("Point"), ink.MOST_POINTS, 1),
                ink.MOST_STROKES,
                1,
                description="The strokes of a pen, in any order; y points down; any unit, for only proportions count.",
            ),
            "groups": _list(
                _list(STROKE, ink.MOST_GROUPED, 1, uniqueItems=True),
                description="Strokes, by their places from 0 on, that are one digit for certain: no other stroke is "
                "taken for a part of it, and none of these for a part of another. A stroke stands in one group at the "
                "most; those that stand in none are read freely.",
            ),
        },
        optional=("groups",),
    ),
    "Point": {
        "type": "array",
        "prefixItems": [
            {"type": "number", "minimum": -ink.FARTHEST, "maximum": ink.FARTHEST},
            {"type": "number", "minimum": -ink.FARTHEST, "maximum": ink.FARTHEST},
            {"type": "number", "minimum": -ink.LATEST, "maximum": ink.LATEST},
        ],
        "items": False,
        "minItems": 2,
        "description": "[x, y] or [x, y, milliseconds]; times may be sent and are not used.",
    },
    "Reading": _object(
        {
            "number": {"type": "string", "pattern": "^[0-9]+( [0-9]+)*$", "description": "A space begins a new row."},
            "confidence": SHARE | {"description": "How likely the whole number is right; calibrated."},
            "alternatives": _list(
                ref("Alternative"),
                description="The next likeliest numbers, likeliest first.",
            ),
            "digits": _list(ref("Digit"), ink.MOST_DIGITS, 1, description="The number's digits, in order."),
            "model": ref("Model"),
            "milliseconds": ref("Milliseconds"),
        }
    ),
    "Digit": _object(
        {
            "digit": {"type": "integer", "minimum": 0, "maximum": 9, "description": "What it is read as."},
            "confidence": SHARE | {"description": "That this ink is this digit; one of the ten below."},
            "unsure": {"type": "boolean", "description": "Whether a reader would want to look again."},
            "probabilities": _list(SHARE, 10, 10, description="Of 0 to 9, that this ink is this digit."),
            "not_a_digit": SHARE | {"description": "That it is none, or not this ink; the rest of the ten."},
            "strokes": _list(STROKE, least=1, description="A stroke that joins two digits stands in both."),
            "box": _list({"type": "number"}, 4, 4, description="x, y, width and height, in the units of the ink."),
            "image": {
                "type": "string",
                "contentEncoding": "base64",
                "description": f"What the network saw: {raster.SIDE} × {raster.SIDE} bytes, row by row, 255 is ink.",
            },
        }
    ),
    "Alternative": _object({"number": {"type": "string"}, "confidence": SHARE}),
    "Milliseconds": _object(
        {
            "segment": TIME | {"description": "Until all candidates were drawn."},
            "predict": TIME | {"description": "Until the network had answered."},
            "total": TIME | {"description": "From reading the body to the number, waiting for other inks with it."},
        }
    )
    | {"description": "What the parts of the answer took on the server."},
    "Problem": _object(
        {
            "type": {"type": "string", "const": "about:blank", "description": "Always this: the status says the kind."},
            "title": {"type": "string", "description": "The kind of problem, the same each time."},
            "status": {"type": "integer", "description": "As in the reply's first line."},
            "detail": {"type": "string", "description": "What it was this time; of an ink, the stroke and the point."},
            "request_id": {"type": "string", "description": "As in X-Request-Id, and in the server's log."},
        }
    ),
    "Life": _object({"status": {"type": "string", "const": "ok"}}),
    "Readiness": _object({"status": {"type": "string", "const": "ok"}, "model": ref("Model")}),
    "Model": _object({"name": {"type": "string"}, "version": {"type": "integer"}})
    | {"description": "Who answered; versions of the network are numbered."},
}


def kind(schema: dict[str, Any], many: bool = False) -> str:
    """What a schema asks for, in words: "list of 1 to 200 strokes"."""
    plural = "s" * many
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2].lower() + plural
    if schema["type"] == "array":
        least, most = schema["minItems"], schema.get("maxItems")
        count = f"{least} or more " if least else ""
        if most:
            count = f"{least} to {most:,} " if least < most else f"{most} "
        return f"list{plural} of {count}{kind(schema['items'], many=True)}"
    span = f" from {schema['minimum']:,} to {schema['maximum']:,}" if "maximum" in schema else ""
    return schema["type"] + plural + span


def laid(value: Any, depth: int = 3, indent: str = "") -> str:
    """JSON for people to read: what is short, or `depth` levels down, stays on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not depth or len(line) + len(indent) < WIDE or not isinstance(value, (list, dict)):
        return line
    inner = indent + "  "
    if isinstance(value, list):
        parts = [laid(item, depth - 1, inner) for item in value]
    else:
        parts = [f"{json.dumps(name)}: {laid(item, depth - 1, inner)}" for name, item in value.items()]
    begin, end = "[]" if isinstance(value, list) else "{}"
    return begin + ",".join(f"\n{inner}{part}" for part in parts) + f"\n{indent}{end}"
