import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NEW_IMAGE, type NoticeboardSandbox, REPOSITORY_ID, startNoticeboards } from "./noticeboard-sandbox.ts";
import { isMissing } from "./peers.ts";

const run = promisify(execFile);
const page = fileURLToPath(new URL("../../docs/curl.md", import.meta.url));
const DONE = "=== done:";

let sandbox: NoticeboardSandbox;
let scratch: string;
/** What each snippet printed, by the heading it stands under. */
const printed = new Map<string, string[]>();
const endings: { heading: string; expected: number; found: number }[] = [];

type Snippet = { heading: string; code: string };

/** The page's `sh` snippets in order. */
function snippetsOf(markdown: string): Snippet[] {
  let heading = "";
  return [...markdown.matchAll(/^## (?<heading>.+)$|^```sh\n(?<code>[\s\S]*?)^```$/gm)].flatMap(({ groups }) => {
    heading = groups?.heading ?? heading;
    return groups?.code === undefined ? [] : [{ heading, code: groups.code }];
  });
}

/** As a shell runs it: what one snippet defines, the next ones use. */
const scriptOf = (snippets: Snippet[]) =>
  snippets.map(({ code }) => `${code}\nprintf '\\n${DONE} %s\\n' "$?"\n`).join("");

/** The environment of a terminal at which somebody follows the page. */
const environment = (claims: string): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  INTERMISSION_OPERATOR_URL: sandbox.api.operator,
  INTERMISSION_GITHUB_URL: sandbox.api.github,
  TARGET: "noticeboard",
  VERSION: NEW_IMAGE.split(":").at(-1)!,
  AWS_REGION: sandbox.services.world.region,
  AWS_ACCESS_KEY_ID: sandbox.services.key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: sandbox.services.key.secretAccessKey,
  ACTIONS_ID_TOKEN_REQUEST_URL: `${sandbox.oidc.requestUrl}&${claims}`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "the-runner-s",
});

async function runSnippets(snippets: Snippet[]): Promise<void> {
  await writeFile(join(scratch, "page.sh"), scriptOf(snippets));
  const { stdout } = await run("bash", ["page.sh"], {
    cwd: scratch,
    env: environment(`repository_id=${REPOSITORY_ID}&environment=production`),
    maxBuffer: 16 * 1024 * 1024,
  });
  const outputs = stdout.split(new RegExp(`\\n${DONE} (\\d+)\\n`));
  for (const [index, { heading, code }] of snippets.entries()) {
    printed.set(heading, [...(printed.get(heading) ?? []), outputs[2 * index]!]);
    const expected = Number(/^# ends with (\d+)$/m.exec(code)?.[1] ?? 0);
    endings.push({ heading, expected, found: Number(outputs[2 * index + 1]) });
  }
}

type Document = { id?: string } & Record<string, unknown>;
const saved = async (name: string) => JSON.parse(await readFile(join(scratch, name), "utf8")) as Document;
const under = (heading: string) => printed.get(heading) ?? [];
const json = (text: string | undefined) => JSON.parse(text ?? "") as Record<string, unknown>;

describe.skipIf(isMissing("curl"))("docs/curl.md, as a terminal runs it", () => {
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "intermission-curl-"));
    sandbox = await startNoticeboards(["noticeboard"]);
    await runSnippets(snippetsOf(await readFile(page, "utf8")));
  });
  afterAll(async () => {
    await sandbox?.close();
    await rm(scratch, { recursive: true, force: true });
  });

  test("every snippet ends as the page says", () => {
    expect(endings.length).toBeGreaterThan(20);
    expect(endings.filter(({ expected, found }) => expected !== found)).toEqual([]);
  });

  test("the page names every address that openapi.json has", async () => {
    const markdown = (await readFile(page, "utf8"))
      .replaceAll("$TARGET", "{target}")
      .replaceAll(/\$(operation|1)\b/g, "/v1/operations/{id}");
    const { paths } = await saved("openapi.json");
    // Whoever has a link to the live page does not write its address.
    const written = Object.keys(paths as object).filter((path) => !path.startsWith("/live/{id}"));
    expect(written.filter((path) => !markdown.includes(`URL${path}`))).toEqual([]);
  });

  test("the page calls every route that the API has, on the operator's front unless it is public", async () => {
    const { paths } = await saved("openapi.json");
    const documented = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const called = (front: string) =>
      sandbox.services.world.log
        .after()
        .flatMap((event) =>
          event.kind === "call" && event.service === `execute-api/${front}` ? [event.operation] : [],
        );
    const isCalled = (route: string, operations: string[]) => {
      const pattern = new RegExp(`^${route.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
      return operations.some((operation) => pattern.test(operation));
    };
    const signed = documented.filter((route) => route.includes("/v1/"));
    expect(signed).toHaveLength(13);
    expect(signed.filter((route) => !isCalled(route, called("operator")))).toEqual([]);
    expect(documented.filter((route) => !isCalled(route, [...called("operator"), ...called("github")]))).toEqual([]);
  });

  test("a target is found and looked at live, without who may do what with it", () => {
    const [list, target] = under("Look around");
    expect(list).toMatch(/^noticeboard +nocobase +http:\S+ +free$/m);
    expect(json(target)).toMatchObject({ name: "noticeboard", configuration: { cluster: "noticeboards" } });
    expect(target).not.toContain("repository_id");
  });

  test("a plan names its checks and its changes, and changes nothing", () => {
    const [plan] = under("Plan");
    expect(plan).toContain("services-are-steady");
    expect(plan).toContain("rds CreateDBSnapshot");
  });

  test("a start answers where its operation is, once for a key, and names the holder to everybody else", async () => {
    const [first, again, conflict] = under("Start");
    const { id, status } = await saved("started-first.json");
    expect(first?.trim()).toBe(`/v1/operations/${id}`);
    expect(status).toBe("pending");
    expect(again?.trim()).toBe(`202 /v1/operations/${id}`);
    expect(json(conflict)).toMatchObject({
      code: "target-locked",
      status: 409,
      holder: { id, href: `/v1/operations/${id}` },
    });
  });

  test("following shows each event once and in order, whatever it waits for", () => {
    const [first, state] = under("Follow");
    const lines = [first, under("Decide")[0], under("Think better of it")[0]].map((text) => text!.split("\n"));
    const seen = lines.map((each) => each.flatMap((line) => /^ *(\d+) {2}\d\d:/.exec(line)?.[1] ?? []).map(Number));
    for (const numbers of seen) expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
    expect(seen.at(-1)!.length).toBeGreaterThan(25);
    expect(first).toMatch(/^ +1 {2}.*requested/m);
    expect(state).toMatch(/^status +waiting/m);
    expect(state).toContain('--json \'{"decision":"proceed"}\'');
    expect(state).toMatch(/^W\/"[\w.-]+"$/m);
  });

  test("the live page is there for whoever has its link", async () => {
    expect(await readFile(join(scratch, "live.html"), "utf8")).toContain("noticeboard");
    expect(await saved("live.json")).toMatchObject({ view: { status: "waiting", site: "open" } });
  });

  test("whoever may decide is told how to look past the page", () => {
    expect(under("Look past the page")[0]).toMatch(/^curl --header 'x-intermission-bypass: \S+' 'http/);
  });

  test("an operation that is cancelled before the point of no return puts everything back", async () => {
    const [decided, over] = under("Think better of it");
    expect(decided).toMatch(/operator decided: cancel/);
    expect(json(over)).toMatchObject({ code: "operation-over", status: 409 });
    const [text] = under("Keep the receipt");
    expect(text).toMatch(/^outcome +rolled-back$/m);
    const receipt = await saved("receipt.json");
    expect(receipt).toMatchObject({ outcome: "rolled-back", problem: { code: "cancelled" }, leftovers: [] });
    expect(receipt.pointOfNoReturnAt).toBeUndefined();
  });

  test("an operation that is over has nothing to take over", () => {
    for (const answer of under("Break the glass"))
      expect(json(answer)).toMatchObject({ code: "operation-over", status: 409 });
  });

  test("a job of GitHub's starts an operation with its token and follows it to the end", async () => {
    const [targets, started, followed] = under("As a GitHub job");
    const { id, requestedBy } = await saved("started.json");
    expect(targets).toMatch(/^noticeboard +nocobase/m);
    expect(await saved("bypass.json")).toMatchObject({
      operation: id,
      header: { value: expect.stringMatching(/\S{20}/) },
    });
    expect(await saved("decided.json")).toMatchObject({ id, target: "noticeboard" });
    expect(started).toContain(`/v1/operations/${id}`);
    expect(requestedBy).toMatchObject({ kind: "github" });
    expect(followed).toMatch(/^status +succeeded, site open$/m);
    expect(await sandbox.rows("noticeboard")).toHaveLength(40);
  });

  test("the other procedures are planned and started in the same way", async () => {
    const [text] = under("The other procedures");
    expect(text).toMatch(/^plan +first-start of noticeboard/m);
    expect(text).toMatch(/^plan +rollback of noticeboard/m);
    expect(text).toMatch(/^plan +maintenance of noticeboard/m);
    expect(await saved("maintenance.json")).toMatchObject({ request: { procedure: "maintenance", within: "2h" } });
    expect(text).toMatch(/ (refused|rolled-back)/);
  });

  test("what is over can be looked up", () => {
    const [text, rolledBack] = under("Look back").flatMap((output) => output.split(/^(?=\{)/m));
    expect(text?.trim().split("\n")).toHaveLength(3);
    expect(json(rolledBack)).toMatchObject({
      operations: expect.arrayContaining([expect.objectContaining({ procedure: "upgrade", status: "rolled-back" })]),
    });
  });

  test("a problem says what was expected and found, and strangers learn nothing", () => {
    const [body, parameter, unsigned, noToken, unknown] = under("When it says no").map(json);
    expect(body).toMatchObject({ code: "invalid-request", status: 422, fix: expect.any(String) });
    expect(JSON.stringify(body?.errors)).toContain("upgrad");
    expect(parameter).toMatchObject({ code: "invalid-parameter", status: 400, errors: [{ parameter: "status" }] });
    expect(unsigned).toEqual({ message: "Forbidden" });
    expect(noToken).toMatchObject({ code: "unauthenticated", status: 401 });
    expect(unknown).toMatchObject({ code: "unknown-target", status: 404 });
  });

  test("what anybody may read says no more than that the API is there", async () => {
    const [home] = under("What anybody may read");
    expect(home).toContain("/docs");
    expect(home).toContain('"status":"ok"');
    expect(home).not.toContain("noticeboard");
    expect(await readFile(join(scratch, "docs.html"), "utf8")).toContain("<html");
  });

  test.each([
    { who: "a repository that no rule names", claims: "repository_id=999", code: "unknown-target", status: 404 },
    { who: "a job outside of the environment", claims: "environment=staging", code: "not-allowed", status: 403 },
  ])("$who gets $status", async ({ claims, code, status }) => {
    const snippets = snippetsOf(await readFile(page, "utf8"));
    const job = snippets.find(({ heading }) => heading === "As a GitHub job")!.code.split('\njob "')[0]!;
    const ask = 'job "$INTERMISSION_GITHUB_URL/v1/targets/$TARGET" --write-out "\\n%{http_code} %{content_type}"';
    const asked = run("bash", ["-c", `${job}\n${ask}`], { cwd: scratch, env: environment(claims) });
    const failed = (await asked.catch((error: unknown) => error)) as { code: number; stdout: string };
    expect(failed.code).toBe(22);
    const [problem, http] = failed.stdout.split("\n");
    expect(http).toBe(`${status} application/problem+json`);
    expect(json(problem)).toMatchObject({ code, status });
  });

  test("a stranger's signature is verified and then told nothing", async () => {
    const stranger = sandbox.services.credentials.issue({ arn: "arn:aws:iam::111122223333:user/stranger" });
    const [{ code: sign } = { code: "" }] = snippetsOf(await readFile(page, "utf8"));
    const ask = `${sign}\nfor path in targets targets/$TARGET; do intermission "$INTERMISSION_OPERATOR_URL/v1/$path"; echo; done`;
    const env = {
      ...environment(""),
      AWS_ACCESS_KEY_ID: stranger.accessKeyId,
      AWS_SECRET_ACCESS_KEY: stranger.secretAccessKey,
    };
    const { stdout } = await run("bash", ["-c", ask], { cwd: scratch, env });
    const [list, target] = stdout.split("\n").map((line) => (line ? json(line) : undefined));
    expect(list).toEqual({ targets: [] });
    expect(target).toMatchObject({ code: "unknown-target", status: 404 });
  });
});
