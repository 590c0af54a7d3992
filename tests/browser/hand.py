"""Hands that write in a browser: the same strokes with a mouse, a finger or a pen."""

SHAPES = {  # the corners of strokes, in a box 100 wide and 200 high
    "0": ["70,5 30,15 8,70 8,130 30,185 65,195 92,140 92,60 72,8"],
    "1": ["20,50 48,5 46,100 45,195"],
    "2": ["10,50 25,10 70,5 88,45 70,95 5,190 5,190 50,182 98,188"],
    "3": ["12,20 55,3 92,35 80,75 40,92 90,110 95,165 50,198 5,178"],
    "4": ["60,5 35,65 4,125 55,122 98,118", "75,70 72,130 68,198"],
    "5": ["22,8 16,50 14,90 60,75 95,110 90,170 50,198 6,182", "22,8 60,9 95,5"],
    "6": ["78,5 30,60 8,130 25,190 70,192 88,150 65,112 15,140"],
    "7": ["4,10 50,8 94,6 84,50 60,115 42,198"],
    "8": ["88,30 50,5 18,30 38,75 85,115 92,170 50,198 12,165 35,115 82,70 90,34"],
    "9": ["85,40 50,5 14,40 20,85 60,92 86,45 86,45 82,120 66,198"],
}


def digits(text, x=40, y=40, size=1.0, gap=135, steps=1):
    """The strokes of `text`, one list a stroke, in pixels of the paper; more steps make them rounder."""
    return [
        [(x + place * gap * size + u * size, y + v * size) for u, v in curve(stroke, steps)]
        for place, letter in enumerate(text)
        for stroke in SHAPES[letter]
    ]


def curve(stroke, steps):
    """A Catmull-Rom curve through the corners of a stroke, each way in so many steps."""
    corners = [tuple(map(int, corner.split(","))) for corner in stroke.split()]
    ends = [corners[0], *corners, corners[-1]]
    points = [
        tuple(_between(*(ends[i + k][axis] for k in range(4)), step / steps) for axis in (0, 1))
        for i in range(len(corners) - 1)
        for step in range(steps)
    ]
    return [*points, corners[-1]]


def _between(a, b, c, d, t):
    return (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2


CANVAS = "document.querySelector('digit-input').shadowRoot.querySelector('canvas')"
SWEEP = f"""(points) => {{
  const at = ([clientX, clientY]) => ({{pointerId: 1, pointerType: 'mouse', isPrimary: true, clientX, clientY}});
  const coalescedEvents = points.map((point) => new PointerEvent('pointermove', at(point)));
  if (points.length) {CANVAS}.dispatchEvent(new PointerEvent('pointermove', {{...at(points.at(-1)), coalescedEvents}}));
}}"""


class Mouse:
    """Writes with the left button."""

    def __init__(self, page):
        self.page, self.mouse = page, page.mouse
        self.corner = None  # of the paper, as of the last touch

    def at(self, x, y):
        if self.corner is None:
            box = self.page.locator("digit-input canvas").bounding_box()
            self.corner = box["x"], box["y"]
        return self.corner[0] + x, self.corner[1] + y

    def down(self, x, y):
        self.corner = None  # the window may have changed
        self._down(*self.at(x, y))

    def move(self, x, y):
        self._move(*self.at(x, y))

    def _down(self, x, y):
        self.mouse.move(x, y)
        self.mouse.down()

    def _move(self, x, y):
        self.mouse.move(x, y)

    def up(self):
        self.mouse.up()

    def stroke(self, points):
        self.down(*points[0])
        for point in points[1:]:
            self.move(*point)
        self.up()

    def write(self, text, **where):
        for stroke in digits(text, **where):
            self.stroke(stroke)


class Quick(Mouse):
    """A mouse so fast that no frame is painted between the ends of a stroke, which is what takes time in a test."""

    def stroke(self, points):
        first, *others = points
        self.down(*first)
        if others:
            *between, last = others
            self.page.evaluate(SWEEP, [self.at(*point) for point in between])
            self.move(*last)
        self.up()


class Touch(Mouse):
    """Writes with one finger, through the DevTools protocol."""

    def __init__(self, page):
        super().__init__(page)
        self.protocol = page.context.new_cdp_session(page)

    def _send(self, kind, points):
        self.protocol.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def together(self, kind, *places):
        """What several fingers do at once, the first of them first."""
        corners = [self.at(*place) for place in places]
        self._send(kind, [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(corners)])

    def _down(self, x, y):
        self._send("touchStart", [{"x": x, "y": y}])

    def _move(self, x, y):
        self._send("touchMove", [{"x": x, "y": y}])

    def up(self):
        self._send("touchEnd", [])

    def cancel(self):
        self._send("touchCancel", [])


class Pen(Touch):
    """Writes with a stylus, through the DevTools protocol."""

    def _send(self, kind, point, buttons=1):
        event = {"type": kind, "pointerType": "pen", "button": "left", "buttons": buttons, "clickCount": 1}
        self.protocol.send("Input.dispatchMouseEvent", event | point)

    def _down(self, x, y):
        self.point = {"x": x, "y": y}
        self._send("mousePressed", self.point)

    def _move(self, x, y):
        self.point = {"x": x, "y": y}
        self._send("mouseMoved", self.point)

    def up(self):
        self._send("mouseReleased", self.point, buttons=0)


HANDS = {"mouse": Mouse, "touch": Touch, "pen": Pen}
