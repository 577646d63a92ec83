// Every page: htmx, and what makes the keyboard and the list bar pleasant.
// Each page works without this file.
import "htmx.org/dist/htmx.esm.js";
import "./choosing.js";

/** Selecting rows shows the bulk bar in the place of the list bar; nothing moves. */
function showChosen(list) {
  const boxes = [...list.querySelectorAll("tbody input[type=checkbox]")];
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").classList.toggle("is-chosen", box.checked);
  const bar = document.querySelector(".list-bar");
  if (!bar) return;
  bar.classList.toggle("has-chosen", chosen.length > 0);
  const count = bar.querySelector("[data-chosen-count]");
  if (count) count.textContent = count.dataset.chosenCount.replace("%d", chosen.length);
}

document.addEventListener("change", (event) => {
  const list = event.target.closest(".worklist");
  if (list && event.target.type === "checkbox") showChosen(list);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clear]")) return;
  for (const list of document.querySelectorAll(".worklist")) {
    for (const box of list.querySelectorAll("tbody input[type=checkbox]")) box.checked = false;
    showChosen(list);
  }
});

/** Rows by keyboard: j and k move, Enter opens, x chooses, "?" tells the keys. */
function moveRow(step) {
  const rows = [...document.querySelectorAll(".worklist[data-keys] tr.work")];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step];
  next?.querySelector("a.worklist__code").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const row = event.target.closest("tr.work");
  const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  if (!document.querySelector(".worklist[data-keys]")) return;
  if (event.key in moves && (row || event.key.length === 1)) moveRow(moves[event.key]);
  else if (event.key === "x" && row) row.querySelector("input[type=checkbox]").click();
  else if (event.key === "Enter" && event.target.type === "checkbox") row?.querySelector("a").click();
  else if (event.key === "?") {
    const keys = document.getElementById("phim-tat");
    keys.open = !keys.open;
    keys.querySelector("summary").focus();
  } else return;
  event.preventDefault();
});

/** "/" goes to the search field, unless someone is typing. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector(".page-header__search input[type=search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
});

/** A summary of errors takes the focus, so that it is read out first (WCAG 2.2, 3.3.1). */
function announceErrors() {
  const summary = document.querySelector(".error-summary");
  if (!summary || summary.contains(document.activeElement)) return;
  summary.setAttribute("tabindex", "-1");
  summary.focus();
}

/** What stands on the page now, at first and after htmx changed it. */
function refresh() {
  document.querySelectorAll(".worklist").forEach(showChosen);
  announceErrors();
}

document.addEventListener("htmx:after:swap", refresh);
refresh();
