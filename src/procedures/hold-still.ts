import type { Before } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned } from "./planned.ts";
import { suspendScaling, suspensions } from "./scaling.ts";
import { windowSettings } from "./window-settings.ts";

/**
 * Sees to it that nothing but the operation starts or stops nodes. While they still run, since suspending scaling at 0 would start them again;
 * and while the site is still open, for nobody notices it and a window that has begun would wait for it.
 */
export async function holdStill(op: PhaseRun, before: Before): Promise<void> {
  const { suspend, quieten } = holdingStill(before);
  await op.mutateTogether(suspend, (suspension) => suspendScaling(op, suspension));
  await op.mutateTogether(quieten, async (settings) => void (await op.aws.ecs.updateService(settings)));
}

/** Every mutation of it, in order. */
export function holdingStill(before: Before) {
  const suspend = suspensions(before);
  const quieten = before.services.flatMap(({ name, settings }) => {
    const changes = windowSettings(settings);
    if (!changes) return [];
    return planned({
      name: `settings/${name}`,
      phase: "close",
      call: "ecs:UpdateService",
      resource: name,
      summary: `Switch off what would start nodes of ${name} by itself (${Object.keys(changes).join(", ")})`,
      inverse: "Settings as before, once every deployment is completed",
      undo: { kind: "restore-service-settings", cluster: before.cluster, service: name, settings },
      parameters: { cluster: before.cluster, service: name, ...changes },
    });
  });
  return { suspend, quieten };
}
