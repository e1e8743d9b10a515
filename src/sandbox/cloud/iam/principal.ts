import type { Caller } from "../credentials.ts";
import type { World } from "../world.ts";
import type { ConditionValues } from "./conditions.ts";
import { valuesOf } from "./demand.ts";

/** A role's session. `values` are what every call of it says. */
export type Principal = { arn: string; roleName: string; values: ConditionValues };

/** Undefined where the caller is no role's session. */
export function principalOf(
  { arn, account, userId }: Caller,
  world: Pick<World, "account" | "region">,
): Principal | undefined {
  const roleName = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (roleName === undefined) return undefined;
  const values = valuesOf({
    "aws:PrincipalArn": `arn:aws:iam::${account}:role/${roleName}`,
    "aws:PrincipalAccount": account,
    "aws:PrincipalType": "AssumedRole",
    "aws:userid": userId,
    "aws:RequestedRegion": world.region,
    "aws:ResourceAccount": world.account,
    // The sandbox listens on loopback without TLS; production speaks nothing else.
    "aws:SecureTransport": true,
  });
  return { arn, roleName, values };
}
