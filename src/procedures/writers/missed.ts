import type { ScheduledAction } from "../../aws/auto-scaling.ts";
import type { Missed } from "../../operations/event.ts";
import type { JournalEntry } from "../../operations/journal.ts";
import { type Occurrences, occurrencesBetween } from "../../schedules/occurrences.ts";
import type { Before } from "../before.ts";
import type { PhaseRun } from "../operation-run.ts";
import { shortName } from "../planned.ts";
import { familiesOf, nameOfStarter, type Starter } from "./writer.ts";

type Between = { fromMs: number; untilMs: number };

/** Says what AWS would have done while the operation held it back: AWS makes up for none of it. */
export async function recordMissed(op: PhaseRun, before: Before): Promise<void> {
  const missed = await op.step("look-for-missed", async () =>
    missedIn(before, await op.store.journalEntries(op.id), op.clock.now()),
  );
  if (missed.length)
    await op.record(
      "missed",
      missed.map((each) => ({ type: "missed" as const, ...each })),
    );
}

/** From when each was held back until it was put back, or until now. */
function missedIn(before: Before, journal: JournalEntry[], nowMs: number): Missed[] {
  return journal.flatMap(({ at, undo, undone }) => {
    const between = { fromMs: Date.parse(at), untilMs: undone ? Date.parse(undone) : nowMs };
    switch (undo.kind) {
      case "resume-scaling":
        return before.scheduledActions
          .filter((action) => action.resourceId === undo.resourceId && !undo.suspended.scheduled)
          .flatMap((action) => missedAction(action, between));
      case "enable-rule":
        return before.otherWriters.paused
          .filter(({ kind, of, name }) => kind === "rule" && of === undo.bus && name === undo.name)
          .flatMap((starter) => missedStarts(starter, between));
      case "enable-schedule":
        return before.otherWriters.paused
          .filter(({ kind, of, name }) => kind === "schedule" && of === undo.group && name === undo.name)
          .flatMap((starter) => missedStarts(starter, between));
      default:
        return [];
    }
  });
}

export function missedAction(action: ScheduledAction, { fromMs, untilMs }: Between): Missed[] {
  const { name, minCapacity, maxCapacity, createdAt, ...timing } = action;
  const found = occurrencesBetween({ ...timing, anchoredAt: createdAt }, { afterMs: fromMs, untilMs });
  if (isNone(found)) return [];
  const bounds = [minCapacity !== undefined && `min ${minCapacity}`, maxCapacity !== undefined && `max ${maxCapacity}`];
  return [
    {
      what: `scheduled action ${name} of ${shortName(action.resourceId)}, ${bounds.filter(Boolean).join(" and ")}${roughly(found)}`,
      due: found.known ? found.due : [],
      byHand: [
        "aws application-autoscaling register-scalable-target --service-namespace ecs",
        `--scalable-dimension ecs:service:DesiredCount --resource-id ${action.resourceId}`,
        ...(minCapacity === undefined ? [] : [`--min-capacity ${minCapacity}`]),
        ...(maxCapacity === undefined ? [] : [`--max-capacity ${maxCapacity}`]),
      ].join(" "),
    },
  ];
}

/** What was due shortly before may have been put off into the time between, within its flexible window. */
export function missedStarts(starter: Starter, { fromMs, untilMs }: Between): Missed[] {
  const { timing, flexibleMinutes } = starter;
  const what = `${nameOfStarter(starter)}, which runs ${familiesOf(starter)}`;
  const byHand = starter.runs
    .map(
      ({ command, request }) =>
        `aws ecs ${command} --cli-input-json '${JSON.stringify(request).replaceAll("'", "'\\''")}'`,
    )
    .join("; ");
  if (!timing) {
    const [from, until] = [fromMs, untilMs].map((ms) => new Date(ms).toISOString());
    return [{ what: `${what} upon events: those from ${from} to ${until}`, due: [], byHand }];
  }
  const found = occurrencesBetween(timing, { afterMs: fromMs - flexibleMinutes * 60_000, untilMs });
  if (isNone(found)) return [];
  const late = flexibleMinutes ? ` within ${flexibleMinutes} minutes of the time` : "";
  return [{ what: `${what}${late}${roughly(found)}`, due: found.known ? found.due : [], byHand }];
}

const isNone = (found: Occurrences): boolean => (found.known ? found.due.length === 0 : found.about === 0);
const roughly = (found: Occurrences): string => (found.known ? "" : `, about ${found.about} times`);
