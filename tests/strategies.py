"""What a client may send, for Hypothesis: inks, what is nearly one, what is sent to do harm; and who tells them apart.

`is_ink` is the judge. It goes by the published description of the API and Python's own JSON, not by the code it judges.
"""

import copy
import json
from functools import cache

import jsonschema_rs
from hypothesis import strategies as st

from digits.ink import FARTHEST, LATEST
from webapp import openapi

# Each is one JSON value, or looks like one, and is no coordinate.
POISON = [
    "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e308", "-1e308", "1000000.1", "-1000001",
    "true", "false", "null", '"5"', '"NaN"', '""', '"\\ud800"', "[]", "[0]", "{}", '{"x": 0}',
    "9" * 400, "-" + "9" * 400, "9" * 4300, "-" + "9" * 5000,
]  # fmt: skip
BROKEN = ["1e", "0x10", "+1", ".5", "01", "1_000", "'5'", "undefined", "nan", "", "[", "]", "}", '"', "\\"]

_axis = st.integers(-FARTHEST, FARTHEST) | st.floats(-FARTHEST, FARTHEST)
_points = st.tuples(_axis, _axis) | st.tuples(_axis, _axis, st.floats(-LATEST, LATEST))
_strokes = st.lists(st.lists(_points.map(list), min_size=1, max_size=5), min_size=1, max_size=5)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def inks(draw):
    """Documents that are an ink: a few strokes of a few points anywhere, sometimes some of them known to be a digit."""
    strokes = draw(_strokes)
    if not draw(st.booleans()):
        return {"strokes": strokes}
    places = draw(st.permutations(range(len(strokes))))
    cut = draw(st.integers(1, len(places)))
    return {"strokes": strokes, "groups": [places[:cut]]}


def _paths(value, path=()):
    """Where there is something in a document: the keys that lead to it."""
    yield path
    if isinstance(value, (list, dict)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _paths(value[key], (*path, key))


def put(document, path, value):
    """The document with another value at the place that the path leads to."""
    if not path:
        return value
    document = copy.copy(document)
    document[path[0]] = put(document[path[0]], path[1:], value)
    return document


@st.composite
def nearly(draw):
    """A document that was an ink until one part of it, large or small, became something else."""
    document = draw(inks())
    return put(document, draw(st.sampled_from(list(_paths(document)))), draw(_json))


@st.composite
def poisoned(draw, poison):
    """The body of an ink with something else in the place of one coordinate, and that stroke and point."""
    document = draw(inks())
    stroke = draw(st.integers(0, len(document["strokes"]) - 1))
    point = draw(st.integers(0, len(document["strokes"][stroke]) - 1))
    axis = draw(st.integers(0, 1))
    marked = json.dumps(put(document, ("strokes", stroke, point, axis), "here"))
    return marked.replace('"here"', draw(st.sampled_from(poison))).encode(), stroke, point


def _bodies(documents):
    return documents.map(lambda document: json.dumps(document).encode())


_whole = _bodies(inks())
hostile = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(_whole, st.binary(min_size=1, max_size=3)).map(b"".join),  # something after the end
    st.tuples(st.sampled_from([b"\xef\xbb\xbf", b"\x00", b"\xff\xfe", b"//\n"]), _whole).map(b"".join),
    st.tuples(_whole, st.sampled_from(["utf-16", "utf-32", "utf-7"])).map(lambda two: two[0].decode().encode(two[1])),
    st.integers(9, 100_000).map(lambda deep: b'{"strokes": ' + b"[" * deep),
    st.integers(9, 100_000).map(lambda deep: b'{"strokes": ' + b'{"a":' * deep + b"1" + b"}" * deep + b"}"),
    _whole.map(lambda body: body[:-1] + b', "strokes": 5}'),  # said twice: the last one counts
    st.tuples(_whole, st.integers(0, 200)).map(lambda two: two[0][: two[1]]),
)
bodies = st.one_of(_bodies(nearly()), poisoned(POISON + BROKEN).map(lambda three: three[0]), hostile)
malformed = bodies.filter(lambda body: not is_ink(body))


@cache
def _validator():
    """The description's own schema."""
    schema = {"$ref": "#/components/schemas/Ink", "components": openapi.description()["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


def is_ink(body):
    """Whether this is the JSON of an ink, small as all of them are here."""
    try:
        document = json.loads(body.decode())
    except (ValueError, RecursionError):
        return False
    if not _validator().is_valid(_encodable(document)):
        return False
    known = [stroke for group in document.get("groups", []) for stroke in group]
    whole = all(type(stroke) is int for stroke in known)  # which 1.0 is to a schema
    return whole and len(known) == len(set(known)) and all(0 <= stroke < len(document["strokes"]) for stroke in known)


def _encodable(document):
    """The same without halves of characters, which the validator does not take."""
    return json.loads(json.dumps(document, ensure_ascii=False).encode(errors="replace"))


def mutated(body, random):
    """The body after one to three accidents: bytes lost, doubled, changed, put in, or poison from above."""
    for _ in range(random.randint(1, 3)):
        here = random.randrange(len(body) + 1)
        there = min(len(body), here + random.choice((1, 1, 2, 8)))
        token = random.choice((*POISON, *BROKEN)).encode()
        accident = random.randrange(7)
        if accident == 0:
            body = body[:here] + body[there:]
        elif accident == 1:
            body = body[:there] + body[here:]
        elif accident == 2:
            body = body[:here] + random.randbytes(there - here) + body[there:]
        elif accident == 3:
            body = body[:here] + random.randbytes(random.choice((1, 2, 8))) + body[here:]
        elif accident == 4:
            body = body[:here] + random.choice(b'[]{},:".-0123456789eE \n').to_bytes() + body[there:]
        elif accident == 5:
            body = body[:here] + token + body[there:]
        else:
            body = body[:here]
    return body
