// Bundles the scripts and style sheets into ../static/dist: hashed names, a manifest for
// the templates, a .gz beside each text file, the licences of what is shipped, and sizes
// held against their budgets.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const TARGET = path.join(HERE, "..", "static", "dist");
const FRESH = `${TARGET}.new`;
const ENTRIES = ["app.js", "app.css", "desk.js", "diagram.js", "diagram.css", "replay.js"];
const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;

// Compressed kilobytes of scripts and styles that a page loads; fonts are cached apart.
const BUDGETS = [
  { page: "worklist", entries: ["app.js", "app.css"], limit: 60 },
  { page: "replay", entries: ENTRIES.filter((name) => name !== "desk.js"), limit: 150 },
  { page: "task", entries: ENTRIES.filter((name) => name !== "replay.js"), limit: 150 },
];

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: HERE,
    entryPoints: ENTRIES.map((name) => `src/${name}`),
    outdir: FRESH,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: ["chrome109", "firefox115", "safari16"],
    charset: "utf8",
    legalComments: "none", // Whole licences stand in NOTICE.txt.
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    metafile: true,
    logLevel: "warning",
  });
  return metafile.outputs;
}

/** The name a template asks for, and the hashed file that carries it now. */
function manifestOf(outputs) {
  const manifest = {};
  for (const [file, { entryPoint, inputs }] of Object.entries(outputs)) {
    const source = entryPoint ?? (file.endsWith(".woff2") ? Object.keys(inputs)[0] : null);
    if (source) manifest[path.basename(source)] = path.basename(file);
  }
  return Object.fromEntries(Object.entries(manifest).sort());
}

async function licenceText(folder) {
  const names = (await readdir(folder)).filter((name) => LICENCE_FILE.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
  return texts.map((text) => text.trim()).join("\n\n");
}

/** One paragraph per shipped package of the lock file: name, version, licence, its text. */
async function notice() {
  const lock = JSON.parse(await readFile(path.join(HERE, "package-lock.json"), "utf8"));
  const parts = [];
  for (const [folder, entry] of Object.entries(lock.packages)) {
    if (!folder || entry.dev || entry.devOptional) continue;
    const name = folder.split("node_modules/").at(-1);
    const text = await licenceText(path.join(HERE, folder));
    parts.push(`${name} ${entry.version}: ${entry.license}\n\n${text}\n`);
  }
  return parts.sort().join(`\n${"-".repeat(78)}\n\n`);
}

/** Write a .gz beside each text file; answer the compressed size of every file. */
async function compress() {
  const sizes = {};
  for (const name of await readdir(FRESH)) {
    const bytes = await readFile(path.join(FRESH, name));
    sizes[name] = bytes.length;
    if (!/\.(js|css|json)$/.test(name)) continue;
    const packed = gzipSync(bytes, { level: 9 });
    await writeFile(path.join(FRESH, `${name}.gz`), packed);
    sizes[name] = packed.length;
  }
  return sizes;
}

/** The files an entry loads at once: itself and the chunks it imports. */
function loadedBy(file, outputs, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const each of outputs[file].imports) {
    if (each.kind === "import-statement") loadedBy(each.path, outputs, seen);
  }
  return seen;
}

function report(outputs, manifest, sizes) {
  const byName = Object.fromEntries(Object.keys(outputs).map((file) => [path.basename(file), file]));
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
  for (const [name, file] of Object.entries(manifest)) {
    console.log(`${name.padEnd(48)} ${kilobytes(sizes[file]).padStart(7)} KB sent`);
  }
  let within = true;
  for (const { page, entries, limit } of BUDGETS) {
    const files = new Set(entries.flatMap((name) => [...loadedBy(byName[manifest[name]], outputs)]));
    const sum = [...files].reduce((total, file) => total + sizes[path.basename(file)], 0);
    console.log(`page ${page}: ${kilobytes(sum)} KB of at most ${limit} KB`);
    within &&= sum <= limit * 1000;
  }
  return within;
}

await rm(FRESH, { recursive: true, force: true });
await mkdir(FRESH, { recursive: true });
const outputs = await bundle();
const manifest = manifestOf(outputs);
const sizes = await compress();
await writeFile(path.join(FRESH, "NOTICE.txt"), await notice());
if (!report(outputs, manifest, sizes)) {
  console.error("A page is over its budget: load less on it, or load it later.");
  process.exit(1);
}
// The manifest comes last: its presence says that the build is whole.
await writeFile(path.join(FRESH, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(TARGET, { recursive: true, force: true });
await rename(FRESH, TARGET);
