import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HostedFunction } from "../../src/sandbox/hosting-plan.ts";
import { API_FUNCTION, RUNBOOK_FUNCTION } from "../../src/sandbox/own-plan.ts";
import { operate, operatorOf } from "./noticeboard-procedures.ts";
import { NEW_IMAGE, type NoticeboardSandbox, startNoticeboards } from "./noticeboard-sandbox.ts";

const SECOND = "this is the second version";
const saidSecond = new Set<string>();
let sandbox: NoticeboardSandbox;
let copies: string;

beforeAll(async () => {
  copies = await mkdtemp(join(tmpdir(), "intermission-second-"));
  sandbox = await startNoticeboards(["noticeboard"], {
    onFunctionLine: ({ functionName, line }) => void (line === SECOND && saidSecond.add(functionName)),
  });
});
afterAll(async () => {
  await sandbox?.close();
  await rm(copies, { recursive: true, force: true });
});

/** The function with a bundle that says which it is whenever it is loaded. */
async function secondVersion(hosted: HostedFunction): Promise<HostedFunction> {
  const folder = join(copies, hosted.functionName);
  await cp(dirname(hosted.bundle), folder, { recursive: true });
  const bundle = join(folder, basename(hosted.bundle));
  await writeFile(bundle, `${await readFile(bundle, "utf8")}\nconsole.log(${JSON.stringify(SECOND)});\n`);
  return { ...hosted, bundle };
}
const versionsRun = () => sandbox.services.lambda.state().executions.map(({ arn }) => /runbook:(\d+)\//.exec(arn)?.[1]);

test("an operation ends on the version of the runbook that it began with, whatever is deployed inside its window", async () => {
  const operator = operatorOf(sandbox);
  const { state } = await operate(sandbox, "noticeboard", {
    request: { procedure: "upgrade", image: NEW_IMAGE, approval: "before-open" },
    async act({ type }, id) {
      if (type !== "waiting") return;
      await sandbox.redeploy(secondVersion);
      await operator.decide(id, "proceed", "looks right");
    },
  });
  expect(state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
  expect(versionsRun()).toEqual(["1"]);
  expect(saidSecond).toContain(API_FUNCTION);
  expect(saidSecond).not.toContain(RUNBOOK_FUNCTION);

  const next = await operate(sandbox, "noticeboard", {
    request: { procedure: "upgrade", image: `${NEW_IMAGE}-absent` },
  });
  expect(next.state.status).toBe("refused");
  expect(versionsRun()).toEqual(["1", "2"]);
  expect(saidSecond).toContain(RUNBOOK_FUNCTION);
});
