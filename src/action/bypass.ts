import type { Answered, Bypass } from "./answered.ts";
import { ApiRefusal } from "./errors.ts";
import { type Job, messageOf, patience } from "./job.ts";

const PATIENCE_MS = 60_000;

/** How further steps look at an application behind the page; undefined where there is no page, or it is not for this job. Masked before it is said. */
export async function wayPast(operation: Answered, job: Job): Promise<Bypass | undefined> {
  const { client, deps } = job;
  const { core, interruption } = deps;
  if (operation.site === "open") return undefined;
  try {
    const bypass = await client.bypass(operation.id, patience(job, PATIENCE_MS));
    core.setSecret(bypass.header.value);
    return bypass;
  } catch (error) {
    interruption.throwIfAborted();
    if (error instanceof ApiRefusal && error.status === 403)
      core.notice(
        `The output bypass-header stays empty: who may not decide may not pass the page either. ${error.message}`,
        {
          title: "Intermission: no way past the page for this job",
        },
      );
    else
      core.warning(`The output bypass-header stays empty: ${messageOf(error)}`, {
        title: "Intermission: the way past the page could not be had",
      });
    return undefined;
  }
}
