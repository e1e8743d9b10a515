import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Bundles } from "../sandbox/bundles.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import type { LoadedSeed } from "../sandbox/seed/load-seed.ts";
import { replacePlaceholders } from "../sandbox/seed/placeholders.ts";
import { parseConfiguration } from "../targets/configuration.ts";
import type { Target } from "../targets/schema.ts";
import type { Course } from "./breakages.ts";
import { stateOf } from "./evidence.ts";
import { createOperator, type Operator } from "./operator.ts";
import { readSeed } from "./seed.ts";
import type { Terminal } from "./terminal.ts";

/** Where everything is shown: a sandbox with the noticeboard, and who looks at it. */
export type Stage = {
  sandbox: Sandbox;
  seed: LoadedSeed;
  target: Target;
  /** Every address of the load balancer. */
  addresses: string[];
  operator: Operator;
  close(): Promise<void>;
};

export type StageOptions = {
  root: string;
  bundles: Bundles;
  /** Members of sandbox.yml that are not as they stand there. */
  changes?: Course["changes"];
  terminal: Terminal;
  signal: AbortSignal;
  /** Where the functions' own lines go. */
  functionsLog: string;
};

export async function setStage({
  root,
  bundles,
  changes,
  terminal,
  signal,
  functionsLog,
}: StageOptions): Promise<Stage> {
  const { print, paint } = terminal;
  const seed = await readSeed(join(root, "examples/noticeboard/sandbox.yml"), { changes });
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
  const { services, api } = sandbox;
  return {
    sandbox,
    seed,
    target: targets.get("noticeboard")!,
    addresses: stateOf(sandbox).elbv2.loadBalancers[0]!.addresses,
    operator: createOperator({ apiUrl: api.operator, region: services.world.region, key: services.key }),
    async close() {
      await sandbox.close();
      log.end();
    },
  };
}
