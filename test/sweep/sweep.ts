import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Bundles, bundlesIn } from "../../src/sandbox/bundles.ts";
import { type Mode, pointsOf, shareOut } from "./points.ts";
import type { SweptProcedure } from "./procedures.ts";
import { type SweepRunResult, sweepRun } from "./sweep-run.ts";

export type SweepOptions = {
  /** Where the functions were built. */
  built: string;
  /** A folder of this sweep's own. */
  scratch: string;
  procedure: SweptProcedure;
  mode: Mode;
  /** How many operations at a time. */
  lanes: number;
  /** How many points in one operation. */
  perOperation: number;
  /** Every nth point only. */
  every?: number;
  onProgress?: (progress: Progress) => void;
};
export type Progress = { procedure: SweptProcedure; operations: number; done: number; points: number };

export type SweptPoint = { point: string; outcome: "right" | "wrong" | "hung" | "not reached"; operation?: number };
export type SweepResult = {
  procedure: SweptProcedure;
  mode: Mode;
  operations: number;
  points: SweptPoint[];
  violations: string[];
  hangs: string[];
};

/** A point that was not come by is tried again in another operation so often. */
const ROUNDS = 3;

/** Ends a worker at every point of a procedure, each once, many in each operation. */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { procedure, mode, lanes, perOperation, every = 1, onProgress = () => {} } = options;
  const undisturbed = await sweepRun({
    bundles: await ownBundles(options, "undisturbed"),
    procedure,
    points: [],
    mode,
  });
  if (undisturbed.hang !== undefined || undisturbed.violations.length > 0)
    throw new Error(`undisturbed it went wrong: ${[undisturbed.hang, ...undisturbed.violations].join("; ")}`);
  const points = pointsOf(undisturbed.seen, mode).filter((_, index) => index % every === 0);

  const done: SweepRunResult[] = [];
  const reached = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = shareOut(
      points.filter((point) => !reached.has(point)),
      perOperation,
    );
    const operations = done.length + left.length;
    await Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        const bundles = await ownBundles(options, `${round}-${lane}`);
        for (let share = left.shift(); share; share = left.shift()) {
          const result = await sweepRun({ bundles, procedure, points: share, mode }).catch(brokeOff);
          done.push(result);
          for (const { point } of result.hits) reached.add(point);
          onProgress({ procedure, operations, done: done.length, points: reached.size });
        }
      }),
    );
  }
  return { procedure, mode, operations: done.length, ...told(points, done) };
}

const brokeOff = (error: Error): SweepRunResult => ({
  hits: [],
  seen: [],
  violations: [`it broke off: ${error.stack}`],
  seconds: 0,
});

function told(points: readonly string[], done: readonly SweepRunResult[]) {
  const where = new Map(done.flatMap((result, index) => result.hits.map(({ point }) => [point, { result, index }])));
  const hits = done.flatMap((result) => result.hits.map(({ point }) => point));
  const twice = hits.filter((point, index) => hits.indexOf(point) !== index);
  const outcomes = points.map((point): SweptPoint => {
    const { result, index } = where.get(point) ?? {};
    if (!result) return { point, outcome: "not reached" };
    const outcome = result.hang !== undefined ? "hung" : result.violations.length > 0 ? "wrong" : "right";
    return { point, outcome, operation: index };
  });
  return {
    points: outcomes,
    violations: [
      ...done.flatMap(({ violations }, index) => violations.map((each) => `operation ${index}: ${each}`)),
      ...twice.map((point) => `expected to disturb once ${point}, found twice`),
      ...outcomes.flatMap(({ point, outcome }) => (outcome === "not reached" ? [`never come by: ${point}`] : [])),
    ],
    hangs: done.flatMap(({ hang }, index) => (hang === undefined ? [] : [`operation ${index}: ${hang}`])),
  };
}

/**
 * The same bundles at paths of their own, which are in the command lines of the workers that run them. Each is kept compiled, since it is what a
 * worker's start mostly costs.
 */
async function ownBundles({ built, scratch, procedure, mode }: SweepOptions, name: string): Promise<Bundles> {
  const bundles = bundlesIn(join(scratch, `${procedure}-${mode}-${name}`));
  const originals = bundlesIn(built);
  for (const [part, path] of Object.entries(bundles) as [keyof Bundles, string][]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, compiledOnce(originals[part], join(scratch, "compiled")));
  }
  return bundles;
}

const compiledOnce = (bundle: string, cache: string): string => `
import module from "node:module";
module.enableCompileCache(${JSON.stringify(cache)});
const { handler } = await import(${JSON.stringify(bundle)});
module.flushCompileCache();
export { handler };
`;
