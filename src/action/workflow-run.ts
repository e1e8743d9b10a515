import { context } from "@actions/github";

/** Where the action runs. What GitHub did not say is undefined. */
export type WorkflowRun = {
  /** The repository's numeric id: names can be taken over by others. */
  repositoryId?: string;
  runId?: string;
  runAttempt?: string;
  job?: string;
  /** The step's id, or the name GitHub gave it. */
  action?: string;
  /** `https://github.com`, or that of a GitHub Enterprise Server. */
  serverUrl: string;
};

export function currentWorkflowRun(env: NodeJS.ProcessEnv): WorkflowRun {
  const runId = Number.isNaN(context.runId) ? undefined : String(context.runId);
  const runAttempt = Number.isNaN(context.runAttempt) ? undefined : String(context.runAttempt);
  return {
    repositoryId: env.GITHUB_REPOSITORY_ID ?? context.payload.repository?.id?.toString(),
    runId,
    runAttempt,
    job: context.job || undefined,
    action: context.action || undefined,
    serverUrl: context.serverUrl,
  };
}
