// Long lists to choose from: what is typed above one leaves the lines that it fits.
// Without this file the list is whole, under the headings of its groups.

/** As the search of the server folds (storage/text.py): no marks, no case. */
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[đð]/g, "d");

const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** The lines of a list with what they are found by, under the group they stand in. */
function read(select) {
  return [...select.querySelectorAll("option")].filter((one) => one.value).map((option) => {
    const group = option.closest("optgroup")?.label ?? "";
    return { option, group, words: fold(`${option.textContent} ${group}`) };
  });
}

class Filter {
  constructor(select) {
    this.select = select;
    this.lines = read(select);
    this.none = select.querySelector('option[value=""]');
    this.draw();
  }

  draw() {
    const id = `${this.select.id}-loc`;
    const about = document.createElement("label");
    about.htmlFor = id;
    about.textContent = this.select.dataset.filter;
    this.input = document.createElement("input");
    Object.assign(this.input, { id, type: "search", className: "input", autocomplete: "off" });
    this.input.setAttribute("aria-controls", this.select.id);
    this.found = document.createElement("p");
    this.found.setAttribute("role", "status");
    const box = document.createElement("div");
    box.className = "select-filter";
    box.append(about, this.input, this.found);
    this.select.before(box);
    this.input.addEventListener("input", () => this.show());
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  fitting() {
    const words = fold(this.input.value).split(/\s+/).filter(Boolean);
    return this.lines.filter((line) => words.every((word) => line.words.includes(word)));
  }

  /** Leave what fits and what is chosen: filtering alone changes no answer. */
  show() {
    const chosen = this.select.value;
    const fitting = new Set(this.fitting());
    const groups = new Map();
    this.select.replaceChildren(...(this.none ? [this.none] : []));
    for (const line of this.lines) {
      if (!fitting.has(line) && line.option.value !== chosen) continue;
      if (!groups.has(line.group)) {
        const group = document.createElement("optgroup");
        group.label = line.group;
        groups.set(line.group, group);
        this.select.append(group);
      }
      groups.get(line.group).append(line.option);
    }
    this.select.value = chosen;
    this.found.textContent = this.input.value.trim() ? say(this.select.dataset.filterFound, { n: fitting.size, total: this.lines.length }) : "";
  }

  /** Enter takes the first line, the arrow goes into the list, Escape shows all. */
  key(event) {
    if (event.key === "Enter") {
      const first = this.fitting()[0];
      if (first && this.input.value.trim()) this.select.value = first.option.value;
      this.select.focus();
    } else if (event.key === "ArrowDown") this.select.focus();
    else if (event.key === "Escape" && this.input.value) {
      this.input.value = "";
      this.show();
    } else return;
    event.preventDefault();
  }
}

document.querySelectorAll("select[data-filter]").forEach((select) => new Filter(select));
