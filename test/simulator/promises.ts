import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import { type Decision, isActive } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { TARGET } from "../simulation/noticeboard-cloud.ts";
import { RUNBOOK_ROLE, type SimulatedCloud } from "../simulation/simulated-cloud.ts";
import type { OperatorApi } from "./operator-api.ts";
import type { Hit } from "./result.ts";
import type { Scenario } from "./scenario.ts";

/*
 * What is promised to those who ask and to those who write down, apart from what happens to the target. Each answers how its promise is broken;
 * undefined where it is kept.
 */

const OPERATIONS = `/v1/targets/${TARGET}/operations`;
const SECOND = { procedure: "maintenance", within: "10m" };

/** The same request again, under its key, is the operation that it started. */
export async function isTheSame(
  api: OperatorApi,
  { request, key, id }: { request: object; key: string; id: string },
): Promise<string | undefined> {
  const { status, body } = await api.post<{ id?: string }>(OPERATIONS, request, key);
  if (status === 202 && body.id === id) return undefined;
  return `expected the same request again to be answered with ${id}, found ${status} and ${body.id ?? "no operation"}`;
}

/** Whoever comes second is refused, and told who holds the target. */
export async function isRefused(
  api: OperatorApi,
  { id, status: now, version }: { id: string; status: string; version: number },
): Promise<string | undefined> {
  const { status, body } = await api.post<{ holder?: { id: string } }>(OPERATIONS, SECOND, `second/${version}`);
  if (status === 409 && body.holder?.id === id) return undefined;
  return `expected a second operation on the target to be refused in favour of ${id}, which is ${now}, found ${status} and the holder ${body.holder?.id ?? "nobody"}`;
}

const LETS_GO_WITHIN_MS = 5 * 60_000;

/** What was written into the log stays there, and an operation has the lock as long as it is active. */
export async function isWrittenDown(
  cloud: SimulatedCloud,
  { state, facts }: { state: OperationState; facts: readonly OperationFact[] },
): Promise<string | undefined> {
  // Whoever has read the log before remembers what it was.
  const client = new DynamoDBClient(cloud.configFor(RUNBOOK_ROLE));
  const store = createDynamoStore({
    client: DynamoDBDocumentClient.from(client),
    table: "intermission",
    clock: cloud.world.clock,
  });
  const kept = new Set((await store.events(state.id)).map(({ key }) => key));
  const lost = facts.filter(({ key }) => !kept.has(key));
  if (lost.length > 0)
    return `expected the log of ${state.id} to keep all ${facts.length} events, found ${lost.length} lost; the first is ${lost[0]!.key}`;
  const wanted = isActive(state.status) ? state.id : undefined;
  let holder = await store.lockHolder(TARGET);
  // Where the records are away just then a run tries for minutes to let go of the target, and once it has ended EventBridge's word does.
  for (let waitedMs = 0; holder !== wanted && waitedMs < LETS_GO_WITHIN_MS; waitedMs += 10_000) {
    await cloud.world.clock.sleep(10_000);
    holder = await store.lockHolder(TARGET);
  }
  if (holder === wanted) return undefined;
  return `expected ${wanted ?? "nobody"} to hold the lock of a target whose operation is ${state.status}, found ${holder ?? "nobody"}`;
}

/** Where nothing went wrong, and nobody wanted otherwise, it succeeds: it would be safe to do nothing at all. */
export function isUseful(
  { application: { breakage, followerBreakage, cannotStart } }: Scenario,
  { status, hits, decisions }: { status: string; hits: readonly Hit[]; decisions: readonly Decision[] },
): string | undefined {
  const wentWrong = hits.length > 0 || breakage || followerBreakage || cannotStart;
  if (wentWrong || decisions.some((decision) => decision !== "proceed") || status === "succeeded") return undefined;
  return `expected an operation that nothing came in the way of to succeed, found it ${status}`;
}
