import type { Cost } from "./meter.ts";
import { OPERATION, progress, type Stage } from "./stage.ts";

/** One request of one viewer. `seen`: by a process that has looked before; otherwise by one that has not. */
export type Measured = Cost & { what: string; seen: boolean; bytes: number };

const PATHS: Record<string, (live: string) => string> = {
  "the operation": () => `/v1/operations/${OPERATION}`,
  "the operation, in plain text": () => `/v1/operations/${OPERATION}?text`,
  "the events from the begin": () => `/v1/operations/${OPERATION}/events`,
  "the live page's poll": (live) => live.replace("?", "/state?"),
  "the list of operations": () => "/v1/operations",
  "the list by status": () => "/v1/operations?status=rolled-back",
  "the targets": () => "/v1/targets",
  "a target with its state": () => "/v1/targets/crm",
};

/** What each request costs, of an operation with as long a log and as long a past as the stage has. */
export async function costsOf(stage: Stage): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const [what, pathOf] of Object.entries(PATHS)) {
    const process = await stage.newProcess();
    const { live } = (await (await (await stage.newProcess()).request(`/v1/operations/${OPERATION}`)).json()) as {
      live: string;
    };
    const text = pathOf(live).endsWith("?text");
    const ask = async () => {
      const headers = text ? { accept: "text/plain" } : {};
      const answer = await process.request(pathOf(live).replace("?text", ""), { headers });
      if (!answer.ok) throw new Error(`expected an answer, found ${answer.status}: ${await answer.text()}`);
      return (await answer.arrayBuffer()).byteLength;
    };
    for (const seen of [false, true]) {
      const { result: bytes, cost } = await process.since(ask);
      all.push({ what, seen, bytes, ...cost });
    }
  }
  return [...all, ...(await afterAChange(stage))];
}

/** What whoever follows pays for one event more, and for nothing more. */
async function afterAChange(stage: Stage): Promise<Measured[]> {
  const { request, since } = await stage.newProcess();
  const first = await request(`/v1/operations/${OPERATION}`);
  const { version } = (await first.json()) as { version: number };
  const tag = first.headers.get("etag") ?? "";
  const ask = async (what: string, path: string, init: RequestInit = {}): Promise<Measured> => {
    const { result, cost } = await since(async () => (await (await request(path, init)).arrayBuffer()).byteLength);
    return { what, seen: true, bytes: result, ...cost };
  };
  const unchanged = await ask("the operation, unchanged, by its ETag", `/v1/operations/${OPERATION}`, {
    headers: { "if-none-match": tag },
  });
  const none = await ask("the events after the last", `/v1/operations/${OPERATION}/events?after=${version}`);
  await stage.runbook.append(OPERATION, [progress(1_000_000 + version)]);
  const next = await ask("one event more", `/v1/operations/${OPERATION}/events?after=${version}`);
  const other = await stage.newProcess();
  const page = await other.since(async () => {
    const path = `/v1/operations/${OPERATION}/events?after=${version}`;
    return (await (await other.request(path)).arrayBuffer()).byteLength;
  });
  return [unchanged, none, next, { what: "one event more", seen: false, bytes: page.result, ...page.cost }];
}
