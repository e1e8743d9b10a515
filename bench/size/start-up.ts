import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { buildLambda } from "../../scripts/build-lambda.ts";
import { createRunner, listen } from "../../test/real/action-runner.ts";
import { descendants, spawnSandbox } from "../../test/real/sandbox-process.ts";
import { quantile } from "../measure/mean.ts";
import type { Progress } from "../progress.ts";
import { type Bundle, BYTE_BUDGETS } from "./budgets.ts";
import { buildBundles } from "./bundles.ts";
import type { MeasuredSimulation } from "./simulated.ts";

const run = promisify(execFile);
const TIMES = 7;

/**
 * Sizes in bytes, times in milliseconds of this machine. The least of several is what the code costs; the median is what it took here. What a process
 * can be charged with is the processor's time, which does not change with what else the machine does.
 */
export type MeasuredStart = {
  bundles: { bundle: Bundle; bytes: number; budget: number; importCpuMs?: { least: number; median: number } }[];
  /** From the Action's spawn to the first request that it makes. */
  actionFirstRequestMs: { least: number; median: number };
  sandbox: {
    /** From the spawn of `npm run sandbox` with the noticeboard until it is ready, and what all its processes then have in memory. */
    readyMs: number;
    megabytes: number;
  };
  simulated: MeasuredSimulation;
};

export async function measureStart(root: string, progress: Progress): Promise<MeasuredStart> {
  const say = (howFar: string) => progress.say("sizes and start-up", howFar);
  const outDir = await mkdtemp(join(tmpdir(), "intermission-bench-"));
  try {
    say("bundles");
    const built = await buildBundles(root, outDir);
    const bundles: MeasuredStart["bundles"] = [];
    for (const { bundle, bytes, entry } of built) {
      say(`import of ${bundle}`);
      const importCpuMs = bundle === "api" || bundle === "runbook" ? await importTimes(entry, root) : undefined;
      bundles.push({ bundle, bytes, budget: BYTE_BUDGETS[bundle], importCpuMs });
    }
    say("the Action's first request");
    const actionFirstRequestMs = await firstRequests(join(outDir, "action"), outDir);
    say("the sandbox");
    const sandbox = await startOfSandbox(root);
    say("the simulated AWS");
    const { stdout } = await run(process.execPath, [join(root, "bench/size/simulated.ts")]);
    const simulated: MeasuredSimulation = JSON.parse(stdout);
    return { bundles, actionFirstRequestMs, sandbox, simulated };
  } finally {
    progress.done("sizes and start-up");
    await rm(outDir, { recursive: true });
  }
}

const ofTimes = (times: number[]) => ({ least: Math.min(...times), median: quantile(times, 0.5) });

/** Each in a process of its own, as in a Lambda that starts cold; without Lambda's own part of it. */
async function importTimes(entry: string, root: string) {
  const code = `const at = process.cpuUsage(); await import(${JSON.stringify(pathToFileURL(entry).href)}); const used = process.cpuUsage(at); console.log((used.user + used.system) / 1000)`;
  const env = {
    ...process.env,
    AWS_REGION: "us-east-1",
    INTERMISSION_TABLE: "intermission",
    INTERMISSION_TARGETS: join(root, "examples/intermission.production.yml"),
    INTERMISSION_RUNBOOK_FUNCTION: "intermission-runbook:live",
  };
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1)
    times.push(Number((await run(process.execPath, ["--input-type=module", "--eval", code], { env })).stdout));
  return ofTimes(times);
}

async function firstRequests(dist: string, folder: string) {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const asked = Promise.withResolvers<number>();
    const server = await listen(
      createServer((_request, response) => {
        asked.resolve(performance.now());
        response.writeHead(503).end();
      }),
    );
    const inputs = { "api-url": server.url, target: "crm", procedure: "upgrade", image: "crm:2.0.0" };
    const runner = await createRunner({ dist, folder, inputs, oidc: server.url });
    const at = performance.now();
    runner.start("index.js");
    times.push((await asked.promise) - at);
    runner.stop();
    await server.close();
  }
  return ofTimes(times);
}

async function startOfSandbox(root: string) {
  await buildLambda({ root, outDir: join(root, "build/lambda") });
  const at = performance.now();
  const sandbox = spawnSandbox("--json", "--file", join(root, "examples/noticeboard/sandbox.yml"));
  try {
    await sandbox.ready();
    const readyMs = performance.now() - at;
    const pids = [sandbox.child.pid!, ...descendants(sandbox.child)];
    const kilobytes = await Promise.all(pids.map(ownKilobytes));
    return { readyMs, megabytes: kilobytes.reduce((sum, each) => sum + each, 0) / 1_000 };
  } finally {
    sandbox.child.kill("SIGINT");
    await sandbox.exited;
  }
}

/** What a process has in memory, its share of what several have together: Linux tells, nobody else; 0 where it does not. */
const ownKilobytes = (pid: number): Promise<number> =>
  readFile(`/proc/${pid}/smaps_rollup`, "utf8").then(
    (text) => Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0),
    () => 0,
  );
