import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { emptyForAssembly } from "../infra/assembly-folder.ts";
import { summaryInWords, summaryOf } from "../infra/summary.ts";
import { type Synthesis, synthesise } from "../infra/synthesise.ts";
import { runCommand, type Streams, terminal } from "../src/command-line/run-command.ts";
import { parseConfiguration } from "../src/targets/configuration.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { buildLambda } from "./build-lambda.ts";
import { HELP, readSynthCommand } from "./command-lines/synth.ts";

type Options = { file: string; out: string };
export type Made = Synthesis & { deployment: Deployment };

/** Builds the functions and makes the cloud assembly. `build` is there for tests, which have their own bundles. */
export async function makeAssembly(
  { file, out }: Options,
  build: () => Promise<string> = buildFunctions,
): Promise<Made> {
  const configuration = parseConfiguration(readNamed(file), file);
  const outdir = resolve(out);
  const [bundles] = await Promise.all([build(), emptyForAssembly(outdir)]);
  const synthesis = await synthesise({
    configuration,
    configurationFile: file,
    bundles,
    outdir,
    againstSchemas: true,
  });
  return { ...synthesis, deployment: configuration.deployment! };
}

async function buildFunctions(): Promise<string> {
  const root = join(import.meta.dirname, "..");
  const outDir = join(root, "build/lambda");
  await buildLambda({ root, outDir });
  return outDir;
}

function readNamed(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(
      `expected a configuration to read at ${file}, found: ${(error as Error).message}. \`npm run init\` writes one`,
    );
  }
}

type World = Streams & { build?: () => Promise<string> };

/** Answers the exit code. */
export function synth(args: string[], { build, ...streams }: World = terminal): Promise<number> {
  return runCommand({
    ...{ args, help: HELP, read: readSynthCommand, streams },
    async run({ json, ...options }) {
      try {
        const { deployment, ...synthesis } = await makeAssembly(options, build);
        const summary = await summaryOf(synthesis, deployment);
        streams.print(json ? JSON.stringify(summary, null, 2) : summaryInWords(summary));
        return 0;
      } catch (error) {
        streams.complain((error as Error).message);
        return 1;
      }
    },
  });
}

if (import.meta.main) process.exitCode = await synth(process.argv.slice(2));
