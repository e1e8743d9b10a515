import { hc } from "hono/client";
import type { AppType } from "./app-type.ts";
import type { Authenticate } from "./authentication.ts";
import { refusalOf } from "./problem.ts";

export type { AppType } from "./app-type.ts";
export { type Authenticate, withAwsSignature, withGithubToken } from "./authentication.ts";
export { IntermissionError, type Problem } from "./problem.ts";

export type ClientOptions = {
  /** Of the endpoint that takes what `authenticate` adds: the one for GitHub's jobs, or the operators'. */
  url: string;
  authenticate: Authenticate;
  /** In the place of the global one, for proxies and tests. */
  fetch?: (request: Request) => Response | Promise<Response>;
};

/** What `createClient` answers. */
export type Client = ReturnType<typeof hc<AppType>>;

/**
 * The API's calls, typed: `client.v1.operations[":id"].$get({ param: { id }, query: { wait: "20" } })`. What is not 2xx or 304 is thrown as
 * an IntermissionError, so that an answer is always what was asked for. Nothing is tried again.
 */
export const createClient = ({ url, authenticate, fetch = globalThis.fetch }: ClientOptions): Client =>
  hc<AppType>(url, {
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const response = await fetch(await authenticate(new Request(input, init)));
      if (response.ok || response.status === 304) return response;
      throw await refusalOf(response);
    },
  });
