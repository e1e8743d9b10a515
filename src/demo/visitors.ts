import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answers.ts";
import { ask, type Reply } from "./ask.ts";
import { type Acknowledged, compareNotices, lossesInWords, type Notice } from "./notices.ts";

export type VisitorsOptions = {
  /** The site as users know it. Its name need not resolve: connections go to `addresses`. */
  url: string;
  addresses: readonly string[];
  /** How visitors recognise the maintenance page. */
  pageText: string;
  count?: number;
  everyMs?: number;
  /** When the first of them comes; at once, unless given. */
  from?: Promise<void>;
};

export type Visitors = {
  readonly answers: Answer[];
  /** Every write that was answered 201. */
  readonly acknowledged: Acknowledged[];
  /** Reads of an open site that did not show a visitor's own acknowledged notices as they were written. */
  readonly wrongReads: string[];
  /** From now on nobody expects to read what was written in this interval. */
  forget(interval: { from: number; to: number }): void;
  stop(): Promise<void>;
};

const NOTICES = "/api/notices";

/**
 * Visitors who read and write all the time: half of them over one kept connection to one address of the load balancer, the others over a
 * new connection each time, to one address after the other.
 */
export function startVisitors({ url, addresses, pageText, count = 6, everyMs = 200, from }: VisitorsOptions): Visitors {
  const answers: Answer[] = [];
  const acknowledged: Acknowledged[] = [];
  const wrongReads: string[] = [];
  const forgotten: { from: number; to: number }[] = [];
  const isForgotten = ({ sentAt }: Acknowledged) => forgotten.some(({ from, to }) => from <= sentAt && sentAt <= to);
  const ending = new AbortController();
  const aborted = new Promise((resolve) => ending.signal.addEventListener("abort", resolve, { once: true }));

  async function visit(number: number): Promise<void> {
    const visitor = `visitor ${number + 1}`;
    const keepAlive = number % 2 === 0;
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    const own: Acknowledged[] = [];
    await Promise.race([from, aborted]);
    await sleep((everyMs * number) / count);
    for (let turn = 0; !ending.signal.aborted; turn += 1) {
      const address = addresses[(keepAlive ? number >> 1 : number + turn) % addresses.length]!;
      const writes = turn % 2 === 0;
      const notice = { text: `${visitor}, notice ${turn / 2 + 1}`, price: (100 + ((turn * 137) % 9_900)) / 100 };
      const sentAt = Date.now();
      const before = own.filter((notice) => !isForgotten(notice));
      const reply = await ask({ url, address, agent, path: NOTICES, ...(writes && { post: notice }) }).catch(
        (error: Error) => error,
      );
      answers.push({ visitor, sentAt, answeredAt: Date.now(), from: sourceOf(reply, pageText, writes ? 201 : 200) });
      if (!(reply instanceof Error)) {
        if (writes && reply.status === 201) {
          own.push({ ...notice, sentAt });
          acknowledged.push({ ...notice, sentAt });
        }
        if (!writes && reply.status === 200) {
          const wrong = lossesInWords(compareNotices(before, JSON.parse(reply.body).data));
          if (wrong) wrongReads.push(`${visitor} read at ${new Date(sentAt).toISOString()}: ${wrong}`);
        }
      }
      await sleep(everyMs, undefined, { signal: ending.signal }).catch(() => {});
    }
    agent.destroy();
  }

  const visits = Array.from({ length: count }, (_, number) => visit(number));
  return {
    answers,
    acknowledged,
    wrongReads,
    forget: (interval) => void forgotten.push(interval),
    async stop() {
      ending.abort();
      await Promise.all(visits);
    },
  };
}

export function sourceOf(reply: Reply | Error, pageText: string, expected: number): Answer["from"] {
  if (reply instanceof Error) return { kind: "error", what: reply.message };
  const { status, headers, body } = reply;
  const version = headers["x-version"];
  if (status === expected && typeof version === "string")
    return { kind: "node", version, node: String(headers["x-node"]) };
  if (status === 503 && version === undefined && body.includes(pageText)) return { kind: "page" };
  return { kind: "error", what: `${status} ${body.slice(0, 100)}` };
}

/** Reads every notice from the application, as the public does. Throws where it does not serve. */
export async function readNotices({ url, address }: { url: string; address: string }): Promise<Notice[]> {
  const { status, body } = await ask({ url, address, path: NOTICES });
  if (status !== 200) throw new Error(`expected the notices at ${url}, found ${status} ${body.slice(0, 100)}`);
  return JSON.parse(body).data;
}
