// Marks on a diagram that is shown: classes on elements and flows, words above elements.

// Elements that only carry a word get no class.
const CLASSES = ["done", "current", "taken", "deviating"];
const KINDS = [...CLASSES, "ready", "waiting", "stopped"];
const OWN = "quytrinh";

function flag(overlays, id, kind, word, left) {
  const html = document.createElement("div");
  html.className = `diagram-flag diagram-flag--${kind}`;
  html.textContent = word;
  overlays.add(id, OWN, { position: { top: -18, left }, html, show: {} });
  // Words stand side by side; 6.5 pixels are a letter of this size.
  return left + word.length * 6.5 + 12;
}

/** Mark the elements; an id the diagram does not show (a called process) is passed over. */
export function mark(viewer, marks, flags) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const lefts = new Map();
  for (const kind of KINDS) {
    for (const id of marks[kind] ?? []) {
      if (!registry.get(id)) continue;
      if (CLASSES.includes(kind)) canvas.addMarker(id, `is-${kind}`);
      if (flags[kind]) lefts.set(id, flag(viewer.get("overlays"), id, kind, flags[kind], lefts.get(id) ?? 0));
    }
  }
}

/** Take every mark away. */
export function unmark(viewer) {
  const canvas = viewer.get("canvas");
  viewer.get("overlays").remove({ type: OWN });
  for (const element of viewer.get("elementRegistry").getAll()) {
    for (const kind of CLASSES) canvas.removeMarker(element, `is-${kind}`);
  }
}

/** Bring the current step into the middle of the frame, without moving the page. */
export function scrollToCurrent(viewer, scroll, ids) {
  const registry = viewer.get("elementRegistry");
  const id = ids.find((each) => registry.get(each));
  if (!id || !scroll) return;
  const step = registry.getGraphics(id).getBoundingClientRect();
  const frame = scroll.getBoundingClientRect();
  scroll.scrollLeft += step.left + step.width / 2 - (frame.left + frame.width / 2);
  scroll.scrollTop += step.top + step.height / 2 - (frame.top + frame.height / 2);
}
