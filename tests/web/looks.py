"""What is wrong with a page by its looks, at a desk and on a telephone.

A page is opened once and looked at in both widths: only what a script arranges is
opened again. The pictures go to `build/contact-sheet/`, as JPEG: to pack one as PNG
costs as much as to draw it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from axe_playwright_python import base
from playwright import sync_api

from tests import waiting
from tests.web.office import DESK, TELEPHONE

SHEET: Final = Path(__file__).parents[2] / "build" / "contact-sheet"
WIDTHS: Final[Mapping[str, sync_api.ViewportSize]] = {"1280": DESK, "390": TELEPHONE}
WIDER: Final = "wider than the window"
#: axe reads the colours of every text from their strings, and a page has few of them:
#: what a string says is read once, which takes a third off.
_COLOURS: Final = """(() => {
  const colour = axe.commons.color.Color.prototype, {parseString} = colour;
  const known = new Map();
  colour.parseString = function (text) {
    if (known.has(text)) [this.r, this.g, this.b, this.alpha] = known.get(text);
    else {
      parseString.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    return this;
  };
})();"""
#: Only violations come back: the rest is a megabyte that nobody reads.
_AXE: Final = """window.axe === undefined ? null :
  axe.run({resultTypes: ["violations"]}).then((found) =>
    found.violations.map((one) => [one.id, one.nodes.map((each) => each.html)[0]]))"""
#: What stands out of the window, if the page scrolls sideways.
_OUTSIDE: Final = """document.documentElement.scrollWidth <= innerWidth ? null :
  String([...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > innerWidth
  ).map((one) => one.outerHTML.slice(0, 80)))"""
#: Fonts are there, and every diagram is drawn or says that it cannot be. Tells whether
#: a script arranges the page for its width.
_SETTLED: Final = """async (patience) => {
  const last = performance.now() + patience;
  const waiting = "[data-diagram-url]" +
    ":not([data-diagram=shown]):not([data-diagram=failed])";
  while (document.querySelector(waiting)) {
    if (performance.now() > last) throw new Error("a diagram is not drawn");
    await new Promise((go) => setTimeout(go, 20));
  }
  await document.fonts.ready;
  return document.querySelector("[data-diagram-url]") !== null;
}"""


def violations(page: sync_api.Page) -> list[tuple[str, str]]:
    """The rules of axe that a page breaks, each with the first place where it does."""
    found = page.evaluate(_AXE)
    if found is None:  # axe is not in this document yet.
        page.evaluate(base.AXE_SCRIPT + _COLOURS)
        found = page.evaluate(_AXE)
    return [(rule, place) for rule, place in found]


def faults(page: sync_api.Page) -> list[tuple[str, str]]:
    """What is not accessible, or does not fit."""
    outside = page.evaluate(_OUTSIDE)
    return violations(page) + ([] if outside is None else [(WIDER, outside)])


def of(page: sync_api.Page, name: str) -> list[tuple[str, ...]]:
    """Take the pictures of a page that is open, and tell what is wrong with it.

    It is left at the width of a desk.
    """
    found: list[tuple[str, ...]] = []
    SHEET.mkdir(parents=True, exist_ok=True)
    arranged = False
    for width, size in WIDTHS.items():
        page.set_viewport_size(size)
        if arranged:
            page.reload()
        arranged = page.evaluate(_SETTLED, waiting.BROWSER)
        picture = SHEET / f"{name}-{width}.jpg"
        page.screenshot(path=picture, full_page=True, type="jpeg", quality=80)
        found += [(name, width, *one) for one in faults(page)]
    page.set_viewport_size(DESK)
    return found
