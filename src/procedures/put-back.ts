import type { JournalEntry } from "../operations/journal.ts";
import type { Node } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import { type Before, hadNodes } from "./before.ts";
import { failureOf } from "./failure.ts";
import { answersInFront } from "./in-front.ts";
import { isStartedBy } from "./leader-task.ts";
import type { Leftover } from "./leftovers.ts";
import { answersThePublic, takePageDown, takePageDownUnseen } from "./open-traffic.ts";
import { isSuperseded, type PhaseRun } from "./operation-run.ts";
import { otherVersionAmong } from "./other-versions.ts";
import { servingLook } from "./serving.ts";
import { undoEach } from "./undo.ts";
import { recordMissed } from "./writers/missed.ts";

/**
 * Puts everything back as the journal says it was, on data that no new version has touched. The site opens as soon as the old nodes serve;
 * settings follow. Works from any point before the leader runs, and says what it could not put back. `asItIs`: somebody says that the old version may
 * run on the data, whatever ran on it.
 */
export const putBack =
  (before: Before, { asItIs = false }: { asItIs?: boolean } = {}) =>
  async (op: PhaseRun): Promise<Leftover[]> => {
    const journal = await op.step("read-journal", () => op.store.journalEntries(op.id));
    const has = (kind: string) => journal.some(({ undo }) => undo.kind === kind);

    if (has("restore-service") && !asItIs)
      await op.poll("no other version ran", () => lookForUntouchedData(op, before, journal), {
        timeoutMs: op.target.timeouts.putBack,
      });
    const leader = await undoEach(op, journal, ["deregister-target", "stop-leader"]);
    // Under the settings of a leader in its service the first old node that fails to start would end the deployment.
    const ofLeader = journal.filter(({ undo }) => undo.kind === "restore-service-settings" && undo.leader);
    const leadersSettings = await undoEach(op, ofLeader, ["restore-service-settings"]);
    // Another attempt may have started them before, and either they failed to start or whatever ran has been stopped since.
    const services = journal.map((entry) => ({ ...entry, undone: undefined }));
    const [notStarted] = await undoEach(op, services, ["restore-service"]);
    if (notStarted?.error) throw notStarted.error;
    const nodes = await oldNodesServe(op, before, journal);
    const unseen = has("delete-rules") ? await openAgain(op, before) : [];
    await op.record("nodes-after", [{ type: "nodes", when: "after", nodes }]);

    const rest = journal.filter((entry) => !ofLeader.includes(entry));
    const settings = await undoEach(op, rest, [
      "delete-rules",
      "restore-priorities",
      "restore-deregistration-delay",
      "restore-health-check",
      "restore-service-settings",
      "resume-scaling",
      "deregister-task-definition",
      "delete-snapshot",
    ]);
    // Only now: a rule that names the application's family alone would start its newest revision, which was the new version's.
    const writers = await undoEach(op, journal, ["enable-rule", "enable-schedule"]);
    await recordMissed(op, before);
    const unseenInFront = has("delete-rules") && unseen.length === 0 ? await answersInFront(op, before) : [];
    return [
      ...unseen,
      ...[...leader, ...leadersSettings, ...settings, ...writers].map(({ leftover }) => leftover),
      ...unseenInFront,
    ];
  };

/** The old nodes serve, so the page goes, whether or not the application is seen from here: a blind probe must not keep a whole site closed. */
async function openAgain(op: PhaseRun, before: Before): Promise<Leftover[]> {
  if (!hadNodes(before)) {
    await takePageDownUnseen(before)(op);
    return [];
  }
  const unseenMs = await op.step("page-was-unseen", () => pageWasUnseen(op));
  await takePageDown(op, before);
  try {
    await answersThePublic(op, before, unseenMs);
    return [];
  } catch (error) {
    if (isSuperseded(error)) throw error;
    const { message } = failureOf(error);
    const fix = "Ask the site yourself. Where it answers, find out why the runbook could not see it";
    return [{ what: `The application was not seen to answer the public: ${message}`, fix }];
  }
}

/** How long the page has been up without every address showing it: at one that is late it may yet show up, for as long, once it is gone from the listener. */
async function pageWasUnseen({ store, id, clock, target }: PhaseRun): Promise<number> {
  const { closingAt, closedAt } = (await store.get(id))?.window ?? {};
  if (closingAt === undefined || closedAt !== undefined) return 0;
  return Math.min(target.timeouts.close, clock.now() - Date.parse(closingAt));
}

/**
 * Whatever led here, the old version starts only where no other can have run inside the window, ours or somebody else's: on touched data it
 * says `ok` and serves wrong data.
 */
async function lookForUntouchedData(op: PhaseRun, before: Before, [first]: JournalEntry[]) {
  const lists = await Promise.all(
    before.services.map(({ family }) => op.aws.ecs.tasksOfFamily(before.cluster, family)),
  );
  const tasks = await op.aws.ecs.tasks(before.cluster, [...new Set(lists.flat())]);
  const suspect = otherVersionAmong(before, tasks, { operationId: op.id, since: first?.at ?? "" });
  if (!suspect) return { done: true as const, result: null };
  const { arn, group, lastStatus, stopCode } = suspect;
  throw new OperationError(
    `expected no task of another revision that may have run in the window, found ${arn} (${group}, ${lastStatus}, ${stopCode ?? "not stopped"})`,
    {
      code: isStartedBy(suspect, op.id) ? "leader-in-doubt" : "foreign-start",
      hint: "The old version was not started. Stop that task, and find out whether it changed the data; if it did, put the data right first",
      details: { taskArn: arn },
    },
  );
}

/** Those of the services that were stopped, as many as they were then; the others were never touched. */
async function oldNodesServe(op: PhaseRun, before: Before, journal: JournalEntry[]): Promise<Node[]> {
  const wanted = journal.flatMap(({ undo }) => (undo.kind === "restore-service" ? [undo] : []));
  const untouched = before.nodes.filter(({ service }) => !wanted.some((each) => each.service === service));
  if (wanted.length === 0) return untouched;
  const serving = await op.poll("the old nodes serve", servingLook(op, before, wanted), {
    timeoutMs: op.target.timeouts.putBack,
  });
  return [...serving, ...untouched];
}
