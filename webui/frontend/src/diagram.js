// Shows a BPMN diagram in each element with data-diagram-url and marks it by the record.
//
//   data-diagram-url  address of the BPMN file
//   data-marks        {"done": [ids], "current": [ids], "taken": [flow ids], "deviating": [ids]}
//   data-flags        {"current": "Đang ở đây", "deviating": "Lệch quy trình"}: the word of a mark
//   data-failure      the sentence shown when the diagram cannot be loaded
//   data-whole, data-readable
//                     the words of the button that shows all of a large diagram, and back
//   aria-label        what the diagram shows; its ordered text stands beside it
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { mark, scrollToCurrent } from "./marks.js";

const SMALLEST_SCALE = 0.75; // Labels of 12 px stay readable.
const MARGIN = 24; // Room for the word above a step.
const PAPER = 680; // Pixels between the margins of an A4 sheet.

/** Labels are measured while they are drawn, so the font must be there first. */
async function loadFonts(family) {
  await Promise.all([400, 600].map((weight) => document.fonts.load(`${weight} 12px ${family}`, "Hồ sơ Aa")));
}

/** Put the sheet, and only the sheet, into a box of its own that scrolls. */
function makeScrollable(container, label) {
  const scroll = document.createElement("div");
  scroll.className = "diagram-scroll";
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "group");
  if (label) scroll.setAttribute("aria-label", label);
  const sheet = container.querySelector(".djs-container");
  sheet.before(scroll);
  scroll.append(sheet);
  return { scroll, sheet };
}

/** How large the diagram may be drawn: as large as the frame has room for, all of it if asked. */
function scales({ scroll }, width, height) {
  const wide = Math.min(1, scroll.clientWidth / width);
  const room = parseFloat(getComputedStyle(scroll).maxHeight) || height;
  return { readable: Math.max(SMALLEST_SCALE, wide), whole: Math.min(wide, room / height) };
}

/** Draw all of the diagram as wide as paper, whatever the window is. */
function fitPaper(viewer, { sheet }) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const scale = Math.min(1, PAPER / (inner.width + 2 * MARGIN));
  sheet.style.width = `${PAPER}px`;
  sheet.style.height = `${Math.ceil((inner.height + 2 * MARGIN) * scale)}px`;
  canvas.resized();
  canvas.viewbox({
    x: inner.x - MARGIN,
    y: inner.y - MARGIN,
    width: PAPER / scale,
    height: inner.height + 2 * MARGIN,
  });
}

/** Give the sheet the size of the diagram; say whether some of it is out of view. */
function fit(viewer, box, whole) {
  const { scroll, sheet } = box;
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const width = inner.width + 2 * MARGIN;
  const height = inner.height + 2 * MARGIN;
  const possible = scales(box, width, height);
  const scale = whole ? possible.whole : possible.readable;
  sheet.style.width = `${whole ? scroll.clientWidth : Math.max(width * scale, scroll.clientWidth)}px`;
  sheet.style.height = `${Math.floor(height * scale)}px`;
  canvas.resized();
  const shown = canvas.getSize();
  canvas.viewbox({
    x: inner.x - MARGIN - (shown.width / scale - width) / 2,
    y: inner.y - MARGIN,
    width: shown.width / scale,
    height: shown.height / scale,
  });
  return possible.whole < possible.readable - 0.01;
}

/** A button that shows the whole diagram, and its readable size again. */
function offerWhole(element, arrange) {
  const foot = element.parentElement.querySelector(".diagram-frame__foot");
  const { whole, readable } = element.dataset;
  if (!foot || !whole) return null;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--as-link";
  button.textContent = whole;
  button.addEventListener("click", () => {
    element.toggleAttribute("data-is-whole");
    button.textContent = element.hasAttribute("data-is-whole") ? readable : whole;
    arrange();
  });
  foot.append(button);
  return button;
}

/** Arrange again when the frame got another width, not when it only grew in height. */
function followWidth(element, arrange) {
  let width = element.clientWidth;
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    arrange();
  }).observe(element);
}

async function load(element) {
  const response = await fetch(element.dataset.diagramUrl, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${response.status} ${element.dataset.diagramUrl}`);
  return response.text();
}

async function show(element) {
  const fontFamily = getComputedStyle(document.documentElement).getPropertyValue("--font").trim();
  const [xml] = await Promise.all([load(element), loadFonts(fontFamily)]);
  const text = { fontFamily, fontSize: 12, lineHeight: 1.3 };
  const viewer = new NavigatedViewer({
    container: element,
    textRenderer: { defaultStyle: text, externalStyle: { ...text, fontSize: 11 } },
    zoomScroll: { enabled: false }, // The wheel scrolls the page.
  });
  await viewer.importXML(xml);
  const marks = JSON.parse(element.dataset.marks || "{}");
  const box = makeScrollable(element.querySelector(".bjs-container"), element.getAttribute("aria-label"));
  mark(viewer, marks, JSON.parse(element.dataset.flags || "{}"));
  const arrange = () => {
    const large = fit(viewer, box, element.hasAttribute("data-is-whole"));
    if (button) button.hidden = !large;
    scrollToCurrent(viewer, box.scroll, marks.current ?? []);
  };
  const button = offerWhole(element, arrange);
  arrange();
  followWidth(element, arrange);
  addEventListener("beforeprint", () => fitPaper(viewer, box));
  addEventListener("afterprint", arrange);
  return viewer;
}

function fail(element, error) {
  console.error("diagram", error);
  const message = document.createElement("p");
  message.className = "diagram-failure";
  message.setAttribute("role", "status");
  message.textContent = element.dataset.failure ?? "";
  element.replaceChildren(message);
  element.dataset.diagram = "failed";
}

/** Show one diagram once; `data-diagram` tells how far it is. */
async function mount(element) {
  if (element.dataset.diagram) return;
  element.dataset.diagram = "loading";
  element.setAttribute("role", "group"); // Not "img": the diagram holds a link, the logo.
  try {
    const viewer = await show(element);
    element.dataset.diagram = "shown";
    element.dispatchEvent(new CustomEvent("diagram:shown", { bubbles: true, detail: { viewer } }));
  } catch (error) {
    fail(element, error);
  }
}

function mountAll() {
  document.querySelectorAll("[data-diagram-url]").forEach(mount);
}

document.addEventListener("htmx:after:swap", mountAll);
mountAll();
