import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createLog } from "../action/log.ts";
import { stopwatch } from "../action/plain-text.ts";
import { systemClock } from "../clock.ts";
import type { OperationEvent } from "../operations/event.ts";
import type { OperationState } from "../operations/state.ts";
import type { CloudState } from "../sandbox/checker/cloud-state.ts";
import { createActionLog } from "./action-log.ts";
import { LOG } from "./demo.ts";
import { type RunningNode, runningNodes, stateOf } from "./evidence.ts";
import type { Scene } from "./show.ts";
import type { Visitors } from "./visitors.ts";
import { showVisitors } from "./visitors-line.ts";

export type Operated = {
  operation: OperationState;
  before: CloudState;
  nodesBefore: RunningNode[];
  settledAt: number;
};

const BRIEF: OperationEvent["type"][] = ["requested", "phase-finished", "closed", "opened", "held", "finished"];

export type Operate = {
  title: string;
  request: Record<string, unknown>;
  visitors: Visitors;
  /** Only phases and the ending are shown. */
  brief?: boolean;
  /** What a person does when an event comes, while the operation is followed on. `tell` says so beside its log. */
  onEvent?: (event: OperationEvent, during: { id: string; tell: (what: string) => void }) => Promise<void>;
};

/** An operator asks the API for an operation, and follows it to where nothing more happens by itself. */
export async function operate(
  { stage, terminal, directory, signal, cleanup }: Scene,
  { title, request, visitors, brief = false, onEvent }: Operate,
): Promise<Operated> {
  const { sandbox, target, operator } = stage;
  const { print, paint } = terminal;
  const before = stateOf(sandbox);
  const nodesBefore = runningNodes(before, { target, answers: visitors.answers });
  print();
  print(paint("bold", title));
  const { id, live } = await operator.start(target.name, request);
  const startedAt = Date.now();
  if (!brief) print(paint("dim", `  Live page: ${sandbox.api.github}${live}`));
  const log = operationLog(terminal, (line) => appendFileSync(join(directory, LOG), `${line}\n`));
  const tell = (what: string) =>
    print(paint(["bold", "magenta"], `${stopwatch(Date.now() - startedAt).padStart(7)}  ⚡ ${what}`));
  const shown = showVisitors(visitors, terminal);
  cleanup.defer(() => shown.stop());
  const failed = Promise.withResolvers<never>();
  const followed = operator.follow(
    id,
    (event) => {
      if (!brief || BRIEF.includes(event.type)) log.event(event);
      onEvent?.(event, { id, tell }).catch(failed.reject);
    },
    signal,
  );
  const operation = await Promise.race([followed, failed.promise]);
  log.end();
  shown.stop();
  return { operation, before, nodesBefore, settledAt: Date.now() };
}

/** The lines that the action would write, shown as a job's log is. */
function operationLog(terminal: Scene["terminal"], keep: (line: string) => void) {
  const shown = createActionLog(terminal, { hide: ["111122223333.dkr.ecr.eu-central-1.amazonaws.com/"] });
  const line = (text: string) => {
    keep(text);
    shown.line(text);
  };
  const annotation =
    (level: string) =>
    (message: string | Error, { title = "" } = {}) =>
      line(
        `::${level} title=${title.replaceAll(":", "%3A").replaceAll(",", "%2C")}::${String(message).replaceAll("%", "%25").replaceAll("\n", "%0A")}`,
      );
  return createLog({
    clock: systemClock,
    core: {
      info: line,
      startGroup: (title) => line(`::group::${title}`),
      endGroup: () => line("::endgroup::"),
      notice: annotation("notice"),
      warning: annotation("warning"),
    },
  });
}
