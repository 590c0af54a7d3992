/* src/ → dist/: one script and one style sheet for the page, one script for other people's pages, every file
   named by its content so that browsers may keep it for ever. manifest.json tells the app the names. */
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

const here = import.meta.dirname;
const dist = join(here, "dist");

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  outdir: "dist",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  target: ["chrome123", "firefox121", "safari17.5"], // light-dark(), :has(), ARIA as properties,
  metafile: true,
  legalComments: "eof",
  logLevel: "warning",
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const built = await Promise.all([
  build({ ...common, entryPoints: ["src/page.css"] }),
  build({ ...common, entryPoints: ["src/favicon.svg"], loader: { ".svg": "copy" } }),
  // In scripts a style sheet is text: the custom element adopts it as its own.
  build({
    ...common,
    entryPoints: ["src/theme.js", "src/page.js", "src/digit-input.js", "src/embed.js", "src/docs.js"],
    format: "iife",
    loader: { ".css": "text" },
  }),
]);

const manifest = {};
for (const { metafile } of built)
  for (const [file, { entryPoint, inputs }] of Object.entries(metafile.outputs))
    manifest[basename(entryPoint ?? Object.keys(inputs)[0])] = basename(file);

for (const name of Object.values(manifest)) {
  const bytes = await readFile(join(dist, name));
  await writeFile(join(dist, `${name}.br`), await promisify(brotliCompress)(bytes));
  await writeFile(join(dist, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
}
await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
