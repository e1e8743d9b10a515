import type { Ecs } from "../cloud/ecs/ecs.ts";
import type { Lambda } from "../cloud/lambda/lambda.ts";
import type { Rds } from "../cloud/rds/rds.ts";
import type { KillRequest } from "./control-schema.ts";
import { NothingToKill } from "./nothing-to-kill.ts";

type Victims = {
  lambda: Pick<Lambda, "kill">;
  ecs: Pick<Ecs, "interruptSpot" | "killTask" | "state">;
  rds: Pick<Rds, "kill">;
};

/** Kills what is asked for. Rejects with NothingToKill. */
export const killer =
  (victims: Victims) =>
  async (what: KillRequest): Promise<void> => {
    try {
      await kill(what, victims);
    } catch (error) {
      throw new NothingToKill((error as Error).message, { cause: error });
    }
  };

async function kill(what: KillRequest, { lambda, ecs, rds }: Victims): Promise<void> {
  if ("function" in what) {
    if (lambda.kill(what.function) === 0) throw new Error(`no worker of ${what.function} runs now`);
  } else if ("task" in what) ecs.killTask(arnOf(what.task, ecs));
  else if ("spot" in what) ecs.interruptSpot(arnOf(what.spot, ecs));
  else await rds.kill(what.database);
}

function arnOf(task: string, ecs: Pick<Ecs, "state">): string {
  const { tasks } = ecs.state() as { tasks: { taskArn?: string }[] };
  return tasks.find(({ taskArn }) => taskArn?.endsWith(`/${task}`))?.taskArn ?? task;
}
