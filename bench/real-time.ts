import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CLUSTER, NEW_IMAGE, type NoticeboardSandbox, startNoticeboards } from "../test/real/noticeboard-sandbox.ts";
import { upgrade } from "../test/real/noticeboard-upgrade.ts";
import { isMissing } from "../test/real/peers.ts";
import type { RunJob } from "./measure/job.ts";
import { quantile } from "./measure/mean.ts";
import type { Profile } from "./profiles/profile.ts";
import type { Progress } from "./progress.ts";
import type { Table } from "./report/tables.ts";
import type { CallTimes } from "./runners/call-times.ts";
import { watchSite } from "./watch-site.ts";

const run = promisify(execFile);

/** A quick AWS, for a script that sleeps real seconds. The application is the noticeboard of the examples as a real process. */
const QUICK: Profile = {
  name: "real-time",
  says: "Three nodes on a quick AWS, in real time",
  nodes: 3,
  aws: {
    ...{
      rulePropagationMinimumMs: 500,
      rulePropagationMaximumMs: 2_000,
      schedulerTickMs: 2_000,
      provisioningMs: 2_000,
    },
    ...{ pullMs: 2_000, deprovisioningMs: 3_000, healthCheckIntervalSeconds: 5, deregistrationDelaySeconds: 20 },
    ...{ snapshotMs: 12_000, snapshotPerChangedGibibyteMs: 0 },
  },
  database: { changedGibibytes: 0, changedMeanwhileGibibytes: 0 },
  application: { bootMs: 700, migrationMs: 1_500, termMs: 100 },
};

/**
 * Runs the script itself with the AWS CLI against the real sandbox, beside ours, and the model of the script on the same latencies in virtual
 * time. Undefined where the AWS CLI is missing; it has said so then.
 */
export async function measureInRealTime({ root, progress, run }: Options): Promise<Table | undefined> {
  if (isMissing("aws")) return undefined;
  const say = (howFar: string) => progress.say("real time", howFar);
  say("the sandbox starts");
  const sandbox = await startNoticeboards(["script", "ours"]);
  let real: Real;
  try {
    real = await measureOn(sandbox, root, say);
  } finally {
    await sandbox.close();
  }
  say("the model of the script");
  const models = await windowsOfModel(real.cliStart, run);
  progress.done("real time");
  return tableOf({ ...real, models });
}

type Options = { root: string; progress: Progress; run: RunJob };
type Real = { script: number; ours: number; cliStart: number };

/** Windows in seconds, the start of the CLI in milliseconds. */
async function measureOn(sandbox: NoticeboardSandbox, root: string, say: (howFar: string) => void): Promise<Real> {
  slowDown(sandbox);
  for (const name of ["script", "ours"]) await setDelay(sandbox, name);
  const cliStart = await timeOfCli(sandbox);
  say("the script");
  const script = await watched(sandbox, "script", () => runScript(sandbox, root));
  say("ours");
  const ours = await watched(sandbox, "ours", async () => {
    const { state } = await upgrade(sandbox, "ours");
    if (state.status !== "succeeded") throw new Error(`expected ours to succeed, found ${state.status}`);
  });
  return { script, ours, cliStart };
}

/** Five that begin at other moments: where a waiter looks each fifteen seconds, so many may lie between two of them. Shortest first. */
async function windowsOfModel(cliStart: number, runJob: RunJob): Promise<number[]> {
  const times: CallTimes = { calls: {}, otherCalls: 20, cliStart };
  const runs = await Promise.all(
    [1, 2, 3, 4, 5].map((seedNumber) => runJob({ profile: QUICK, runner: "bash", seedNumber, times })),
  );
  const windows = runs.map((each) => {
    if (each.failure !== undefined) throw new Error(`expected the model to end well, found ${each.failure}`);
    return each.visitors.seconds;
  });
  return windows.toSorted((a, b) => a - b);
}

function tableOf({ script, ours, cliStart, models }: Real & { models: number[] }): Table {
  const model = quantile(models, 0.5);
  const [shortest, longest] = [models[0], models.at(-1)].map((seconds) => seconds?.toFixed(0));
  const row = (what: string, seconds: number, more = "") => [what, seconds.toFixed(1), more];
  return {
    title: "The script itself with the AWS CLI against the sandbox's sockets and processes, in real time",
    head: ["", "seconds", ""],
    rows: [
      row("window of bench/peers/runbook.sh", script),
      row(
        "window of its model in virtual time",
        model,
        `${percent(model / script - 1)}; from ${shortest} to ${longest} by when it begins`,
      ),
      row("window of Intermission", ours, `the script's is ${(script / ours).toFixed(1)} times as long`),
      row("one start of the AWS CLI", cliStart / 1_000),
    ],
  };
}

const percent = (share: number): string => `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(0)} %`;

async function watched(sandbox: NoticeboardSandbox, name: string, act: () => Promise<unknown>): Promise<number> {
  const site = watchSite(sandbox.targets[name]!.url);
  try {
    await act();
  } finally {
    await site.stop();
  }
  return site.windowSeconds();
}

/** From the profile's latencies on; the sandbox has been seeded with shorter ones. */
function slowDown({ services: { world } }: NoticeboardSandbox): void {
  const { schedulerTickMs, provisioningMs, pullMs, deprovisioningMs } = QUICK.aws;
  const { rulePropagationMinimumMs, rulePropagationMaximumMs, snapshotMs, snapshotPerChangedGibibyteMs } = QUICK.aws;
  Object.assign(world.latencies.ecs, { schedulerTickMs, provisioningMs, pullMs, deprovisioningMs });
  Object.assign(world.latencies.elb, { rulePropagationMinimumMs, rulePropagationMaximumMs, registrationMs: 2_000 });
  Object.assign(world.latencies.rds, { snapshotMs, snapshotPerChangedGibibyteMs });
}

const elbOf = ({ services: { url, key, world } }: NoticeboardSandbox) =>
  new ElasticLoadBalancingV2Client({ endpoint: url, credentials: key, region: world.region });

async function setDelay(sandbox: NoticeboardSandbox, name: string): Promise<void> {
  const elb = elbOf(sandbox);
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ Names: [name] }));
  const Attributes = [
    { Key: "deregistration_delay.timeout_seconds", Value: String(QUICK.aws.deregistrationDelaySeconds) },
  ];
  const TargetGroupArn = TargetGroups[0]?.TargetGroupArn;
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  elb.destroy();
}

async function listenersOf(sandbox: NoticeboardSandbox, name: string): Promise<string[]> {
  const elb = elbOf(sandbox);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: [name] }));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  elb.destroy();
  return Listeners.map(({ ListenerArn }) => ListenerArn!);
}

/** Everything that the CLI needs to find the sandbox, and nothing by which it could find anything else. */
const environmentOf = ({ services: { url, key, world } }: NoticeboardSandbox) => ({
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  AWS_DEFAULT_REGION: world.region,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_PAGER: "",
});

/** The median of five calls that the sandbox answers at once, in milliseconds. */
async function timeOfCli(sandbox: NoticeboardSandbox): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    const at = performance.now();
    await run("aws", ["ecs", "list-clusters"], { env: environmentOf(sandbox) });
    times.push(performance.now() - at);
  }
  return quantile(times, 0.5);
}

async function runScript(sandbox: NoticeboardSandbox, root: string): Promise<void> {
  const env = {
    ...environmentOf(sandbox),
    ...{ CLUSTER, SERVICES: "script", DB_INSTANCE: "script-db", IMAGE: NEW_IMAGE },
    LISTENERS: (await listenersOf(sandbox, "script")).join(" "),
  };
  const child = spawn("bash", [join(root, "bench/peers/runbook.sh")], { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`expected the script to end well, found exit code ${code}:\n${text}`);
}
