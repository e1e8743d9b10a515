import { setTimeout as sleep } from "node:timers/promises";
import { cloudStateOf, isRunning } from "../../src/sandbox/checker/cloud-state.ts";
import { NothingToKill } from "../../src/sandbox/control/nothing-to-kill.ts";
import {
  ANNOUNCE_FUNCTION,
  API_FUNCTION,
  EXECUTION_ENDED_FUNCTION,
  RUNBOOK_FUNCTION,
  WATCH_FUNCTION,
} from "../../src/sandbox/own-plan.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

/** Of ten kills so many hit workers of each function. */
const WORKERS: readonly string[] = [
  ...Array<string>(5).fill(RUNBOOK_FUNCTION),
  ...Array<string>(2).fill(API_FUNCTION),
  ANNOUNCE_FUNCTION,
  EXECUTION_ENDED_FUNCTION,
  WATCH_FUNCTION,
];
/** How likely it is in an operation that one of its nodes is killed, once: every one that dies while nodes are awaited puts the end off. */
const A_NODE = 0.5;
const LATEST_NODE_MS = 25_000;
const PAUSE_MS = { shortest: 500, longest: 4_000 };

type Options = {
  /** A number in [0, 1), drawn from the seed. */
  draw: () => number;
  report: (line: string) => void;
};

/** Kills workers of every function, and now and then a node, at random for as long as an operation goes on. */
export function createKiller({ services }: Pick<Sandbox, "services">, { draw, report }: Options) {
  let kills = 0;

  async function killOne(): Promise<void> {
    const functionName = WORKERS[Math.floor(draw() * WORKERS.length)]!;
    await services.kill({ function: functionName });
    kills += 1;
    report(`killed the workers of ${functionName}`);
  }

  async function killNodeOnce(signal: AbortSignal): Promise<void> {
    const [whether, when, which] = [draw(), draw(), draw()];
    if (whether >= A_NODE) return;
    await sleep(when * LATEST_NODE_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const nodes = cloudStateOf(services.state()).ecs.tasks.filter(
      (task) => isRunning(task) && task.group.startsWith("service:"),
    );
    const node = nodes[Math.floor(which * nodes.length)];
    if (!node) return;
    await services.kill({ task: node.taskArn });
    kills += 1;
    report(`killed the node ${node.taskArn.split("/").at(-1)}`);
  }

  return {
    kills: () => kills,
    /** Until the signal aborts. */
    async rage(signal: AbortSignal): Promise<void> {
      const node = killNodeOnce(signal).catch(unlessNothing);
      while (!signal.aborted) {
        const pauseMs = PAUSE_MS.shortest + draw() * (PAUSE_MS.longest - PAUSE_MS.shortest);
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) break;
        await killOne().catch(unlessNothing);
      }
      await node;
    },
  };
}

function unlessNothing(error: unknown): void {
  if (!(error instanceof NothingToKill)) throw error;
}
