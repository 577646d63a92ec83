// Plays the moments of a replay: slider, keys, buttons, links. It imports nothing: the
// page of a server bundles it, a file for reading offline holds it as it stands.
//
// play(board)          board.show(state) marks the diagram
// paper(svg, words)    a board over a picture with data-element and data-flow

/** Everything that has happened up to a moment, and what stands open after it. */
function stateAfter(moments, number) {
  const done = new Set();
  const taken = new Set();
  for (const each of moments.slice(0, number)) {
    each.done.forEach((id) => done.add(id));
    each.taken.forEach((id) => taken.add(id));
  }
  return { ...moments[number - 1], done, taken };
}

export function play(board) {
  const articles = [...document.querySelectorAll(".moment")];
  if (!articles.length) return;
  const moments = articles.map((each) => JSON.parse(each.dataset.moment));
  const slider = document.querySelector("#thoi-diem");
  const place = document.querySelector("[data-place]");
  const link = document.querySelector("[data-link]");
  const track = document.querySelector("[data-track]");
  const clocks = document.querySelector("[data-clocks]");
  const marked = [...document.querySelectorAll("[data-track] li, tr[data-number]")];
  document.querySelector(".moments").classList.add("has-player");
  track.style.setProperty("--steps", articles.length);
  document.querySelectorAll("[data-player]").forEach((each) => (each.hidden = false));

  function show(wanted) {
    const number = Math.min(Math.max(Math.trunc(wanted) || 1, 1), articles.length);
    const article = articles[number - 1];
    articles.forEach((each) => each.classList.toggle("is-shown", each === article));
    for (const each of marked) {
      const here = Number(each.dataset.number) === number;
      each.classList.toggle("is-here", here);
      if (here) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    }
    slider.value = number;
    slider.setAttribute("aria-valuetext", article.dataset.said);
    place.textContent = article.dataset.said;
    link.href = `#buoc-${number}`;
    if (clocks) {
      const { real, recorded } = article.dataset;
      clocks.querySelectorAll("dd").forEach((each, place) => (each.textContent = place ? recorded : real));
      clocks.classList.toggle("two-clocks--apart", real !== recorded);
    }
    history.replaceState(null, "", `${location.pathname}#buoc-${number}`);
    board.show(stateAfter(moments, number));
  }

  const here = () => Number(slider.value);
  const asked = () => Number(/^#buoc-(\d+)$/.exec(location.hash)?.[1]);
  function deviation() {
    const order = articles.map((_, index) => (here() + index) % articles.length);
    const found = order.find((index) => "remarkable" in articles[index].dataset);
    show(found === undefined ? here() : found + 1);
  }
  const go = {
    first: () => show(1),
    back: () => show(here() - 1),
    next: () => show(here() + 1),
    last: () => show(articles.length),
    deviation,
  };
  const keys = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last", b: "deviation", B: "deviation" };

  slider.addEventListener("input", () => show(here()));
  addEventListener("hashchange", () => asked() && show(asked()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go]");
    if (button) go[button.dataset.go]();
    const step = event.target.closest("a[href*='#buoc-']");
    if (!step || step === link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(Number(step.hash.slice("#buoc-".length)));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    const onSlider = event.target === slider;
    // The slider moves by itself, text is typed, a diagram that has the focus scrolls.
    if (onSlider ? keys[event.key] !== "deviation" : event.target.closest("input, textarea, select, [data-scrolls], .diagram-scroll")) return;
    event.preventDefault();
    go[keys[event.key]]();
  });
  show(asked() || here());
}

const NAMESPACE = "http://www.w3.org/2000/svg";

function flag(group, kind, word, left) {
  const x = Number(group.dataset.x) + left;
  const y = Number(group.dataset.y);
  const made = document.createElementNS(NAMESPACE, "g");
  made.setAttribute("class", `flag flag--${kind}`);
  const text = document.createElementNS(NAMESPACE, "text");
  text.setAttribute("x", x + 6);
  text.setAttribute("y", y - 5.5);
  text.textContent = word;
  const box = document.createElementNS(NAMESPACE, "rect");
  made.append(box, text);
  group.ownerSVGElement.append(made);
  const width = text.getComputedTextLength() + 12;
  for (const [name, value] of Object.entries({ x, y: y - 18, width, height: 17 })) box.setAttribute(name, value);
  return left + width + 2;
}

export function paper(svg, words) {
  const nodes = [...svg.querySelectorAll(".node")];
  const flows = [...svg.querySelectorAll(".flow")];
  return {
    show(state) {
      svg.querySelectorAll(".flag").forEach((each) => each.remove());
      for (const node of nodes) {
        const id = node.dataset.element;
        const here = id === state.at;
        node.classList.toggle("is-done", state.done.has(id) && !here);
        node.classList.toggle("is-current", here);
        node.classList.toggle("is-deviating", here && state.deviating);
        let left = 0;
        if (here) left = flag(node, state.deviating ? "deviating" : "current", words[state.deviating ? "deviating" : "current"], left);
        for (const kind of ["ready", "waiting", "stopped"]) if (state[kind].includes(id)) left = flag(node, kind, words[kind], left);
      }
      for (const flow of flows) flow.classList.toggle("is-taken", state.taken.has(flow.dataset.flow));
      const box = svg.parentElement;
      const step = nodes.find((node) => node.dataset.element === state.at);
      if (!step) return;
      const [at, frame] = [step.getBoundingClientRect(), box.getBoundingClientRect()];
      box.scrollLeft += at.left + at.width / 2 - (frame.left + frame.width / 2);
      box.scrollTop += at.top + at.height / 2 - (frame.top + frame.height / 2);
    },
  };
}
