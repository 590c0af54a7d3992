"""A reading as the HTTP interface and the command line tell it."""

import base64
from typing import Any

from digits import Digit, Reading


def told(reading: Reading, model: str, seconds: float) -> dict[str, Any]:
    """What may become JSON; `seconds` is how long it took in all."""
    best, *others = reading.numbers
    return {
        "number": str(best),
        "confidence": best.confidence,
        "alternatives": [{"number": str(number), "confidence": number.confidence} for number in others],
        "digits": [_digit(digit) for digit in best.digits],
        "model": {"name": model, "version": reading.version},
        "milliseconds": {
            "segment": round(1000 * reading.segment_seconds, 3),
            "predict": round(1000 * reading.predict_seconds, 3),
            "total": round(1000 * seconds, 3),
        },
    }


def _digit(digit: Digit) -> dict[str, Any]:
    left, top, right, bottom = digit.group.box
    return {
        "digit": digit.digit,
        "confidence": digit.confidence,
        "unsure": digit.unsure,
        "probabilities": digit.probabilities.tolist(),
        "not_a_digit": digit.not_a_digit,
        "strokes": digit.group.members,
        "box": [left, top, right - left, bottom - top],
        "image": base64.b64encode(digit.image.tobytes()).decode(),
    }
