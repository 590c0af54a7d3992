"""Every limit: of what, how much at the most, and what counts or happens."""

from digits import ink, lattice
from serving import client
from webapp import assets, channel, door, gate, rate, server
from webapp.settings import DEFAULTS

LIMITS = (
    ("connections", server.MOST_CONNECTIONS, "at once; for more, those that have been silent longest are closed"),
    ("seconds of silence", server.LONGEST_SILENCE, "on a connection, then it is closed"),
    ("requests in advance", channel.MOST_PIPELINED, "on a connection, with no reply awaited; more close it"),
    ("bytes in the headers", server.MOST_HEADERS, "more is answered with 431"),
    ("bytes in the body", door.MOST_BYTES, "more is answered with 413, before it is parsed"),
    ("letters in a file name", assets.LONGEST_NAME, "more is answered with 404"),
    ("letters in a label", client.LONGEST_LABEL, "more is answered with 404, and no model is asked"),
    ("inks from one client", DEFAULTS["DIGITS_RATE"], "a second, then 429; 0 is no limit; DIGITS_RATE sets another"),
    ("seconds of such a rate", rate.SECONDS, "over which it is held, so that a few may come at once"),
    ("clients", rate.MOST_CLIENTS, "that are counted at once, then the one let in longest ago is forgotten"),
    ("inks at once", DEFAULTS["DIGITS_SLOTS"], "one is worked on, the model has others; DIGITS_SLOTS sets another"),
    ("inks waiting", gate.MOST_WAITING, "more are answered with 503 at once"),
    ("milliseconds of waiting", gate.LONGEST_WAIT, "to be let in, then 503"),
    ("depth of the JSON", door.DEEPEST, "lists and objects inside each other; an ink has four"),
    ("strokes", ink.MOST_STROKES, "and one at the least"),
    ("points", ink.MOST_POINTS, "in all strokes together, and one at the least in each"),
    ("coordinates", ink.FARTHEST, "as far as this from zero on either side, in any unit; finite"),
    ("milliseconds", ink.LATEST, "as far as this from zero on either side; times from 1970 fit in"),
    ("strokes in a group", ink.MOST_GROUPED, "and one at the least"),
    ("pieces", lattice.MOST_SLOTS, "groups, other strokes, and parts of those that may run through several digits"),
    ("pairs of neighbours", lattice.MOST_PAIRS, "among pieces, with what may be a speck between them left out"),
    ("digits", ink.MOST_DIGITS, "in the number, all rows together"),
    ("seconds for the model", DEFAULTS["DIGITS_DEADLINE"], "to answer, then 503; DIGITS_DEADLINE sets another"),
)
