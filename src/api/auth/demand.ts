import type { MiddlewareHandler } from "hono";
import { isOperationId } from "../../operations/operation-id.ts";
import { UnreadableRecordError } from "../../operations/record.ts";
import type { Target } from "../../targets/schema.ts";
import type { ApiEnv, Dependencies } from "../dependencies.ts";
import { ProblemError, problemDetail } from "../problem.ts";
import { type Action, authorise } from "./authorise.ts";
import type { Caller } from "./caller.ts";

/** Ends the request unless the caller may. To strangers a target that exists and one that does not are the same. */
export function demand(caller: Caller, target: Target, action: Action): void {
  const judged = authorise(caller, target, action);
  if (judged.verdict === "stranger") throw unknownTarget(target.name);
  if (judged.verdict === "denied") {
    const claims = judged.failed.map(({ claim }) => claim).join(", ");
    throw new ProblemError(
      "not-allowed",
      `The access rules of ${target.name} do not allow this; it failed at: ${claims}.`,
      {
        extensions: { errors: judged.failed.map(({ claim, ...wrong }) => problemDetail({ claim }, wrong)) },
      },
    );
  }
}

export const mayRead = (caller: Caller, target: Target): boolean =>
  authorise(caller, target, { do: "read" }).verdict === "allowed";

export const unknownTarget = (name: string): ProblemError =>
  new ProblemError("unknown-target", `There is no target "${name}" that you may see.`);
const unknownOperation = (id: string): ProblemError =>
  new ProblemError("unknown-operation", `There is no operation "${id}" that you may see.`);

/** For the routes that name a target: it exists and the caller may read it. */
export function findTarget({ configuration }: Pick<Dependencies, "configuration">): MiddlewareHandler<ApiEnv> {
  return async function findTargetOfPath(c, next) {
    const name = c.req.param("target") ?? "";
    const target = configuration.targets.get(name);
    if (!target) throw unknownTarget(name);
    demand(c.get("caller"), target, { do: "read" });
    c.set("target", target);
    await next();
  };
}

/** For the routes that name an operation. An operation of a target that is no longer configured is nobody's to see. */
export function findOperation({
  configuration,
  store,
}: Pick<Dependencies, "configuration" | "store">): MiddlewareHandler<ApiEnv> {
  /** Whose it is cannot be read either: whoever may see something here hears what is wrong, and nobody else that there is anything. */
  const unlessStranger = (caller: Caller, id: string) => (error: unknown) => {
    const seesSomething = [...configuration.targets.values()].some((target) => mayRead(caller, target));
    if (error instanceof UnreadableRecordError && !seesSomething) throw unknownOperation(id);
    throw error;
  };

  return async function findOperationOfPath(c, next) {
    const id = c.req.param("id") ?? "";
    const operation = isOperationId(id) ? await store.get(id).catch(unlessStranger(c.get("caller"), id)) : undefined;
    const target = operation && configuration.targets.get(operation.target);
    if (!operation || !target) throw unknownOperation(id);
    if (authorise(c.get("caller"), target, { do: "read" }).verdict === "stranger") throw unknownOperation(id);
    demand(c.get("caller"), target, { do: "read" });
    c.set("target", target);
    c.set("operation", operation);
    await next();
  };
}
