import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildAction } from "../../scripts/build-action.ts";
import { fakeApi } from "../action/fake-api.ts";
import { FakeGithub } from "../action/fake-github.ts";
import { image } from "../action/scripts.ts";
import { createRunner, listen, serve } from "./action-runner.ts";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "intermission-github-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test("the bundle records an upgrade as a deployment at the GitHub that the job names, by the toolkit's own client", async () => {
  const [dist, job] = [await folder(), await folder()];
  await buildAction({ root: process.cwd(), outDir: dist });
  const github = new FakeGithub();
  const { url: githubUrl, server } = await github.serve();
  onTestFinished(() => void server.close());
  const api = fakeApi({
    script: [
      [0.1, { type: "started" }],
      [0.3, { type: "finished", status: "succeeded" }],
    ],
  });
  const servers = [
    await listen(serve(api.fetch)),
    await listen(createServer((_, response) => response.end(JSON.stringify({ value: "a.b.c" })))),
  ];
  for (const each of servers) onTestFinished(() => each.close());
  const inputs = {
    "api-url": servers[0]!.url,
    target: "crm-production",
    procedure: "upgrade",
    image,
    environment: "production",
    "github-token": "ghs_secret",
  };
  const runner = await createRunner({ dist, folder: job, inputs, oidc: servers[1]!.url });
  onTestFinished(() => runner.stop());
  const main = runner.start("index.js", { GITHUB_API_URL: githubUrl, GITHUB_SHA: "5ca1ab1e" });
  expect(await main.exited, main.output()).toEqual({ code: 0, signal: null });
  expect((await runner.outputs())["deployment-id"]).toBe("4711");
  expect(github.calls[0]).toMatchObject({ authorization: "token ghs_secret", body: { ref: "5ca1ab1e" } });
  expect(github.calls.at(-1)).toMatchObject({ body: { state: "success" } });
  expect(main.output().replace("::add-mask::ghs_secret", "")).not.toContain("ghs_secret");
});
