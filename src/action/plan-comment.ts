import type { ActionDeps } from "./deps.ts";
import type { Inputs } from "./inputs.ts";
import { CALL_MS, type Octokit, octokitFor, refusalInWords } from "./octokit.ts";
import { commentMarker } from "./plan-comment-text.ts";
import { repositoryOf } from "./workflow-run.ts";

type Asked = Pick<Inputs, "target" | "pullRequest" | "githubToken">;
type Options = { text: string; inputs: Asked; deps: Pick<ActionDeps, "core" | "octokit" | "run"> };

/**
 * Writes a plan into its pull request: into the comment of the target's last plan where there is one, else into a new one. `text` begins with
 * the target's marker. Does nothing where no pull request is asked for, and never fails the step.
 */
export async function commentPlan({ text, inputs, deps }: Options): Promise<void> {
  const { core, run } = deps;
  if (inputs.pullRequest === undefined) return;
  try {
    const octokit = await octokitFor({ inputs, deps });
    const number = inputs.pullRequest === "auto" ? await openPullRequest(octokit, run) : inputs.pullRequest;
    if (number === undefined)
      return core.info("There is no open pull request of this commit: the plan is commented nowhere.");
    await write(octokit, { ...repositoryOf(run), number, text, marker: commentMarker(inputs.target) });
    core.info(`The plan is in a comment of pull request ${number}.`);
  } catch (error) {
    core.warning(
      `${refusalInWords(error, "pull-requests: write")} The plan is in the job's summary and in the outputs.`,
      {
        title: "Intermission: the plan is not in the pull request",
      },
    );
  }
}

/** The one that the workflow runs for, else the open one of the commit; the one whose last commit it is goes first. */
async function openPullRequest(octokit: Octokit, run: ActionDeps["run"]): Promise<number | undefined> {
  if (run.pullRequest !== undefined) return run.pullRequest;
  const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({
    ...repositoryOf(run),
    commit_sha: run.sha ?? "",
    per_page: 100,
    request: { signal: AbortSignal.timeout(CALL_MS) },
  });
  const open = data.filter(({ state }) => state === "open");
  return (open.find(({ head }) => head.sha === run.sha) ?? open[0])?.number;
}

type Comment = { owner: string; repo: string; number: number; text: string; marker: string };

async function write(octokit: Octokit, comment: Comment): Promise<void> {
  const { owner, repo, number, text } = comment;
  const id = await find(octokit, comment);
  const request = { signal: AbortSignal.timeout(CALL_MS) };
  if (id === undefined)
    await octokit.rest.issues.createComment({ owner, repo, issue_number: number, body: text, request });
  else await octokit.graphql(UPDATE, { id, body: text, request });
}

const COMMENTS = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      comments(first: 100, after: $after) {
        nodes { id body viewerDidAuthor }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;
const UPDATE = `mutation ($id: ID!, $body: String!) {
  updateIssueComment(input: { id: $id, body: $body }) { clientMutationId }
}`;

type Page = {
  repository: {
    pullRequest: {
      comments: {
        nodes: { id: string; body: string; viewerDidAuthor: boolean }[];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
    } | null;
  } | null;
};

/**
 * Anybody can write our marker, so only a comment of whoever the token is counts. GitHub says so in GraphQL alone: a workflow's token cannot ask
 * REST who it is.
 */
async function find(octokit: Octokit, { owner, repo, number, marker }: Comment): Promise<string | undefined> {
  let after: string | null = null;
  for (;;) {
    const page: Page = await octokit.graphql(COMMENTS, {
      owner,
      repo,
      number,
      after,
      request: { signal: AbortSignal.timeout(CALL_MS) },
    });
    const comments = page.repository?.pullRequest?.comments;
    if (!comments) throw new Error(`there is no pull request ${number} in ${owner}/${repo} that the token may read`);
    const ours = comments.nodes.find(({ body, viewerDidAuthor }) => viewerDidAuthor && body.startsWith(marker));
    if (ours) return ours.id;
    if (!comments.pageInfo.hasNextPage) return undefined;
    after = comments.pageInfo.endCursor;
  }
}
