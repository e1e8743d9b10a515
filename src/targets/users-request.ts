import type { Target } from "./schema.ts";

/** What a load balancer gets of a user's request. */
export type UsersRequest = { host: string; path: string; headers: Record<string, string> };

/** A probe's path as users would ask for it: below the path of `url`, and as the origin's host where something stands in front of it. */
export function usersRequest({ url, origin }: Pick<Target, "url" | "origin">, path: string): UsersRequest {
  return { host: origin?.host ?? new URL(url).host, path: belowUrl({ url }, path), headers: origin?.headers ?? {} };
}

export const belowUrl = ({ url }: Pick<Target, "url">, path: string): string =>
  new URL(url).pathname.replace(/\/$/, "") + path;
