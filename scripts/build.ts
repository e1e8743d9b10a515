import { rm } from "node:fs/promises";
import { join } from "node:path";
import { oneOf } from "../src/command-line/meanings.ts";
import { readOptions } from "../src/command-line/read-options.ts";
import { type Asked, runCommand } from "../src/command-line/run-command.ts";
import { buildAction, differences } from "./build-action.ts";
import { buildClient } from "./build-client.ts";
import { buildLambda } from "./build-lambda.ts";

const root = join(import.meta.dirname, "..");
const PARTS = ["action", "client", "lambda"] as const;
type Part = (typeof PARTS)[number];

const HELP = `Builds what is committed or deployed: the action (dist/), the client (client/) and the functions (build/lambda).

  npm run build -- [--only action|client|lambda] [--strict] [--check]

  --only NAME  this part alone: ${PARTS.join(", ")}
  --strict     ends with 1 where a function has no source yet
  --check      builds elsewhere, and ends with 1 where dist/ or client/ is not what its sources give
  --help, -h   this`;

type BuildCommand = { kind: "check" } | { kind: "build"; only?: Part; strict: boolean };

/** Everything that is wrong with the command is said at once. */
export function readBuildCommand(args: string[]): Asked<BuildCommand> {
  const { values, given, problems } = readOptions(args, {
    options: {
      only: { type: "string", as: oneOf(PARTS), what: `one of ${PARTS.join(", ")}` },
      strict: { type: "boolean" },
      check: { type: "boolean" },
    },
  });
  if (values.help) return { kind: "help" };
  const { only, strict, check: checks } = values;
  if (checks)
    for (const name of ["only", "strict"])
      if (given.has(name))
        problems.push(`--${name}: expected nothing of the kind with --check, which looks at dist/ and client/`);
  if (strict && (only === "action" || only === "client"))
    problems.push(`--strict: expected the functions to be built, found --only ${only}`);
  if (problems.length > 0) return { kind: "wrong", problems };
  return checks ? { kind: "check" } : { kind: "build", ...(only !== undefined && { only }), strict };
}

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
