// The replay of a case over the diagram that diagram.js shows.
import { play } from "../../templates/replays/player.js";
import { mark, scrollToCurrent, unmark } from "./marks.js";

const frame = document.querySelector("[data-replay-flags]");
const flags = frame ? JSON.parse(frame.dataset.replayFlags) : {};
let viewer = null;
let last = null;

/** Mark the diagram as it stood; before it is drawn, remember what to mark. */
function show(state) {
  last = state;
  if (!viewer) return;
  unmark(viewer);
  const here = state.at ? [state.at] : [];
  const marks = {
    done: [...state.done].filter((id) => id !== state.at),
    taken: [...state.taken],
    current: state.deviating ? [] : here,
    deviating: state.deviating ? here : [],
    ready: state.ready,
    waiting: state.waiting,
    stopped: state.stopped,
  };
  mark(viewer, marks, flags);
  scrollToCurrent(viewer, frame.querySelector(".diagram-scroll"), [...here, ...state.ready]);
}

document.addEventListener("diagram:shown", (event) => {
  viewer = event.detail.viewer;
  if (last) show(last);
});
play({ show });
