"""Takes a report page apart, for the tests."""

import base64
import io
from html.parser import HTMLParser

import numpy as np
from matplotlib.image import imread


class Page(HTMLParser):
    """Tables (lists of rows of cell texts, by section), pictures and every outside reference."""

    def __init__(self, text):
        super().__init__()
        self.text = text
        self.sections, self.images, self.outside, self.notices = {}, [], [], []
        self._section = ""
        self._open = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "section":
            self._section = values["id"]
            self.sections[self._section] = []
        elif tag == "table":
            self.sections[self._section].append([])
        elif tag == "tr":
            self.sections[self._section][-1].append([])
        elif tag in ("td", "th"):
            self.sections[self._section][-1][-1].append("")
        for name in ("src", "srcset", "href"):
            self._reference(tag, values, name)
        if tag in ("script", "link", "iframe", "object"):
            self.outside.append(tag)
        if tag not in ("img", "source", "meta"):
            self._open.append(tag)
        if values.get("role") == "note":
            self.notices.append("")

    def _reference(self, tag, values, name):
        value = values.get(name, "#")
        if value.startswith("data:image/png;base64,"):
            self.images.append((values.get("alt"), decode(value)))
        elif not value.startswith("#"):
            self.outside.append(value[:80])

    def handle_endtag(self, tag):
        self._open.pop()

    def handle_data(self, data):
        if "td" in self._open or "th" in self._open:
            self.sections[self._section][-1][-1][-1] += data
        elif self.notices and "main" not in self._open:
            self.notices[-1] += data

    def table(self, section, number=0):
        """Rows of a table as {first cell: other cells}."""
        return {row[0]: row[1:] for row in self.sections[section][number]}


def decode(uri):
    """Pixels of an image embedded in the page."""
    return imread(io.BytesIO(base64.b64decode(uri.split(",", 1)[1], validate=True)))


def is_blank(pixels):
    """Whether an image shows nothing: hardly any variation among its pixels."""
    return float(np.std(np.asarray(pixels, float))) < 0.01
