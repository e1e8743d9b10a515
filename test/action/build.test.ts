import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildAction, differences, refuseForbidden } from "../../scripts/build-action.ts";
import { buildLambda } from "../../scripts/build-lambda.ts";
import { withTables } from "../../scripts/readme-tables.ts";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "intermission-dist-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test("the action's bundle is reproducible, carries the licences of what is in it, and stays small", async () => {
  const [one, other] = [await folder(), await folder()];
  const files = await buildAction({ root: process.cwd(), outDir: one });
  await buildAction({ root: process.cwd(), outDir: other });
  expect(await differences(one, other)).toEqual([]);
  expect([...files.keys()].sort()).toEqual([
    "cleanup.js",
    "github.js",
    "index.js",
    "licenses.txt",
    "package.json",
    "shared.js",
    "toolkit.js",
  ]);
  const bytes = (name: string) => files.get(`${name}.js`) ?? 0;
  expect(bytes("index") + bytes("shared") + bytes("toolkit")).toBeLessThan(900_000);
  expect(bytes("github")).toBeLessThan(150_000);
});

test("the committed dist/ is what its sources give (node scripts/build.ts --only action)", async () => {
  const built = await folder();
  await buildAction({ root: process.cwd(), outDir: built });
  expect(await differences(built, "dist")).toEqual([]);
});

test("the functions are bundled as modules with a handler, and one without an entry is skipped by name", async () => {
  const root = await folder();
  await mkdir(join(root, "src/api"), { recursive: true });
  await writeFile(join(root, "src/api/lambda.ts"), "export const handler = async (): Promise<number> => 42;");
  const results = await buildLambda({ root, outDir: join(root, "out") });
  expect(results).toEqual([
    { name: "api", bytes: expect.any(Number) },
    { name: "runbook", missing: "src/engine/lambda.ts" },
    { name: "execution-ended", missing: "src/engine/execution-ended-lambda.ts" },
    { name: "announce", missing: "src/engine/announce-lambda.ts" },
    { name: "watch", missing: "src/engine/watch-lambda.ts" },
  ]);
  const bundled = await import(join(root, "out/api/index.mjs"));
  expect(await bundled.handler()).toBe(42);
});

test("a file that differs, and one that is missing, are found", async () => {
  const [one, other] = [await folder(), await folder()];
  await writeFile(join(one, "a.js"), "1");
  await writeFile(join(other, "a.js"), "2");
  await writeFile(join(other, "b.js"), "1");
  expect(await differences(one, other)).toEqual(["a.js", "b.js"]);
});

test("a bundle with the AWS SDK in it is refused, naming who brought it", () => {
  const sdk = "node_modules/@aws-sdk/client-ecs/index.js";
  const imported = { path: sdk, kind: "import-statement" as const };
  expect(() =>
    refuseForbidden({
      inputs: { "src/action/main.ts": { bytes: 1, imports: [imported] }, [sdk]: { bytes: 1, imports: [] } },
    }),
  ).toThrow("must not contain the AWS SDK, which src/action/main.ts brings in");
});

test("the README's tables are what action.yml says, and the rest is left alone", () => {
  const yaml = `
inputs:
  mode:
    description: |-
      How to go. Allowed values:
      - \`a|b\`: fast
      - \`c\`: slow
      Think twice.
    required: false
    default: c
  name: { description: Who, required: true }
outputs:
  id: { description: Which }
`;
  const readme =
    "# Us\n<!-- action:inputs -->\nold\n<!-- /action:inputs -->\n…\n<!-- action:outputs --><!-- /action:outputs -->\nend\n";
  expect(withTables(readme, yaml)).toBe(`# Us
<!-- action:inputs -->
| Input | Default | Meaning |
| --- | --- | --- |
| \`mode\` | \`c\` | How to go. Allowed values:<br>• \`a\\|b\`: fast<br>• \`c\`: slow<br>Think twice. |
| \`name\` | **required** | Who |
<!-- /action:inputs -->
…
<!-- action:outputs -->
| Output | Meaning |
| --- | --- |
| \`id\` | Which |
<!-- /action:outputs -->
end
`);
  expect(() => withTables("nothing", yaml)).toThrow("expected <!-- action:inputs -->");
});
