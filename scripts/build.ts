import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../src/command-line/run-command.ts";
import { buildAction, differences } from "./build-action.ts";
import { buildClient } from "./build-client.ts";
import { buildLambda } from "./build-lambda.ts";
import { HELP, type Part, readBuildCommand } from "./command-lines/build.ts";

const root = join(import.meta.dirname, "..");

if (import.meta.main)
  process.exitCode = await runCommand({
    ...{ help: HELP, read: readBuildCommand },
    run: (command) => (command.kind === "check" ? check() : build(command.only, command.strict)),
  });

async function build(only: Part | undefined, strict: boolean): Promise<number> {
  if (only === undefined || only === "client") await buildClient({ root, outDir: join(root, "client") });
  if (only === undefined || only === "action") {
    const files = await buildAction({ root, outDir: join(root, "dist") });
    for (const [file, bytes] of files) console.log(`dist/${file}  ${bytes} bytes`);
  }
  if (only === "action" || only === "client") return 0;
  const results = await buildLambda({ root, outDir: join(root, "build/lambda") });
  for (const result of results) {
    console.log(
      "missing" in result
        ? `build/lambda/${result.name}: skipped, ${result.missing} does not exist`
        : `build/lambda/${result.name}/index.mjs  ${result.bytes} bytes`,
    );
  }
  return strict && results.some((result) => "missing" in result) ? 1 : 0;
}

/** What is committed is what runs: dist/ and client/ must be what their sources give. */
async function check(): Promise<number> {
  const wrong = [
    ...(await differing("dist", buildAction, "action")),
    ...(await differing("client", buildClient, "client")),
  ];
  for (const line of wrong) console.error(line);
  return wrong.length ? 1 : 0;
}

type Build = (places: { root: string; outDir: string }) => Promise<unknown>;
async function differing(folder: string, build: Build, only: string): Promise<string[]> {
  const outDir = join(root, `build/check-${folder}`);
  await build({ root, outDir });
  const names = await differences(outDir, join(root, folder));
  await rm(outDir, { recursive: true });
  return names.length
    ? [`${folder}/ is not what its sources give: ${names.join(", ")}. Run node scripts/build.ts --only ${only}`]
    : [];
}
