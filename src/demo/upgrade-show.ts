import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stopwatch } from "../action/plain-text.ts";
import { AUDIENCE } from "../sandbox/own-plan.ts";
import { createActionLog } from "./action-log.ts";
import { type Course, type Hand, NEW_IMAGE } from "./breakages.ts";
import { claimsOf, OLD_VERSION, type UpgradeEvidence } from "./claims.ts";
import { LOG } from "./demo.ts";
import { gather, runningNodes, stateOf } from "./evidence.ts";
import { type Job, prepareJob } from "./github-runner.ts";
import { CALM_MS, type Scene, type Show } from "./show.ts";
import type { Visitors } from "./visitors.ts";
import { showVisitors } from "./visitors-line.ts";

const REPOSITORY = { name: "acme/noticeboard", id: "123456" };

/** A job on GitHub upgrades three nodes, and something may go wrong. */
export const upgradeShow = (course: Course): Show => ({
  heading: `three nodes of the noticeboard ${OLD_VERSION} behind a load balancer`,
  changes: course.changes,
  async play(scene) {
    const { ending, because } = course;
    const { summary, ...evidence } = await watch(scene, scene.visit(), course);
    return { ending, because, evidence, claims: claimsOf(course, evidence), summary };
  },
});

/** Has the action upgrade the noticeboard, and gathers what is known once nothing more happens. */
async function watch(scene: Scene, visitors: Visitors, course: Course): Promise<UpgradeEvidence & { summary: string }> {
  const { root, stage, terminal, directory, signal, cleanup } = scene;
  const { sandbox, target, operator } = stage;
  const { print, paint } = terminal;
  const image = course.image ?? NEW_IMAGE;
  const newDigest = sandbox.services.images.resolve(image)?.digest;
  await sleep(CALM_MS, undefined, { signal });
  const before = stateOf(sandbox);
  const nodesBefore = runningNodes(before, { target, answers: visitors.answers });

  let started: Started | undefined;
  const registry = `${image.slice(0, image.indexOf("/"))}/`;
  const show = createActionLog(terminal, { hide: [registry] });
  const job = await prepareJob({
    action: root,
    directory,
    inputs: { "api-url": sandbox.api.github, target: target.name, image, audience: AUDIENCE },
    idTokenUrl: `${sandbox.oidc.requestUrl}&repository=${REPOSITORY.name}&environment=production`,
    repository: REPOSITORY,
    onLine(line) {
      const [, id] = /^Operation (op-\S+):/.exec(line) ?? [];
      if (id) started ??= { id, at: Date.now() };
      appendFileSync(join(directory, LOG), `${line}\n`);
      show.line(line);
    },
  });
  cleanup.defer(() => job.kill());
  signal.addEventListener("abort", () => void job.kill(), { once: true });

  print();
  print(paint("bold", `A job on GitHub upgrades it to ${image.replace(registry, "")}`));
  const meddling = startMeddling(scene, { course, job, started: () => started });
  const shown = showVisitors(visitors, terminal);
  cleanup.defer(() => shown.stop());
  const main = await job.main();
  signal.throwIfAborted();
  const post = await job.post();
  const { "operation-id": id } = await job.outputs();
  signal.throwIfAborted();
  if (!id) throw new Error("the action started no operation; its own lines say why");
  const operation = await operator.untilSettled(id, signal);
  await meddling.stop();
  const settledAt = Date.now();
  await sleep(CALM_MS, undefined, { signal });
  shown.stop();
  await visitors.stop();

  const about = { procedure: "upgrade" as const, newDigest: newDigest ?? "no such image" };
  const evidence = await gather(stage, { visitors, about, operation, before, nodesBefore, settledAt });
  return { ...evidence, exitCodes: { main, post }, newDigest, summary: job.summaryFile };
}

/** The operation, and when the action's log begins to count. */
type Started = { id: string; at: number };
type Meddle = { course: Course; job: Job; started: () => Started | undefined };

/** Does what this course does in the middle, once. */
function startMeddling({ stage, terminal }: Scene, { course, job, started }: Meddle): { stop(): Promise<void> } {
  const { meddling } = course;
  if (!meddling) return { stop: async () => {} };
  const { sandbox, operator } = stage;
  const hand: Hand = {
    kill: (what) => sandbox.services.kill(what),
    cancelJob: () => job.cancel(),
    decide: (decision, comment) => operator.decide(started()!.id, decision, comment),
  };
  let acting: Promise<void> | undefined;
  const unsubscribe = sandbox.services.world.log.subscribe((event) => {
    if (acting || !meddling.when(event)) return;
    const began = started()?.at ?? Date.now();
    terminal.print(
      terminal.paint(["bold", "magenta"], `${stopwatch(Date.now() - began).padStart(7)}  ⚡ ${meddling.says}`),
    );
    acting = meddling.act(hand);
    acting.catch(() => {}); // looked at when the meddling is over
  });
  return {
    async stop() {
      unsubscribe();
      if (!acting) throw new Error(`expected a moment when ${meddling.says}, found none`);
      await acting;
    },
  };
}
