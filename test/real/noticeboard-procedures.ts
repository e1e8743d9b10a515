import { setTimeout as sleep } from "node:timers/promises";
import { createOperator, type Operator } from "../../src/demo/operator.ts";
import type { OperationEvent } from "../../src/operations/event.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { check } from "../../src/sandbox/checker/check.ts";
import { type CloudState, cloudStateOf } from "../../src/sandbox/checker/cloud-state.ts";
import { type ScenarioOptions, scenarioOf } from "../../src/sandbox/checker/scenario.ts";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { CLUSTER, NEW_IMAGE, type NoticeboardSandbox, OLD_IMAGE } from "./noticeboard-sandbox.ts";
import type { Notice } from "./noticeboard-upgrade.ts";

export type Finished = { state: OperationState; events: OperationEvent[]; before: CloudState };

export const operatorOf = ({ api, services }: NoticeboardSandbox): Operator =>
  createOperator({ apiUrl: api.operator, region: services.world.region, key: services.key });

/** What somebody does when an event comes. */
export type Act = (event: OperationEvent, id: string) => Promise<void>;

/** Asks for an operation as an operator with AWS credentials, and follows it to where nothing more happens by itself. */
export async function operate(
  sandbox: NoticeboardSandbox,
  target: string,
  { request, act }: { request: Record<string, unknown>; act?: Act },
): Promise<Finished> {
  const operator = operatorOf(sandbox);
  const before = cloudStateOf(sandbox.services.state());
  const { id } = await operator.start(target, request);
  const acts: Promise<void>[] = [];
  const { signal } = new AbortController();
  const state = await operator.follow(id, (event) => void (act && acts.push(act(event, id))), signal);
  await Promise.all(acts);
  return { state, events: await operator.events(id), before };
}

type Judged = {
  target: string;
  finished: Finished;
  about: Omit<Partial<ScenarioOptions>, "target" | "state"> & { newDigest: string };
  acknowledged: readonly Notice[];
  rows: { text: string; price?: string; price_cents?: number }[];
  /** Other targets, on which operations go on at the same time. */
  neighbours: readonly string[];
};

/** The checker's judgement on one target of several: it is shown nothing of the others, as if they were in another account. */
export async function violationsOf(sandbox: NoticeboardSandbox, judged: Judged) {
  const { target, finished, about, acknowledged, rows, neighbours } = judged;
  const { services, store } = sandbox;
  // The last rules that were deleted may still be in force at an address.
  await sleep(services.world.latencies.elb.rulePropagationMaximumMs);
  const isTheirs = (value: unknown) => {
    const text = JSON.stringify(value);
    return neighbours.some((name) => text.includes(name));
  };
  const without = (state: CloudState): CloudState => ({
    ...state,
    ecs: {
      ...state.ecs,
      services: state.ecs.services.filter((each) => !isTheirs(each)),
      tasks: state.ecs.tasks.filter((each) => !isTheirs(each)),
    },
    elbv2: {
      ...state.elbv2,
      loadBalancers: state.elbv2.loadBalancers.filter((each) => !isTheirs(each)),
      targetGroups: state.elbv2.targetGroups.filter((each) => !isTheirs(each)),
    },
    rds: {
      ...state.rds,
      instances: state.rds.instances.filter((each) => !isTheirs(each)),
      snapshots: state.rds.snapshots.filter((each) => !isTheirs(each)),
    },
    autoScaling: { ...state.autoScaling, targets: state.autoScaling.targets.filter((each) => !isTheirs(each)) },
  });
  const isOurs = (event: SandboxEvent) => event.kind !== "call" || !isTheirs(event.parameters);
  const before = without(finished.before);
  const operations = (await Promise.all([target, ...neighbours].map((name) => store.list(name, { limit: 50 })))).flat();
  const others = await Promise.all(
    operations
      .filter(({ id }) => id !== finished.state.id)
      .map(async ({ id }) => ({ id, claims: await store.events(id) })),
  );
  const log = services.world.log.after();
  const { violations } = check({
    events: log.filter(isOurs),
    scenario: scenarioOf({
      snapshot: "required",
      deadlineMs: 480_000,
      ...about,
      target: {
        name: target,
        cluster: CLUSTER,
        services: [{ name: target, container: "app" }],
        database: { instance: `${target}-db` },
      },
      state: before,
    }),
    operation: { id: finished.state.id, claims: finished.events },
    otherOperations: others,
    before,
    after: without(cloudStateOf(services.state())),
    writes: {
      acknowledged: acknowledged.map(({ text, price, at }) => ({
        key: text,
        value: String(Math.round(price * 100)),
        at,
      })),
      found: rows.map(({ text, price, price_cents }) => ({
        key: text,
        value: String(price_cents ?? Math.round(Number(price) * 100)),
      })),
    },
  });
  return violations;
}

export const digests = ({ services: { images } }: NoticeboardSandbox) => ({
  old: images.resolve(OLD_IMAGE)!.digest,
  new: images.resolve(NEW_IMAGE)!.digest,
});
