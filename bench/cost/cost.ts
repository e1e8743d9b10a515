import type { EngineUse } from "../runners/outcome.ts";
import { PRICES } from "./prices.ts";

/** What one upgrade costs, in US dollars, by what is charged for. `amount` says how much of it there was. */
export type CostLine = { what: string; amount: string; usd: number };

const GIGABYTE = 2 ** 30;
const RUNBOOK_GIGABYTES = 0.5;
const API_GIGABYTES = 1;
/** The Action waits in the request for so long, and asks again. */
const LONG_POLL_SECONDS = 20;

/** Ours: the runbook's function, its durable operations and its table, and the Action that follows it live until its end. */
export function costOfOurs({ operations, activeMs, bytesWritten, invocations, dynamo, tookMs }: EngineUse): CostLine[] {
  const gigabyteSeconds = (activeMs / 1_000) * RUNBOOK_GIGABYTES;
  const followedSeconds = tookMs / 1_000;
  const polls = Math.ceil(followedSeconds / LONG_POLL_SECONDS);
  return [
    {
      what: "Lambda, the runbook",
      amount: `${gigabyteSeconds.toFixed(0)} GB-s in ${invocations} invocations`,
      usd: gigabyteSeconds * PRICES.lambdaArmGigabyteSecond + invocations * PRICES.lambdaRequest,
    },
    {
      what: "durable operations",
      amount: `${operations} operations, ${(bytesWritten / 1_000).toFixed(0)} kB`,
      usd: operations * PRICES.durableOperation + (bytesWritten / GIGABYTE) * PRICES.durableGigabyteWritten,
    },
    {
      what: "DynamoDB",
      amount: `${dynamo.reads.toFixed(0)} read units, ${dynamo.writes.toFixed(0)} write units`,
      usd: dynamo.reads * PRICES.dynamoReadUnit + dynamo.writes * PRICES.dynamoWriteUnit,
    },
    {
      what: "Lambda, the API that the Action follows",
      amount: `${(followedSeconds * API_GIGABYTES).toFixed(0)} GB-s in ${polls} requests`,
      usd:
        followedSeconds * API_GIGABYTES * PRICES.lambdaArmGigabyteSecond +
        polls * PRICES.lambdaRequest +
        followedSeconds * PRICES.dynamoReadUnit,
    },
    // A job that detaches needs none.
    ...costByHand(tookMs),
  ];
}

/** A script needs nothing but the machine that it runs on, all the time. */
export const costByHand = (tookMs: number): CostLine[] => {
  const minutes = Math.ceil(tookMs / 60_000);
  return [{ what: "a runner of GitHub's", amount: `${minutes} minutes`, usd: minutes * PRICES.githubRunnerMinute }];
};

export type Sketch = { pollSeconds: number; transitions: number; usd: number };

/**
 * The same upgrade as a Step Functions state machine: a state for each call that changes something, and for each look of a wait three (the call, the choice,
 * the pause), each entered once a pause. Nothing of what verifies, undoes or takes over is in it.
 */
export function stepFunctionsSketch(given: { changes: number; waitedSeconds: number; pollSeconds: number }): Sketch {
  const { changes, waitedSeconds, pollSeconds } = given;
  const transitions = changes + 3 * Math.ceil(waitedSeconds / pollSeconds);
  return { pollSeconds, transitions, usd: transitions * PRICES.stepFunctionsTransition };
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
