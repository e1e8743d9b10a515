import type { UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import type { WayBack } from "./go-back.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned } from "./planned.ts";
import { quietLook, tasksOf } from "./quiet-look.ts";
import { scaleService } from "./scale-service.ts";
import { undoEach } from "./undo.ts";

/** Ends every container of the target, whichever version it runs and whoever started it, and proves it task by task. */
export const stopWhatRuns =
  ({ before, discardsFrom }: Pick<WayBack, "before" | "discardsFrom">) =>
  async (op: PhaseRun): Promise<void> => {
    const journal = await op.step("read-journal", () => op.store.journalEntries(op.id));
    const [left] = await undoEach(op, journal, ["deregister-target", "stop-leader"]);
    if (left?.error) throw left.error;
    const pinned = await op.step("pin-tasks", async () => ({ arns: await tasksOf(op, before), at: op.clock.now() }));
    // Its leader needs a deployment that starts tasks. Forced together with it, a call that is repeated would start a second leader.
    const stop = op.target.leader === "service" ? scaleService : updateService;
    for (const { name } of before.services)
      await op.mutate(
        stopping({ cluster: before.cluster, service: name }),
        async (input) => void (await stop(op.aws, input)),
      );
    const stoppedAt = await op.poll("every container has ended", quietLook(op, before, pinned), {
      timeoutMs: op.target.timeouts.stop,
    });
    await op.record("quiet", [
      { type: "quiet", stoppedAt },
      ...(discardsFrom ? [{ type: "discarded" as const, from: discardsFrom, to: stoppedAt }] : []),
    ]);
  };

const updateService = ({ ecs }: Pick<Aws, "ecs">, input: UpdateServiceCommandInput) => ecs.updateService(input);

const stopping = ({ cluster, service }: { cluster: string; service: string }) =>
  planned({
    name: `stop-again/${service}`,
    phase: "stop",
    call: "ecs:UpdateService",
    resource: service,
    summary: `Stop all nodes of ${service}`,
    inverse: "Started on the restored data",
    undo: { kind: "keep", why: "what ran may not run on this data again" },
    parameters: { cluster, service, desiredCount: 0 },
  });
