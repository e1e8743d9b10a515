import { readFileSync } from "node:fs";

/** Where the action runs. What GitHub did not say is undefined. */
export type WorkflowRun = {
  /** The repository's numeric id: names can be taken over by others. */
  repositoryId?: string;
  /** `owner/name`. */
  repository?: string;
  /** The commit that the workflow runs for. */
  sha?: string;
  /** The pull request that the workflow runs for. */
  pullRequest?: number;
  runId?: string;
  runAttempt?: string;
  job?: string;
  /** The step's id, or the name GitHub gave it. */
  action?: string;
  /** `https://github.com`, or that of a GitHub Enterprise Server. */
  serverUrl: string;
};

export function currentWorkflowRun(env: NodeJS.ProcessEnv): WorkflowRun {
  const event = readEvent(env.GITHUB_EVENT_PATH);
  return {
    repositoryId: env.GITHUB_REPOSITORY_ID || event.repository?.id?.toString(),
    repository: env.GITHUB_REPOSITORY || undefined,
    sha: env.GITHUB_SHA || undefined,
    pullRequest: event.pull_request?.number,
    runId: env.GITHUB_RUN_ID || undefined,
    runAttempt: env.GITHUB_RUN_ATTEMPT || undefined,
    job: env.GITHUB_JOB || undefined,
    action: env.GITHUB_ACTION || undefined,
    serverUrl: env.GITHUB_SERVER_URL || "https://github.com",
  };
}

/** The page of the run, for people. */
export const runUrlOf = ({ serverUrl, repository, runId }: WorkflowRun): string | undefined =>
  repository && runId ? `${serverUrl}/${repository}/actions/runs/${runId}` : undefined;

/** As GitHub's API names it. */
export function repositoryOf({ repository }: WorkflowRun): { owner: string; repo: string } {
  const [owner, repo] = repository?.split("/") ?? [];
  if (!owner || !repo) throw new Error("expected owner/name in GITHUB_REPOSITORY, found nothing");
  return { owner, repo };
}

type Event = { repository?: { id?: number }; pull_request?: { number?: number } };

/** What started the workflow. Nothing here needs it so much that a step would fail without. */
function readEvent(path: string | undefined): Event {
  try {
    return path ? ((JSON.parse(readFileSync(path, "utf8")) as Event | null) ?? {}) : {};
  } catch {
    return {};
  }
}
