import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answers.ts";
import { compareNotices, lossesInWords, type Notice } from "./notices.ts";

export type VisitorsOptions = {
  /** The site as users know it. Its name need not resolve: connections go to `addresses`. */
  url: string;
  addresses: readonly string[];
  /** How visitors recognise the maintenance page. */
  pageText: string;
  count?: number;
  everyMs?: number;
};

export type Visitors = {
  readonly answers: Answer[];
  /** Every write that was answered 201. */
  readonly acknowledged: Notice[];
  /** Reads of an open site that did not show a visitor's own acknowledged notices as they were written. */
  readonly wrongReads: string[];
  stop(): Promise<void>;
};

const TIMEOUT_MS = 5_000;

/**
 * Visitors who read and write all the time: half of them over one kept connection to one address of the load balancer, the others over a
 * new connection each time, to one address after the other.
 */
export function startVisitors({ url, addresses, pageText, count = 6, everyMs = 200 }: VisitorsOptions): Visitors {
  const answers: Answer[] = [];
  const acknowledged: Notice[] = [];
  const wrongReads: string[] = [];
  const ending = new AbortController();

  async function visit(number: number): Promise<void> {
    const visitor = `visitor ${number + 1}`;
    const keepAlive = number % 2 === 0;
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    const own: Notice[] = [];
    await sleep((everyMs * number) / count);
    for (let turn = 0; !ending.signal.aborted; turn += 1) {
      const address = addresses[(keepAlive ? number >> 1 : number + turn) % addresses.length]!;
      const writes = turn % 2 === 0;
      const notice = { text: `${visitor}, notice ${turn / 2 + 1}`, price: (100 + ((turn * 137) % 9_900)) / 100 };
      const sentAt = Date.now();
      const before = [...own];
      const reply = await ask({ url, address, agent, ...(writes && { notice }) }).catch((error: Error) => error);
      answers.push({ visitor, sentAt, answeredAt: Date.now(), from: sourceOf(reply, pageText, writes ? 201 : 200) });
      if (!(reply instanceof Error)) {
        if (writes && reply.status === 201) {
          own.push(notice);
          acknowledged.push(notice);
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
    async stop() {
      ending.abort();
      await Promise.all(visits);
    },
  };
}

type Reply = { status: number; headers: IncomingHttpHeaders; body: string };

export function sourceOf(reply: Reply | Error, pageText: string, expected: number): Answer["from"] {
  if (reply instanceof Error) return { kind: "error", what: reply.message };
  const { status, headers, body } = reply;
  const version = headers["x-version"];
  if (status === expected && typeof version === "string")
    return { kind: "node", version, node: String(headers["x-node"]) };
  if (status === 503 && version === undefined && body.includes(pageText)) return { kind: "page" };
  return { kind: "error", what: `${status} ${body.slice(0, 100)}` };
}

type Ask = { url: string; address: string; agent: Agent; notice?: Notice };

function ask({ url, address, agent, notice }: Ask): Promise<Reply> {
  const { host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        host: address,
        port: port || 80,
        path: "/api/notices",
        method: notice ? "POST" : "GET",
        headers: { host, ...(notice && { "content-type": "application/json" }) },
        timeout: TIMEOUT_MS,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        response.on("error", reject);
      },
    );
    sending.on("timeout", () => sending.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    sending.on("error", reject);
    sending.end(notice && JSON.stringify(notice));
  });
}

/** Reads every notice from the application, as the public does. Throws where it does not serve. */
export async function readNotices({ url, address }: { url: string; address: string }): Promise<Notice[]> {
  const agent = new Agent();
  const { status, body } = await ask({ url, address, agent });
  if (status !== 200) throw new Error(`expected the notices at ${url}, found ${status} ${body.slice(0, 100)}`);
  return JSON.parse(body).data;
}
