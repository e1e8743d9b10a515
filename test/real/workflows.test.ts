import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runWorkflow, type WorkflowEnd, type WorkflowOptions } from "../../src/demo/workflow/run-workflow.ts";
import { type Listening, listen } from "./action-runner.ts";
import { NEW_IMAGE, type NoticeboardSandbox, REPOSITORY_ID, startNoticeboards } from "./noticeboard-sandbox.ts";

/** Each workflow has its own target, so that all run at once. */
const TARGETS = ["crm-production", "crm-staging", "released", "recalled", "maintained"] as const;
type Name = (typeof TARGETS)[number];

let sandbox: NoticeboardSandbox;
let github: Listening;
let scratch: string;
const SHA = "0123456789abcdef0123456789abcdef01234567";
const comments: string[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "intermission-workflows-"));
  sandbox = await startNoticeboards(TARGETS, {
    target: { restore: { fence: "sg-fence" } },
    github: [
      { repository_id: REPOSITORY_ID, allow: ["plan"] },
      {
        repository_id: REPOSITORY_ID,
        environment: "production",
        allow: ["upgrade", "maintenance", "rollback", "decide", "restore"],
      },
    ],
  });
  github = await listen(pullRequestsOf(comments));
});
afterAll(async () => {
  await github?.close();
  await sandbox?.close();
  await rm(scratch, { recursive: true, force: true });
});

/** What GitHub's API answers about the one pull request of a commit. */
function pullRequestsOf(kept: typeof comments) {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const answer = (status: number, value: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    const path = request.url?.split("?")[0];
    if (path?.endsWith("/pulls")) return answer(200, [{ number: 7, state: "open", head: { sha: SHA } }]);
    if (path?.endsWith("/issues/7/comments")) {
      kept.push((JSON.parse(text) as { body: string }).body);
      return answer(201, { id: kept.length });
    }
    const { query, variables } = JSON.parse(text) as { query: string; variables: { id: string; body: string } };
    if (query.startsWith("mutation")) {
      kept[Number(variables.id)] = variables.body;
      return answer(200, { data: { updateIssueComment: { clientMutationId: null } } });
    }
    if (query.includes("comments(")) {
      const nodes = kept.map((body, id) => ({ id: String(id), body, viewerDidAuthor: true }));
      const comments = { nodes, pageInfo: { hasNextPage: false, endCursor: null } };
      return answer(200, { data: { repository: { pullRequest: { comments } } } });
    }
    return answer(404, { message: `nothing is at ${request.method} ${path}` });
  };
  return createServer((request, response) => void handle(request, response));
}

type Given = Partial<Pick<WorkflowOptions, "inputs" | "vars" | "done" | "files">>;
const REF = "v2.0.0";

async function workflow(name: string, target: Name, given: Given = {}): Promise<WorkflowEnd & { log: string }> {
  const lines: string[] = [];
  const end = await runWorkflow({
    file: `examples/workflows/${name}.yml`,
    action: process.cwd(),
    directory: await mkdtemp(join(scratch, `${name}-`)),
    github: {
      actor: "ada",
      ref: `refs/tags/${REF}`,
      ref_name: REF,
      sha: SHA,
      token: "job-token",
      run_id: "77",
    },
    repository: { name: "acme/crm", id: REPOSITORY_ID },
    idTokenUrl: (environment) =>
      `${sandbox.oidc.requestUrl}&repository_id=${REPOSITORY_ID}${environment ? `&environment=${environment}` : ""}`,
    githubApi: github.url,
    onLine: (line) => lines.push(line),
    ...given,
    vars: {
      INTERMISSION_API_URL: sandbox.api.github,
      INTERMISSION_TARGET: target,
      SITE_URL: sandbox.targets[target]!.url,
      ECR_REPOSITORY: NEW_IMAGE.split(":")[0]!,
      NEXT_VERSION: "2.0.0",
      ...given.vars,
    },
  });
  return { ...end, log: lines.join("\n") };
}

const outcomes = ({ jobs }: WorkflowEnd) => jobs.map(({ steps }) => steps.map(({ outcome }) => outcome));
const digest = () => sandbox.services.images.resolve(NEW_IMAGE)!.digest;
const versionOf = async (target: Name) => {
  const answer = await fetch(`${sandbox.targets[target]!.url}/api/app:getInfo`);
  return { status: answer.status, ...((await answer.json()) as { data: { version: string } }).data };
};

describe.concurrent("an example of a workflow, on the sandbox", () => {
  test("upgrade.yml plans, upgrades, and operate.yml looks at what came of it", async () => {
    const run = await workflow("upgrade", "crm-production", { inputs: { version: "2.0.0" } });
    expect(run, run.log).toMatchObject({ ok: true });
    expect(run.jobs.map(({ job, result }) => [job, result])).toEqual([
      ["plan", "success"],
      ["upgrade", "success"],
    ]);
    expect(run.jobs[0]!.steps[0]!.outputs).toMatchObject({ "plan-ok": "true" });
    const { outputs } = run.jobs[1]!.steps[0]!;
    expect(outputs).toMatchObject({ status: "succeeded", site: "open", version: "2.0.0" });
    expect(await versionOf("crm-production")).toMatchObject({ status: 200, version: "2.0.0" });
    const rows = await sandbox.rows("crm-production");
    expect(rows.map(({ price_cents }) => price_cents)).toEqual(rows.map((_, index) => (index + 1) * 100));

    const id = outputs["operation-id"]!;
    const looked = await workflow("operate", "crm-production", { inputs: { procedure: "status", "operation-id": id } });
    expect(looked, looked.log).toMatchObject({ ok: true });
    expect(looked.jobs[0]!.steps[0]!.outputs).toMatchObject({ "operation-id": id, status: "succeeded" });
  });

  test("release.yml tests the new version past the page before anybody else sees it", async () => {
    const done = { image: { digest: digest() } };
    const run = await workflow("release", "released", { done });
    expect(run, run.log).toMatchObject({ ok: true });
    expect(outcomes(run)).toEqual([["success", "success", "success", "skipped"]]);
    const [window, , opened] = run.jobs[0]!.steps;
    expect(window!.outputs).toMatchObject({ status: "waiting", "waiting-for": "before-open", site: "closed" });
    const secret = window!.outputs["bypass-header"]!.split(": ")[1]!;
    expect(run.log.replaceAll(`::add-mask::${secret}`, "")).not.toContain(secret);
    expect(opened!.outputs).toMatchObject({ status: "succeeded", site: "open" });
    expect(await versionOf("released")).toMatchObject({ status: 200, version: "2.0.0" });
  });

  test("release.yml goes back, database included, where a smoke test fails", async () => {
    const done = { image: { digest: digest() } };
    const site = `${sandbox.targets.recalled!.url}/nothing-is-here`;
    const run = await workflow("release", "recalled", { done, vars: { SITE_URL: site } });
    expect(run.ok).toBe(false);
    expect(outcomes(run), run.log).toEqual([["success", "failure", "skipped", "success"]]);
    expect(run.jobs[0]!.steps.at(-1)!.outputs).toMatchObject({ status: "rolled-back", site: "open" });
    expect(await versionOf("recalled")).toMatchObject({ status: 200, version: "1.4.2" });
    expect(Object.keys((await sandbox.rows("recalled"))[0]!)).not.toContain("price_cents");
  });

  test("maintenance.yml works on one node past the page, and starts all nodes anew", async () => {
    const run = await workflow("maintenance", "maintained", { inputs: { why: "statistics" } });
    expect(outcomes(run), run.log).toEqual([["success", "success", "success", "skipped"]]);
    expect(run.jobs[0]!.steps[2]!.outputs).toMatchObject({ status: "succeeded", site: "open" });
    for (let asked = 0; asked < 6; asked += 1)
      expect((await fetch(`${sandbox.targets.maintained!.url}/api/statistics`)).status).toBe(200);
  });

  test("nightly-plan.yml plans each target, plan-comment.yml keeps one comment, and maintenance-by-hand.yml begins and ends a maintenance", async () => {
    const nightly = await workflow("nightly-plan", "crm-staging");
    expect(nightly.jobs, nightly.log).toHaveLength(2);
    expect(nightly.jobs[1]!.steps[0]!.outputs).toMatchObject({ "plan-ok": "true" });

    await workflow("plan-comment", "crm-staging", { files: { VERSION: "1.4.2\n" } });
    const commented = await workflow("plan-comment", "crm-staging", { files: { VERSION: "2.0.0\n" } });
    expect(commented, commented.log).toMatchObject({ ok: true });
    expect(comments, commented.log).toEqual([expect.stringContaining("crm-staging")]);

    const begun = await workflow("maintenance-by-hand", "crm-staging", { inputs: { step: "begin" } });
    expect(outcomes(begun), begun.log).toEqual([["success", "skipped"]]);
    expect(begun.jobs[0]!.steps[0]!.outputs).toMatchObject({ "waiting-for": "maintenance", site: "closed" });
    const ended = await workflow("maintenance-by-hand", "crm-staging", { inputs: { step: "end" } });
    expect(outcomes(ended), ended.log).toEqual([["skipped", "success"]]);
    expect(ended.jobs[0]!.steps[1]!.outputs).toMatchObject({ status: "succeeded", site: "open" });
  });
});
