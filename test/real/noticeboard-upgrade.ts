import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { OperationEvent } from "../../src/operations/event.ts";
import { isSettled } from "../../src/operations/operation.ts";
import type { Plan } from "../../src/operations/plan.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { check } from "../../src/sandbox/checker/check.ts";
import { type CloudState, cloudStateOf } from "../../src/sandbox/checker/cloud-state.ts";
import { scenarioOf } from "../../src/sandbox/checker/scenario.ts";
import type { Verdict } from "../../src/sandbox/checker/verdict.ts";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { CLUSTER, NEW_IMAGE, type NoticeboardSandbox } from "./noticeboard-sandbox.ts";

export type Upgrade = {
  state: OperationState;
  events: OperationEvent[];
  verdict: Verdict;
  acknowledged: Notice[];
  /** How many long polls ended without an answer. */
  lostPolls: number;
};
/** `at`: when it was sent. */
export type Notice = { text: string; price: number; at: string };

/**
 * Upgrades a target as a GitHub job would, while visitors write, and follows it to its end. `disturb` is told of each event of the
 * operation as it is written, and of each call that reaches AWS.
 */
export async function upgrade(
  sandbox: NoticeboardSandbox,
  target: string,
  disturb: { onEvent?: (event: OperationEvent) => void; onCall?: (call: Call) => void } = {},
): Promise<Upgrade> {
  const before = cloudStateOf(sandbox.services.state());
  const visitors = startVisitors(sandbox.targets[target]!.url);
  const stop = observe(sandbox, disturb);
  try {
    const id = await start(sandbox, target);
    const { state, lostPolls } = await follow(sandbox, id);
    const events = await sandbox.store.events(id);
    const acknowledged = await visitors.stop();
    const verdict = await judge(sandbox, { target, before, id, events, acknowledged });
    return { state, events, verdict, acknowledged, lostPolls };
  } finally {
    stop();
    await visitors.stop();
  }
}

type Call = Extract<SandboxEvent, { kind: "call" }>;

function observe(
  { services, store }: NoticeboardSandbox,
  { onEvent, onCall }: Parameters<typeof upgrade>[2] & object,
): () => void {
  return services.world.log.subscribe((event) => {
    if (event.kind !== "call" || event.outcome !== "ok") return;
    onCall?.(event);
    const written = event.service === "DynamoDB" && event.operation === "PutItem" && eventOf(event);
    if (onEvent && written)
      void store
        .eventsBetween(written.id, { after: written.seq - 1, until: written.seq, limit: 1 })
        .then(([first]) => first && onEvent(first));
  });
}

function eventOf({ parameters }: Call): { id: string; seq: number } | undefined {
  const { Key } = parameters as { Key?: { pk: { S: string }; sk: { S: string } } };
  const [, id] = /^operation#(.+)$/.exec(Key?.pk.S ?? "") ?? [];
  const [, seq] = /^event#(\d+)$/.exec(Key?.sk.S ?? "") ?? [];
  return id && seq ? { id, seq: Number(seq) } : undefined;
}

/** A request with the token of a job of the production environment. */
async function ask(
  sandbox: NoticeboardSandbox,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Response> {
  const answer = await fetch(`${sandbox.oidc.token}?audience=intermission&environment=production`);
  const { value } = (await answer.json()) as { value: string };
  return fetch(`${sandbox.api.github}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${value}`, "content-type": "application/json", ...init.headers },
  });
}

const REQUEST = JSON.stringify({ procedure: "upgrade", image: NEW_IMAGE });

export async function plan(sandbox: NoticeboardSandbox, target: string): Promise<Plan> {
  const answer = await ask(sandbox, `/v1/targets/${target}/plan`, { method: "POST", body: REQUEST });
  return (await answer.json()) as Plan;
}

export async function start(sandbox: NoticeboardSandbox, target: string): Promise<string> {
  const answer = await ask(sandbox, `/v1/targets/${target}/operations`, {
    method: "POST",
    headers: { "idempotency-key": randomUUID() },
    body: REQUEST,
  });
  if (answer.status !== 202) throw new Error(`expected 202, found ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as OperationState).id;
}

/** Long polls until nothing more happens, and asks again where a request fails, as any client of an API must. */
async function follow(sandbox: NoticeboardSandbox, id: string): Promise<Pick<Upgrade, "state" | "lostPolls">> {
  let lostPolls = 0;
  for (let after = 0; ; ) {
    const answer = await ask(sandbox, `/v1/operations/${id}?after=${after}&wait=10`);
    if (answer.status >= 500) {
      lostPolls += 1;
      await sleep(200);
      continue;
    }
    if (!answer.ok) throw new Error(`expected 200, found ${answer.status}: ${await answer.text()}`);
    const state = (await answer.json()) as OperationState;
    if (isSettled(state.status)) return { state, lostPolls };
    after = state.version;
  }
}

/** Writes all the time, at both addresses in turn, and remembers every write that was acknowledged. */
export function startVisitors(url: string) {
  const addresses = [url, url.replace("127.0.0.1", "127.0.0.2")];
  const acknowledged: Notice[] = [];
  const visitor = randomUUID();
  const stopped = new AbortController();
  const writing = (async () => {
    for (let number = 1; !stopped.signal.aborted; number += 1) {
      const notice = { text: `visitor ${visitor}, ${number}`, price: number, at: new Date().toISOString() };
      const answer = await fetch(`${addresses[number % 2]}/api/notices`, {
        method: "POST",
        body: JSON.stringify(notice),
      }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 201) acknowledged.push(notice);
      await sleep(100);
    }
  })();
  return {
    async stop(): Promise<Notice[]> {
      stopped.abort();
      await writing;
      return acknowledged;
    },
  };
}

type Judged = { target: string; before: CloudState; id: string; events: OperationEvent[]; acknowledged: Notice[] };

export async function judge(sandbox: NoticeboardSandbox, { target, before, id, events, acknowledged }: Judged) {
  const { services } = sandbox;
  // The last rules that were deleted may still be in force at an address.
  await sleep(services.world.latencies.elb.rulePropagationMaximumMs);
  const rows = await sandbox.rows(target);
  return check({
    events: services.world.log.after(),
    scenario: scenarioOf({
      target: {
        name: target,
        cluster: CLUSTER,
        services: [{ name: target, container: "app" }],
        database: { instance: `${target}-db` },
      },
      state: before,
      newDigest: services.images.resolve(NEW_IMAGE)!.digest,
      snapshot: "required",
      deadlineMs: 480_000,
    }),
    operation: { id, claims: events },
    before,
    after: cloudStateOf(services.state()),
    writes: {
      acknowledged: acknowledged.map(({ text, price }) => ({ key: text, value: String(price * 100) })),
      found: rows.map(({ text, price, price_cents }) => ({
        key: text,
        value: String(price_cents ?? Number(price) * 100),
      })),
    },
  });
}
