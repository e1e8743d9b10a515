import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildAction, differences } from "./build-action.ts";
import { buildLambda } from "./build-lambda.ts";

const root = join(import.meta.dirname, "..");

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      only: { type: "string" },
      strict: { type: "boolean", default: false },
    },
  });
  if (values.only !== undefined && values.only !== "action" && values.only !== "lambda")
    throw new Error(`--only: expected action or lambda, found ${values.only}`);
  process.exitCode = values.check ? await check() : await build(values.only, values.strict);
}

async function build(only: "action" | "lambda" | undefined, strict: boolean): Promise<number> {
  if (only !== "lambda") {
    const files = await buildAction({ root, outDir: join(root, "dist") });
    for (const [file, bytes] of files) console.log(`dist/${file}  ${bytes} bytes`);
  }
  if (only === "action") return 0;
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

/** What is committed is what runs: dist/ must be what its sources give. */
async function check(): Promise<number> {
  const outDir = join(root, "build/check-dist");
  await buildAction({ root, outDir });
  const differing = await differences(outDir, join(root, "dist"));
  await rm(outDir, { recursive: true });
  if (differing.length === 0) return 0;
  console.error(`dist/ is not what its sources give: ${differing.join(", ")}. Run node scripts/build.ts --only action`);
  return 1;
}
