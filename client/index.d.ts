import { hc } from "hono/client";
import type { AppType } from "./app-type.js";
import type { Authenticate } from "./authentication.js";
export type { AppType } from "./app-type.js";
export { type Authenticate, withAwsSignature, withGithubToken } from "./authentication.js";
export { IntermissionError, type Problem } from "./problem.js";
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
export declare const createClient: ({ url, authenticate, fetch }: ClientOptions) => Client;
