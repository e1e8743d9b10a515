import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import type { Bundles } from "../sandbox/functions.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { type LoadedSeed, parseSeed } from "../sandbox/seed/load-seed.ts";
import { replacePlaceholders } from "../sandbox/seed/placeholders.ts";
import { parseConfiguration } from "../targets/configuration.ts";
import type { Target } from "../targets/schema.ts";
import { type Course, NEW_IMAGE } from "./breakages.ts";
import { stateOf } from "./evidence.ts";
import { createOperator, type Operator } from "./operator.ts";
import type { Terminal } from "./terminal.ts";

/** Where the upgrade is shown: a sandbox with the noticeboard, and who looks at it. */
export type Stage = {
  sandbox: Sandbox;
  seed: LoadedSeed;
  target: Target;
  /** Every address of the load balancer. */
  addresses: string[];
  operator: Operator;
  image: string;
  /** Undefined where the image does not exist. */
  newDigest: string | undefined;
  close(): Promise<void>;
};

export type StageOptions = {
  root: string;
  bundles: Bundles;
  course: Course;
  terminal: Terminal;
  signal: AbortSignal;
  /** Where the functions' own lines go. */
  functionsLog: string;
};

export async function setStage({
  root,
  bundles,
  course,
  terminal,
  signal,
  functionsLog,
}: StageOptions): Promise<Stage> {
  const { print, paint } = terminal;
  const seed = await readSeed(join(root, "examples/noticeboard/sandbox.yml"), course);
  const log = createWriteStream(functionsLog);
  const sandbox = await startSandbox({
    seed,
    bundles,
    signal,
    report: (line) => print(paint("dim", `  ${line}`)),
    onBug: (error) => print(paint("red", `the sandbox failed: ${String((error as Error).stack ?? error)}`)),
    onFunctionLine: ({ functionName, line }) => void log.write(`${functionName}: ${line}\n`),
  });
  const { targets } = parseConfiguration(replacePlaceholders(seed.targets!.text, sandbox.values), "intermission.yml");
  const image = course.image ?? NEW_IMAGE;
  const { services, api } = sandbox;
  return {
    sandbox,
    seed,
    target: targets.get("noticeboard")!,
    addresses: stateOf(sandbox).elbv2.loadBalancers[0]!.addresses,
    operator: createOperator({ apiUrl: api.operator, region: services.world.region, key: services.key }),
    image,
    newDigest: services.images.resolve(image)?.digest,
    async close() {
      await sandbox.close();
      log.end();
    },
  };
}

/** The noticeboard's sandbox.yml with what this course changes in it. Throws a SeedError. */
export async function readSeed(file: string, { changes = [] }: Pick<Course, "changes">): Promise<LoadedSeed> {
  const document = parseDocument(await readFile(file, "utf8"), { merge: true });
  for (const { path, value } of changes) {
    if (!document.hasIn(path.slice(0, -1)))
      throw new Error(`expected ${path.join(" › ")} in ${file}, found no such place`);
    document.setIn(path, document.createNode(value));
  }
  return parseSeed(document.toString(), { fileName: file, directory: dirname(file) });
}
