import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { licenceTexts } from "../../scripts/licences.ts";

const metafile = (bytes: Record<string, number>): Metafile => ({
  inputs: {},
  outputs: {
    "dist/index.js": {
      ...{ bytes: 1, imports: [], exports: [] },
      inputs: Object.fromEntries(Object.entries(bytes).map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
    },
  },
});

async function installed(packages: Record<string, string | undefined>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "intermission-licences-"));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, text] of Object.entries(packages)) {
    const folder = join(root, "node_modules", name);
    await mkdir(folder, { recursive: true });
    const last = name.split("node_modules/").at(-1);
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: last, version: "1.0.0", license: "MIT" }));
    if (text !== undefined) await writeFile(join(folder, "LICENSE.md"), text);
  }
  return root;
}

test("the licences are those of the packages of which something is in the bundle, and of no other", async () => {
  const packages = {
    one: "One's text",
    "@scope/two": "Two's text",
    "one/node_modules/three": "Three's text",
    four: "Four's text",
  };
  const root = await installed(packages);
  const bundled = {
    "src/x.ts": 9,
    "node_modules/one/a.js": 5,
    "../up/node_modules/@scope/two/b.js": 0,
    "node_modules/@scope/two/c.js": 1,
    "node_modules/one/node_modules/three/d.js": 2,
    "node_modules/four/e.js": 0,
  };
  const text = await licenceTexts({ root, metafile: metafile(bundled) });
  expect(text.match(/^\S+@1\.0\.0 \(MIT\)\n\n.*$/gm)).toEqual([
    "@scope/two@1.0.0 (MIT)\n\nTwo's text",
    "one@1.0.0 (MIT)\n\nOne's text",
    "three@1.0.0 (MIT)\n\nThree's text",
  ]);
});

test.for([
  ["no licence file", undefined, "expected the text of its licence (MIT) beside its package.json"],
  ["an empty one", "\n", "expected the text of its licence in LICENSE.md, found an empty file"],
] as const)("a package with %s cannot be bundled", async ([, text, said]) => {
  const root = await installed({ bare: text });
  const built = licenceTexts({ root, metafile: metafile({ "node_modules/bare/a.js": 1 }) });
  await expect(built).rejects.toThrow(`bare@1.0.0: ${said}`);
});

test("every package in the committed bundle has the text of a licence beside its name", async () => {
  const sections = (await readFile("dist/licenses.txt", "utf8")).split(`${"-".repeat(79)}\n`).slice(1);
  expect(sections.length).toBeGreaterThan(10);
  for (const section of sections)
    expect(section).toMatch(/^\S+@\d+\.\d+\.\d+\S* \([\w.-]+\)\n\n[\s\S]*(copyright|permission)[\s\S]{200,}/i);
});
