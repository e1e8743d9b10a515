import type * as sts from "@aws-sdk/client-sts";
import { wireError } from "../wire/errors.ts";
import type { Handlers } from "../wire/handlers.ts";
import type { Credentials } from "./credentials.ts";

/** Says who signed. */
export function createSts(credentials: Credentials): Handlers<typeof sts> {
  return {
    GetCallerIdentity(_input, { accessKeyId }) {
      const caller = credentials.callerOf(accessKeyId);
      if (!caller)
        throw wireError("InvalidClientTokenId", 403, "The security token included in the request is invalid.");
      return { Account: caller.account, Arn: caller.arn, UserId: caller.userId };
    },
  };
}
