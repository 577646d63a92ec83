// Pages with a form: drafts saved while somebody types, files that come in parts and
// go on where a broken connection left them (tus 1.0.0). Each page works without it.

const PART = 1024 * 1024;
const PAUSE = 3000; // milliseconds without typing until a draft is saved
const LONGEST_REST = 15000;
const TUS = { "Tus-Resumable": "1.0.0" };

/** Fill the places of a text: "Uploading {name}". */
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

/** Wait; a connection that comes back ends the waiting. */
function rest(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
  });
}

const token = () => document.querySelector("input[name=csrf_token]").value;
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** The checksum of a part; browsers compute it on secure pages only. */
async function checksum(part) {
  if (!crypto.subtle) return {};
  return { "Upload-Checksum": `sha256 ${base64(await crypto.subtle.digest("SHA-256", part))}` };
}

/** A refusal that trying again does not change. */
class Refused extends Error {}

async function send(address, method, headers = {}, body = undefined, signal = undefined) {
  const all = { ...TUS, "X-CSRF-Token": token(), ...headers };
  const answer = await fetch(address, { method, headers: all, body, signal });
  const passing = answer.status >= 500 || answer.status === 409 || answer.status === 460;
  if (!answer.ok && !passing) throw new Refused(answer.headers.get("Content-Type")?.startsWith("text/plain") ? await answer.text() : "");
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

/** One file on its way: announced once, sent part after part, asked about after a break. */
class Upload {
  constructor(file, input) {
    this.file = file;
    this.input = input;
    this.words = JSON.parse(input.dataset.words);
    // The same file chosen again on this device goes on where it stood.
    this.place = `quytrinh-upload:${file.name}:${file.size}:${file.lastModified}`;
    this.stopped = new AbortController();
    this.draw();
  }

  draw() {
    this.row = document.createElement("li");
    this.row.innerHTML = '<div class="progress"><div class="progress__line"><span></span><span role="status"></span></div><progress></progress></div><button type="button" class="button button--as-link"></button>';
    const [name, state] = this.row.querySelectorAll("span");
    name.textContent = say(this.words.sending, { name: this.file.name });
    this.state = state;
    this.bar = this.row.querySelector("progress");
    this.bar.max = this.file.size;
    this.bar.setAttribute("aria-label", name.textContent);
    const leave = this.row.querySelector("button");
    leave.textContent = this.words.leave;
    leave.addEventListener("click", () => this.leave());
    list(this.input).append(this.row);
  }

  show(offset) {
    this.bar.value = offset;
    const mega = (bytes) => (bytes / PART).toFixed(1).replace(".", ",");
    this.state.textContent = say(this.words.of, { done: mega(offset), size: mega(this.file.size) });
  }

  async run() {
    for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_REST)) {
      try {
        return this.keep(await this.transfer(() => (wait = 1000)));
      } catch (failure) {
        if (this.stopped.signal.aborted) return undefined;
        if (failure instanceof Refused) return this.fail(failure.message);
        this.state.textContent = this.words.waiting;
        await rest(wait);
      }
    }
  }

  /** Send what is missing; give what a form needs to refer to the file. */
  async transfer(progressed) {
    let offset = await this.begin();
    while (offset < this.file.size) {
      this.show(offset);
      const part = await this.file.slice(offset, offset + PART).arrayBuffer();
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": offset, ...(await checksum(part)) };
      const answer = await send(this.address, "PATCH", headers, part, this.stopped.signal);
      offset = Number(answer.headers.get("Upload-Offset"));
      progressed();
    }
    this.show(offset);
    return (await send(this.address, "GET", { Accept: "application/json" })).json();
  }

  /** Where to go on: asked of the server, or announced anew when it knows nothing. */
  async begin() {
    this.address = localStorage.getItem(this.place);
    if (this.address) {
      try {
        return Number((await send(this.address, "HEAD")).headers.get("Upload-Offset"));
      } catch (failure) {
        if (!(failure instanceof Refused)) throw failure;
        localStorage.removeItem(this.place);
      }
    }
    const about = { filename: this.file.name, case: this.input.form.dataset.case ?? "" };
    const pairs = Object.entries(about).filter(([, value]) => value);
    const told = pairs.map(([key, value]) => `${key} ${base64(new TextEncoder().encode(value))}`).join(",");
    const answer = await send(this.input.dataset.uploadUrl, "POST", { "Upload-Length": this.file.size, "Upload-Metadata": told });
    this.address = answer.headers.get("Location");
    localStorage.setItem(this.place, this.address);
    return 0;
  }

  keep(kept) {
    localStorage.removeItem(this.place);
    this.row.innerHTML = '<label class="choice"><input type="checkbox" checked><span></span></label> <span class="quiet"></span>';
    const box = this.row.querySelector("input");
    box.name = this.input.dataset.token;
    box.value = kept.token;
    this.row.querySelector("label span").textContent = kept.name;
    this.row.querySelector(".quiet").textContent = `${kept.size} · ${this.words.kept}`;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  fail(reason) {
    localStorage.removeItem(this.place);
    this.row.innerHTML = '<span class="field-error" role="alert"></span>';
    this.row.firstChild.textContent = reason || say(this.words.failed, { name: this.file.name });
  }

  leave() {
    this.stopped.abort();
    localStorage.removeItem(this.place);
    this.row.remove();
    if (this.address) send(this.address, "DELETE").catch(() => {}); // Else the server cleans up.
    this.input.focus();
  }
}

/** The list of files beside a field. */
function list(input) {
  let found = input.parentElement.querySelector(".file-list");
  if (!found) {
    found = document.createElement("ul");
    found.className = "file-list";
    input.before(found);
  }
  return found;
}

const underway = new Map(); // form -> how many files are being sent
const waiting = new Map(); // form -> the button that waits for them

async function upload(input) {
  const files = [...input.files];
  const form = input.form;
  input.value = ""; // The form itself does not send them a second time.
  if (!input.multiple) for (const old of list(input).querySelectorAll("input:checked")) old.checked = false;
  for (const file of files) {
    underway.set(form, (underway.get(form) ?? 0) + 1);
    try {
      await new Upload(file, input).run();
    } finally {
      underway.set(form, underway.get(form) - 1);
    }
  }
  goOn(form);
}

/** Send the form that waited for its files, unless one of them was refused. */
function goOn(form) {
  if (underway.get(form) || !waiting.has(form)) return;
  const button = waiting.get(form);
  waiting.delete(form);
  if (!form.querySelector(".file-list .field-error")) form.requestSubmit(button);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file][data-upload-url]") && event.target.files.length) upload(event.target);
});

/** A form is sent when the last of its files has come. */
document.addEventListener("submit", (event) => {
  if (!underway.get(event.target)) return;
  event.preventDefault();
  waiting.set(event.target, event.submitter);
  const said = event.target.querySelector(".file-list [role=status]");
  said.textContent = JSON.parse(event.target.querySelector("[data-words]").dataset.words).underway;
  said.scrollIntoView({ block: "center" });
});

/** Everything was brought: ticked in its place, where the server would draw the page anew. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tick-all]");
  if (!button) return;
  event.preventDefault();
  for (const box of button.closest("fieldset").querySelectorAll("input[name$='-co']")) box.checked = true;
});

/** Whether a control says something else than the page came with. */
function differs(control) {
  if (["hidden", "file"].includes(control.type)) return false;
  if (["checkbox", "radio"].includes(control.type)) return control.checked !== control.defaultChecked;
  if (control.type === "select-one") {
    const given = [...control.options].findIndex((one) => one.defaultSelected);
    return control.selectedIndex !== Math.max(0, given);
  }
  return "defaultValue" in control && control.value !== control.defaultValue;
}

/** Drafts: saved three seconds after the last change, one saving at a time. */
class Draft {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector(".draft-state");
    this.revision = form.querySelector("[name=draft]");
    this.changed = false;
    this.saving = false;
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.touch());
    form.addEventListener("submit", (event) => this.stop(event));
    window.addEventListener("online", () => this.changed && this.touch());
    // Somebody typed before this script was there, or came back to what was typed.
    if ([...form.elements].some(differs)) this.touch();
  }

  touch() {
    this.changed = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /** Sending the form says everything a draft would. */
  stop(event) {
    if (event.defaultPrevented) return;
    clearTimeout(this.timer);
    this.sent = true;
  }

  async save() {
    if (this.saving || this.sent) return;
    this.saving = true;
    this.changed = false;
    try {
      await this.put();
    } catch {
      this.state.textContent = this.form.dataset.notSaved;
      this.touch();
    }
    this.saving = false;
    if (this.changed) this.touch();
  }

  async put() {
    const values = new FormData(this.form);
    for (const input of this.form.querySelectorAll("input[type=file]")) values.delete(input.name);
    const headers = { Accept: "application/json" };
    const answer = await fetch(this.form.dataset.draftUrl, { method: "POST", body: values, headers });
    const known = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (!known) {
      this.state.textContent = answer.status === 403 ? this.form.dataset.signedOut : this.form.dataset.notSaved;
      return;
    }
    const { revision, said, kept } = await answer.json();
    if (kept) this.revision.value = revision;
    this.state.textContent = said;
  }
}

for (const form of document.querySelectorAll("form[data-draft-url]")) new Draft(form);
