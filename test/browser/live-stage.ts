import type { Page } from "playwright-core";
import { type Clock, systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import { serveOnLoopback, webAnswer } from "../../src/sandbox/front/loopback-server.ts";
import { createWorld } from "../api/world.ts";
import { createTable } from "../operations/table.ts";

type Fact = OperationFact extends infer Each ? (Each extends OperationFact ? Omit<Each, "key"> : never) : never;

/** The API on a port of its own, an operation to which things happen when a test says so, and a cloud that says what it is told to. */
export async function setLiveStage(request: object) {
  let aheadMs = Date.parse("2026-01-15T02:00:00.000Z") - Date.now();
  const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const { client, table } = await createTable();
  const store = createDynamoStore({ client, table, clock });
  let cloud: Record<string, unknown> | Error = {};
  let looks = 0;
  const { deps } = await createWorld();
  const planner = {
    ...deps.planner,
    async describe() {
      looks += 1;
      if (cloud instanceof Error) throw cloud;
      return cloud;
    },
  };
  const world = await createWorld({ store, clock, planner });
  let server = await serveOnLoopback(webAnswer(world.app.fetch));
  const { id, live } = (await (await world.start("key", request)).json()) as { id: string; live: string };
  let keys = 0;

  return {
    id,
    url: `${server.url}${live}`,
    origin: server.url,
    looks: () => looks,
    /** These things happen, one after another. */
    happens: async (...facts: Fact[]): Promise<void> => {
      const keyed = facts.map((fact) => ({ ...fact, key: `test-${keys++}` }) as OperationFact);
      await store.append(id, keyed);
    },
    /** So much time goes by for the API, and none for anybody else. */
    passes: (seconds: number): void => {
      aheadMs += seconds * 1_000;
    },
    cloudSays: (says: Record<string, unknown> | Error): void => {
      cloud = says;
    },
    goesAway: () => server.close(),
    comesBack: async (): Promise<void> => {
      server = await serveOnLoopback(webAnswer(world.app.fetch), { port: server.port });
    },
    close: () => server.close(),
  };
}
export type LiveStage = Awaited<ReturnType<typeof setLiveStage>>;

/** What a page said to its console and asked of others than its origin: there must be nothing of it. */
export function watchFor(page: Page, origin: string): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    // A browser notes every request that fails, as it must when the API is away.
    if (["error", "warning"].includes(message.type()) && !/ERR_CONNECTION_REFUSED/.test(message.text()))
      found.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => found.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/live/`)) found.push(`request: ${request.url()}`);
  });
  return found;
}
