import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createAws } from "../../src/aws/aws.ts";
import { createClients } from "../../src/aws/clients.ts";
import { createPace } from "../../src/aws/pace.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import type { World } from "../../src/procedures/operation-run.ts";
import { inFastMode } from "../simulation/in-fast-mode.ts";
import { RUNBOOK_ROLE, type SimulatedCloud } from "../simulation/simulated-cloud.ts";

/** What a call of a worker meets: `before` may hold it back, `after` knows that its effect is there. */
export type CallHook = {
  before(worker: RunbookWorker, service: string, operation: string): Promise<unknown>;
  after(worker: RunbookWorker, call: unknown): Promise<void>;
};

/** One process that runs the runbook, as Lambda would start it: it reaches the world until it is killed. */
export type RunbookWorker = {
  world: World;
  readonly isAlive: boolean;
  /** From now on nothing that it asked for answers, so that none of its code runs again. What it has sent by `lingersMs` from now still arrives. */
  kill(options?: { lingersMs?: number }): void;
  /** How long after its death the call arrives that it was killed at. */
  readonly lingersMs: number | undefined;
};

/** Hears what is appended to the log of an operation, once it is there. */
export type OnFacts = (id: string, facts: OperationFact[]) => void;

export const watched = (store: OperationStore, onFacts: OnFacts): OperationStore => ({
  ...store,
  async append(id, facts) {
    const state = await store.append(id, facts);
    onFacts(id, facts);
    return state;
  },
});

type Client = {
  config: { serviceId: string };
  middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<never>,
        context: { commandName?: string },
      ) => (args: never) => Promise<never>,
      options: { step: "deserialize"; priority: "low"; name: string },
    ): void;
  };
};

export function createRunbookWorker(
  cloud: SimulatedCloud,
  { hook, onFacts }: { hook: CallHook; onFacts: OnFacts },
): RunbookWorker {
  const { runbook, world } = cloud;
  const never = new Promise<never>(() => {});
  let isAlive = true;
  let lingersMs: number | undefined;

  /** What a process waits for reaches it only while it lives. */
  async function guarded<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (!isAlive) return never;
    try {
      const answer = await ask();
      return isAlive ? answer : await never;
    } catch (error) {
      if (isAlive) throw error;
      return never;
    }
  }

  /** Every attempt at a call, inside the SDK's own retries. */
  function watch(client: unknown): void {
    const { config, middlewareStack } = client as Client;
    middlewareStack.add(
      (next, { commandName = "" }) =>
        (args) =>
          guarded(async () => {
            const call = await hook.before(worker, config.serviceId, commandName.replace(/Command$/, ""));
            if (!isAlive) {
              if (lingersMs === undefined) return never;
              await world.clock.sleep(lingersMs);
              await next(args);
              return never;
            }
            const answer = await next(args);
            await hook.after(worker, call);
            return answer;
          }),
      { step: "deserialize", priority: "low", name: "simulatedWorker" },
    );
  }

  const config = cloud.configFor(RUNBOOK_ROLE);
  const pace = createPace(world.clock.now);
  const { logs, ...clients } = createClients({ ...config, pace });
  for (const client of Object.values(clients)) watch(inFastMode(client, world.region));
  const dynamo = new DynamoDBClient(config);
  watch(dynamo);
  const clock: World["clock"] = {
    now: world.clock.now,
    sleep: (ms, signal) => guarded(() => world.clock.sleep(ms, signal)),
  };
  const store = createDynamoStore({
    client: inFastMode(
      DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } }),
      world.region,
    ),
    table: "intermission",
    clock,
  });
  const worker: RunbookWorker = {
    world: {
      aws: createAws({
        clients: { ...clients, logs },
        pace,
        fetch: () => Promise.reject(new Error("there is no internet in a simulation")),
      }),
      http: (request) => guarded(() => runbook.http(request)),
      resolveName: (name) => guarded(() => runbook.resolveName(name)),
      store: watched(store, onFacts),
      clock,
      alarm: (alarm) => (isAlive ? runbook.alarm(alarm) : undefined),
      windowsAtOnce: runbook.windowsAtOnce,
    },
    get isAlive() {
      return isAlive;
    },
    get lingersMs() {
      return lingersMs;
    },
    kill(options) {
      isAlive = false;
      lingersMs = options?.lingersMs;
    },
  };
  return worker;
}
