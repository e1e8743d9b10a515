import pg from "pg";
import type { OperationEvent } from "../operations/event.ts";
import type { Receipt } from "../operations/receipt.ts";
import { takesSnapshot } from "../operations/request-words.ts";
import type { OperationState } from "../operations/state.ts";
import { check } from "../sandbox/checker/check.ts";
import { type CloudState, cloudStateOf } from "../sandbox/checker/cloud-state.ts";
import { type ScenarioOptions, scenarioOf } from "../sandbox/checker/scenario.ts";
import type { Verdict } from "../sandbox/checker/verdict.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Target } from "../targets/schema.ts";
import type { Answer } from "./answers.ts";
import { type Acknowledged, cents, type Notice } from "./notices.ts";
import type { Stage } from "./stage.ts";
import { readNotices, type Visitors } from "./visitors.ts";

/** A node of the target's services that runs. `version` is what visitors read in its answers; undefined where it answered none. */
export type RunningNode = { task: string; imageDigest?: string; version?: string };

/** Everything that is known once an operation is over, from where it is really so. */
export type Evidence = {
  operation: OperationState;
  events: OperationEvent[];
  /** Absent where the operation is held: it has not ended. */
  receipt?: Receipt;
  answers: readonly Answer[];
  /** Of the last moments, after the operation ended. */
  lastAnswers: readonly Answer[];
  acknowledged: readonly Acknowledged[];
  /** Of those that are acknowledged: what the operation threw away knowingly. */
  discarded: readonly Notice[];
  wrongReads: readonly string[];
  /** What the application shows; undefined where the public cannot reach it. */
  shown?: Notice[];
  stored: Notice[];
  nodes: { before: RunningNode[]; after: RunningNode[] };
  /** The task of the leader, if one was started and still runs. */
  standingLeader?: string;
  verdict: Verdict;
  /** Successful and failed calls of the runbook, by service. */
  calls: Record<string, number>;
};

export const RUNBOOK_CALLER = "/intermission-runbook";

export const stateOf = ({ services }: Sandbox): CloudState => cloudStateOf(services.state());

export function runningNodes(
  state: CloudState,
  { target, answers }: { target: Target; answers: readonly Answer[] },
): RunningNode[] {
  const versions = new Map(answers.flatMap(({ from }) => (from.kind === "node" ? [[from.node, from.version]] : [])));
  return state.ecs.tasks.flatMap(({ taskArn, group, lastStatus, containers }) => {
    const service = target.services.find(({ name }) => group === `service:${name}`);
    if (!service || lastStatus !== "RUNNING") return [];
    const task = taskArn.split("/").at(-1)!;
    const { imageDigest } = containers.find(({ name }) => name === service.container) ?? {};
    return [{ task, imageDigest, version: versions.get(task) }];
  });
}

export function standingLeader(state: CloudState, { leaderTaskArn }: OperationState): string | undefined {
  const task = state.ecs.tasks.find(({ taskArn }) => taskArn === leaderTaskArn);
  return task?.lastStatus === "RUNNING" ? task.taskArn.split("/").at(-1) : undefined;
}

/** Every notice as PostgreSQL holds it, whichever version's columns there are. */
export async function storedNotices(url: string): Promise<Notice[]> {
  const database = new pg.Client(url);
  await database.connect();
  try {
    const { rows } = await database.query("SELECT * FROM notices ORDER BY id");
    // While there is a column `price` the migration has not ended, and that column is the truth.
    return rows.map(({ text, price, price_cents }) => ({
      text,
      price: price !== undefined ? number(price) : price_cents === null ? null : price_cents / 100,
    }));
  } finally {
    await database.end();
  }
}
const number = (value: unknown) => (value === null ? null : Number(value));

export function callsByService(sandbox: Sandbox): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const event of sandbox.services.world.log.after())
    if (event.kind === "call" && event.caller.includes(RUNBOOK_CALLER))
      calls[event.service] = (calls[event.service] ?? 0) + 1;
  return calls;
}

type Gather = {
  visitors: Visitors;
  about: About;
  operation: OperationState;
  others?: { id: string; claims: OperationEvent[] }[];
  before: CloudState;
  nodesBefore: RunningNode[];
  /** When nothing more happened by itself. */
  settledAt: number;
  discarded?: readonly Notice[];
};

/** Asks everybody who knows: the API, the visitors, PostgreSQL, the application, AWS and the checker. */
export async function gather({ sandbox, target, addresses, operator }: Stage, known: Gather): Promise<Evidence> {
  const { visitors, about, operation, others, before, nodesBefore, settledAt, discarded = [] } = known;
  const { answers, acknowledged, wrongReads } = visitors;
  const events = await operator.events(operation.id);
  const stored = await storedNotices(sandbox.values.database["noticeboard-db"]!.url);
  const after = stateOf(sandbox);
  const isOpen = operation.site === "open";
  return {
    operation,
    events,
    ...(operation.status !== "held" && { receipt: await operator.receipt(operation.id) }),
    answers,
    lastAnswers: answers.filter(({ sentAt }) => sentAt > settledAt),
    acknowledged,
    discarded,
    wrongReads,
    ...(isOpen && { shown: await readNotices({ url: target.url, address: addresses[0]! }) }),
    stored,
    nodes: { before: nodesBefore, after: runningNodes(after, { target, answers }) },
    standingLeader: standingLeader(after, operation),
    verdict: judgement({ sandbox, target, about, operation, events, others, before, acknowledged, stored }),
    calls: callsByService(sandbox),
  };
}

/** What the checker must know of an operation besides what it finds out. */
export type About = Pick<
  ScenarioOptions,
  "procedure" | "newDigest" | "oldDigests" | "traffic" | "counts" | "restores" | "discards"
>;

type Judged = {
  sandbox: Sandbox;
  target: Target;
  about: About;
  operation: OperationState;
  events: OperationEvent[];
  /** Others that the sandbox has seen. */
  others?: { id: string; claims: OperationEvent[] }[];
  before: CloudState;
  acknowledged: readonly Acknowledged[];
  stored: readonly Notice[];
};

/** The checker's judgement: by the sandbox's own log, and by what its AWS holds now and held before. */
export function judgement(judged: Judged): Verdict {
  const { sandbox, target, about, operation, events, others, before, acknowledged, stored } = judged;
  const asWrite = ({ text, price }: Notice) => ({ key: text, value: String(cents(price)) });
  return check({
    events: sandbox.services.world.log.after(),
    scenario: scenarioOf({
      ...about,
      target,
      state: before,
      snapshot: takesSnapshot(operation.request) ? "required" : "none",
      deadlineMs: Object.values(target.timeouts).reduce((sum, ms) => sum + ms, 60_000),
    }),
    operation: { id: operation.id, claims: events },
    otherOperations: others,
    before,
    after: stateOf(sandbox),
    writes: {
      acknowledged: acknowledged.map((notice) => ({
        ...asWrite(notice),
        at: new Date(notice.sentAt).toISOString(),
      })),
      found: stored.map(asWrite),
    },
  });
}
