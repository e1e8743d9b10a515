import type { getOctokit } from "@actions/github";
import { oneLine } from "./plain-text.ts";

export type Octokit = ReturnType<typeof getOctokit>;
/** A client of GitHub's API with the job's token. */
export type Octokits = (token: string) => Promise<Octokit>;

/** How long one call may take: nobody waits for what is only shown. */
export const CALL_MS = 10_000;

/** Throws where there is no token. */
export function octokitFor({
  inputs,
  deps,
}: {
  inputs: { githubToken?: string };
  deps: { octokit?: Octokits };
}): Promise<Octokit> {
  if (inputs.githubToken === undefined) throw new Error("the input github-token is empty");
  return (deps.octokit ?? octokitOfTheToolkit)(inputs.githubToken);
}

const silent = () => {};

/** Loaded when it is first asked for, which is a third of the bundle. GitHub's address and proxies are those of the job. */
const octokitOfTheToolkit: Octokits = async (token) => {
  const { getOctokit } = await import("@actions/github");
  return getOctokit(token, { log: { debug: silent, info: silent, warn: silent, error: silent } });
};

/** What GitHub said, and what to give the job where that is why. */
export function refusalInWords(error: unknown, permission: string): string {
  const status = statusOf(error);
  const said = oneLine(error instanceof Error ? error.message : String(error));
  const what = `${status === undefined ? "" : `GitHub answered ${status}: `}${said}.`;
  return isRefusal(error) ? `${what} The job needs the permission ${permission}.` : what;
}

/** A token without the permission is told that it may not, or that there is nothing there. */
export function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status === 401 || status === 403 || status === 404 || /not accessible|FORBIDDEN/.test(String(error));
}

function statusOf(error: unknown): number | undefined {
  const status = typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
  return typeof status === "number" ? status : undefined;
}
