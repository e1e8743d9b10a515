import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { emptyForAssembly } from "../infra/assembly-folder.ts";
import { summaryInWords, summaryOf } from "../infra/summary.ts";
import { type Synthesis, synthesise } from "../infra/synthesise.ts";
import { parseConfiguration } from "../src/targets/configuration.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { buildLambda } from "./build-lambda.ts";

const HELP = `Makes the CloudFormation template of a deployment, and says what is in it. It needs no AWS account and no network.

  npm run synth -- --file intermission.yml

  --file FILE  the configuration (intermission.yml); \`deployment\` in it says where and how
  --out DIR    where the template and the functions' code go (build/cdk.out)
  --json       answers as JSON
  --help       this

It ends with 1 where the configuration cannot be deployed, and says everything that keeps it from that.`;

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

type World = { print(line: string): void; build?: () => Promise<string> };

/** Answers the exit code. */
export async function synth(args: string[], { print, build }: World): Promise<number> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        file: { type: "string", default: "intermission.yml" },
        out: { type: "string", default: "build/cdk.out" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      print(HELP);
      return 0;
    }
    const { deployment, ...synthesis } = await makeAssembly(values, build);
    const summary = await summaryOf(synthesis, deployment);
    print(values.json ? JSON.stringify(summary, null, 2) : summaryInWords(summary));
    return 0;
  } catch (error) {
    print((error as Error).message);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await synth(process.argv.slice(2), { print: console.log });
