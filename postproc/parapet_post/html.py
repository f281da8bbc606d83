"""A few words of HTML: elements that escape their text, tables, figures and the page."""

from html import escape
from pathlib import Path

STYLE_SHEET = Path(__file__).with_name("page.css")


class Markup(str):
    """Text that is HTML already."""


def element(tag, *content, **attributes):
    """`<tag …>content</tag>`; plain text is escaped, `class_` writes `class`, True a bare name,
    and an attribute that is None or False is left out."""
    words = [tag]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        words.append(key if value is True else f'{key}="{escape(str(value))}"')
    inner = join(*content)
    opening = f"<{' '.join(words)}>"
    return Markup(opening if tag in ("img", "source", "meta") else f"{opening}{inner}</{tag}>")


def join(*content):
    return Markup("".join(part if isinstance(part, Markup) else escape(str(part))
                          for part in content if part is not None))


def table(head, rows, caption=None, text_columns=(0,)):
    """A table; cells are right-aligned numbers except in `text_columns`."""
    def cells(name, row, **more):
        return join(*(element(name, cell, class_=None if i in text_columns else "number", **more)
                      for i, cell in enumerate(row)))
    body = join(*(element("tr", cells("td", row)) for row in rows))
    return element("div", element(
        "table",
        element("caption", caption) if caption else None,
        element("thead", element("tr", cells("th", head, scope="col"))) if head else None,
        element("tbody", body)), class_="scroll")


def section(anchor, title, *content):
    return element("section", element("h2", title), *content, id=anchor)


def page(title, body):
    """The whole document, with nothing outside it."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Markup(STYLE_SHEET.read_text(encoding="utf-8"))))
    return f"<!DOCTYPE html>\n{element('html', head, element('body', body), lang='en')}\n"
