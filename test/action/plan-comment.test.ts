import { expect, test } from "vitest";
import { commentMarker, planCommentText } from "../../src/action/plan-comment-text.ts";
import { judge } from "../../src/action/verdict.ts";
import type { Plan } from "../../src/operations/plan.ts";
import { sampleForecast } from "../operations/sample-forecast.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi } from "./fake-api.ts";
import { FakeGithub, notAccessible } from "./fake-github.ts";
import { recordingCore } from "./recording-core.ts";
import { runAction } from "./run-action.ts";
import { failedCheck, image, mutation, passedCheck, warnedCheck } from "./scripts.ts";

const plan: Plan = {
  target: "crm-production",
  request: { procedure: "upgrade", image, snapshot: "required" },
  checks: [passedCheck, warnedCheck, failedCheck],
  mutations: [mutation],
  waits: [],
  forecast: sampleForecast,
  irreversible: ["From the start of the leader on, the old version may not run on this data"],
  ok: false,
};
const marker = commentMarker("crm-production");
const textOf = (of: Plan) =>
  planCommentText({
    plan: of,
    verdict: judge({ kind: "planned", plan: of }, undefined),
    runUrl: "https://github.com/octo/crm/actions/runs/77",
  });

async function planned(github: FakeGithub, given: Record<string, string> = { "pull-request": "12" }) {
  const all = { procedure: "plan", "github-token": "ghs_secret", ...given };
  return inVirtualTime(() =>
    runAction(fakeApi({ plan }).fetch, { given: all, octokit: github.octokits, toolkit: recordingCore() }),
  );
}

test("the comment says before the window who else must decide", () => {
  const said = textOf({ ...plan, approvers: "somebody else than who starts the operation" });
  expect(said).toContain("To go on is decided by somebody else than who starts the operation.");
  expect(textOf(plan)).not.toContain("Who decides");
});

test("the comment says the verdict, what is wrong, how long the site closes, and folds what would be changed", async () => {
  await expect(textOf(plan)).toMatchFileSnapshot("golden/plan.comment.txt");
});

test("the first plan is a new comment, and a later one replaces it", async () => {
  const github = new FakeGithub();
  await planned(github);
  expect(github.comments.map(({ body }) => body)).toEqual([textOf(plan)]);
  github.comments[0]!.body = `${marker}\nan older plan`;
  await planned(github);
  expect(github.comments.map(({ body }) => body)).toEqual([textOf(plan)]);
  expect(github.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /graphql",
    "POST /repos/octo/crm/issues/12/comments",
    "POST /graphql",
    "POST /graphql",
  ]);
});

test("our comment is found behind pages of others, and nobody else's is written over", async () => {
  const github = new FakeGithub();
  const others = [
    { id: "1", body: `${marker}\nforged`, viewerDidAuthor: false },
    { id: "2", body: `> ${marker}\nquoted by another workflow of ours`, viewerDidAuthor: true },
    { id: "3", body: `${commentMarker("crm-staging")}\nof another target`, viewerDidAuthor: true },
    { id: "4", body: `${commentMarker("crm-production-2")}\nof one with a longer name`, viewerDidAuthor: true },
  ];
  github.comments.push(...structuredClone(others), { id: "5", body: `${marker}\nolder`, viewerDidAuthor: true });
  await planned(github);
  expect(github.comments.slice(0, 4)).toEqual(others);
  expect(github.comments.slice(4).map(({ body }) => body)).toEqual([textOf(plan)]);
});

test("auto is the open pull request of the commit, and of several the one that it is the last commit of", async () => {
  const github = new FakeGithub();
  github.pulls = [
    { number: 7, state: "closed", head: { sha: "5ca1ab1e" } },
    { number: 8, state: "open", head: { sha: "0ther" } },
    { number: 9, state: "open", head: { sha: "5ca1ab1e" } },
  ];
  await planned(github, { "pull-request": "auto" });
  expect(github.calls.map(({ path }) => path)).toContain("/repos/octo/crm/issues/9/comments");
});

test("auto without an open pull request comments nowhere, and says so", async () => {
  const github = new FakeGithub();
  const { lines } = await planned(github, { "pull-request": "auto" });
  expect(lines).toContain("There is no open pull request of this commit: the plan is commented nowhere.");
  expect(github.comments).toEqual([]);
});

test("nothing is asked of GitHub where no pull request is asked for", async () => {
  const github = new FakeGithub();
  await planned(github, {});
  expect(github.calls).toEqual([]);
});

test.for([
  ["the token may not", notAccessible],
  [
    "GraphQL says so in its own way",
    { status: 200, body: { errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }] } },
  ],
] as const)("%s: a warning that names the permission, and the plan's own result", async ([, answer]) => {
  const github = new FakeGithub();
  github.intercept = () => answer;
  const { lines, exitCode, outputs } = await planned(github);
  expect({ exitCode, ok: outputs["plan-ok"] }).toEqual({ exitCode: 1, ok: "false" });
  const warnings = lines.filter((line) =>
    line.startsWith("::warning Intermission: the plan is not in the pull request::"),
  );
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /Resource not accessible by integration.*The job needs the permission pull-requests: write/s,
  );
});

test("a plan of more than a comment can take goes without its changes first", () => {
  const mutations = Array.from({ length: 400 }, () => ({ ...mutation, summary: "ü".repeat(100) }));
  const text = textOf({ ...plan, mutations });
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain("Changes: 400. They do not fit here; the job's summary has them.");
  expect(text).toContain("image-exists");
});

test("a target's name cannot end the marker that nobody sees", () => {
  expect(commentMarker("a--> <img src=x>")).toBe("<!-- intermission plan: a%2D%2D%3E%20%3Cimg%20src%3Dx%3E -->");
});
