import { Agent, type IncomingHttpHeaders, request } from "node:http";

export type Ask = {
  /** The site as users know it. Its name need not resolve: the connection goes to `address`. */
  url: string;
  /** One of the load balancer's. */
  address: string;
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON, by POST. */
  post?: object;
  /** A new connection, unless given. */
  agent?: Agent;
};
export type Reply = { status: number; headers: IncomingHttpHeaders; body: string };

const TIMEOUT_MS = 5_000;

/** One request to the site through the load balancer. Throws where nobody answers. */
export function ask({ url, address, path, headers = {}, post, agent = new Agent() }: Ask): Promise<Reply> {
  const { host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        host: address,
        port: port || 80,
        path,
        method: post ? "POST" : "GET",
        headers: { host, ...headers, ...(post && { "content-type": "application/json" }) },
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
    sending.end(post && JSON.stringify(post));
  });
}

const MOST_TRIES = 60;

/** What each node answers at a path, by its name: asked until that many have answered. */
export async function askEveryNode(at: Pick<Ask, "url" | "path"> & { addresses: readonly string[] }, nodes: number) {
  const statuses = new Map<string, number>();
  for (let tries = 0; statuses.size < nodes && tries < MOST_TRIES; tries += 1) {
    const { status, headers } = await ask({ ...at, address: at.addresses[tries % at.addresses.length]! });
    if (typeof headers["x-node"] === "string") statuses.set(headers["x-node"], status);
  }
  return statuses;
}
