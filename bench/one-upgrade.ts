import { createAws } from "../src/aws/aws.ts";
import { createClients } from "../src/aws/clients.ts";
import type { OperationEvent } from "../src/operations/event.ts";
import type { UpgradeRequest } from "../src/operations/operation.ts";
import type { World } from "../src/procedures/operation-run.ts";
import type { SandboxEvent } from "../src/sandbox/cloud/event-log.ts";
import { type NoticeboardCloudOptions, noticeboardCloud } from "../test/simulation/noticeboard-cloud.ts";
import { runUpgrade } from "../test/simulation/run-upgrade.ts";
import { RUNBOOK_ROLE, type SimulatedCloud } from "../test/simulation/simulated-cloud.ts";
import { inVirtualTime } from "../test/virtual-time.ts";

/** How long what the runbook asks for is on its way, there and back. */
export type RoundTrips = { awsMs: number; tableMs: number; probeMs: number };
const USUAL: RoundTrips = { awsMs: 150, tableMs: 8, probeMs: 20 };

export type MeasuredUpgrade = {
  /** From the first address that shows the page to the last that does so, in seconds. */
  windowSeconds: number;
  phases: { phase: string; seconds: number }[];
  status: string;
  leftovers: string[];
  events: OperationEvent[];
  log: SandboxEvent[];
  calls: number;
};

/** One upgrade of a noticeboard in virtual time, with round trips as long as they are across a network. */
export const measureUpgrade = (
  options: NoticeboardCloudOptions,
  { request, trips = USUAL }: { request?: Partial<UpgradeRequest>; trips?: RoundTrips } = {},
): Promise<MeasuredUpgrade> =>
  inVirtualTime(
    async () => {
      const cloud = await noticeboardCloud(options);
      await cloud.world.clock.sleep(600_000);
      slowDown(cloud, trips);
      const from = cloud.world.log.after().at(-1)?.seq ?? 0;
      const { state, events } = await runUpgrade(cloud, { request });
      await cloud.world.clock.sleep(10_000);
      const log = cloud.world.log.after(from);
      return {
        windowSeconds: windowOf(log, events),
        phases: phasesOf(events),
        status: state.status,
        leftovers: (state.leftovers ?? []).map(({ what }) => what),
        events,
        log,
        calls: log.filter((event) => event.kind === "call" && event.caller.includes(RUNBOOK_ROLE)).length,
      };
    },
    { seed: 1 },
  );

function slowDown({ runbook, configFor, world }: SimulatedCloud, { awsMs, tableMs, probeMs }: RoundTrips): void {
  const { clock } = world;
  const config = configFor(RUNBOOK_ROLE);
  const { requestHandler } = config;
  const clients = createClients({
    ...config,
    requestHandler: {
      ...requestHandler,
      async handle(...request: Parameters<typeof requestHandler.handle>) {
        await clock.sleep(awsMs);
        return requestHandler.handle(...request);
      },
    },
  });
  const { http } = runbook;
  const slow: Pick<World, "aws" | "http"> = {
    aws: createAws({ clients, fetch: () => Promise.reject(new Error("there is no internet in a simulation")) }),
    http: async (request) => {
      await clock.sleep(probeMs);
      return http(request);
    },
  };
  Object.assign(runbook, slow);
  const { store } = runbook;
  for (const name of ["append", "journal", "control", "keep", "get", "journalEntries", "markUndone"] as const) {
    const original = store[name].bind(store) as (...given: unknown[]) => Promise<unknown>;
    Object.assign(store, {
      async [name](...given: unknown[]) {
        await clock.sleep(tableMs);
        return original(...given);
      },
    });
  }
}

/** As visitors saw it: from the first address that has a rule of the page to the last that is rid of one. */
function windowOf(log: SandboxEvent[], events: OperationEvent[]): number {
  const openedAt = events.find(({ type }) => type === "opened")?.at ?? "";
  const rules = log.filter((event) => event.kind === "rules");
  const pages = rules
    .filter(({ change, operation, at }) => change === "accepted" && operation === "DeleteRule" && at <= openedAt)
    .map(({ ruleArn }) => ruleArn);
  const inForce = rules.filter(({ change, ruleArn }) => change === "in-force" && pages.includes(ruleArn));
  const [first, last] = [inForce[0], inForce.at(-1)];
  return first && last ? (Date.parse(last.at) - Date.parse(first.at)) / 1_000 : Number.NaN;
}

function phasesOf(events: OperationEvent[]): MeasuredUpgrade["phases"] {
  const began = new Map<string, number>();
  const phases: MeasuredUpgrade["phases"] = [];
  for (const event of events) {
    if (event.type === "phase-started") began.set(event.phase, Date.parse(event.at));
    if (event.type === "phase-finished")
      phases.push({ phase: event.phase, seconds: (Date.parse(event.at) - (began.get(event.phase) ?? 0)) / 1_000 });
  }
  return phases;
}
