import type { Refusal } from "../../wire/authorize.ts";
import { type AwsError, wireError } from "../../wire/errors.ts";
import type { Service } from "../../wire/service.ts";
import type { Demand } from "./demand.ts";
import type { Principal } from "./principal.ts";

type Asked = { service: Service; caller: Principal; demand: Demand; why: string };

/** A call that the caller's policies do not allow, in the words of its service. */
export const refusal = (asked: Asked): Refusal => ({
  error: wordsOf(asked),
  lacked: `${asked.demand.action} on ${asked.demand.resource}`,
});

/** The query services have a code of their own for it; only they and REST answer with a 403. */
function wordsOf({ service, caller, demand: { action, resource, triedFirst }, why }: Asked): AwsError {
  if (triedFirst) return wireError("ValidationException", 400, `User is missing the following permissions: ${action}`);
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  switch (service.protocol) {
    case "query":
      return wireError("AccessDenied", 403, message);
    case "rest":
      return wireError("AccessDeniedException", 403, message);
    case "json":
      return wireError("AccessDeniedException", 400, message);
  }
}
