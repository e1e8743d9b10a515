import type { Authorize } from "../../wire/authorize.ts";
import { type AwsError, wireError } from "../../wire/errors.ts";
import type { Service } from "../../wire/service.ts";
import type { Credentials } from "../credentials.ts";
import { valuesOf } from "./demand.ts";
import { allDemands } from "./demands/all-demands.ts";
import type { Known } from "./known.ts";
import { compilePolicies, type Policies } from "./policies.ts";
import type { PolicyDocument } from "./policy-document.ts";

export type { PolicyDocument } from "./policy-document.ts";

/** One thing that a role did by its policies: which statement allowed which action on which resource. */
export type Used = { sid: string; action: string; resource: string };

export type Iam = {
  /**
   * From now on the role's sessions may do what these policies allow, and nothing else; they replace what was set before. Throws one error with
   * every problem where they cannot be judged here. A role that was never given any may do everything, and so may users and the account's root.
   */
  setPolicies(roleName: string, documents: PolicyDocument[]): void;
  /** What the role was allowed, once each, with every statement that allowed it. Empty for a role without policies. */
  used(roleName: string): Used[];
  /** Whether it is known here what an operation asks for; whoever has policies is denied one that is not. */
  knows(service: string, operation: string): boolean;
  /** For the endpoint. */
  authorize: Authorize;
};

type Role = { policies: Policies; used: Map<string, Used> };

/** Judges calls by the identity policies of the roles whose sessions make them. */
export function createIam({ credentials, known }: { credentials: Credentials; known: Known }): Iam {
  const roles = new Map<string, Role>();
  const demands = allDemands(known);

  /** The role's policies that a key's calls are judged by. */
  function judged(accessKeyId: string) {
    if (roles.size === 0) return undefined;
    const caller = credentials.callerOf(accessKeyId);
    const name = /:assumed-role\/([^/]+)\//.exec(caller?.arn ?? "")?.[1];
    const role = name === undefined ? undefined : roles.get(name);
    return caller && name !== undefined && role && { caller, name, role };
  }

  return {
    setPolicies(roleName, documents) {
      roles.set(roleName, { policies: compilePolicies(documents), used: new Map() });
    },
    used: (roleName) => [...(roles.get(roleName)?.used.values() ?? [])],
    knows: (service, operation) => demands[service]?.[operation] !== undefined,

    authorize({ service, operation, identity, parameters }) {
      const who = judged(identity.accessKeyId);
      if (!who) return undefined;
      const { caller, name, role } = who;
      const { account } = caller;
      const global = valuesOf({
        "aws:PrincipalArn": `arn:aws:iam::${account}:role/${name}`,
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": "AssumedRole",
        "aws:userid": caller.userId,
        "aws:RequestedRegion": identity.region,
        "aws:ResourceAccount": known.world.account,
        // The sandbox's endpoint is loopback; production's is TLS.
        "aws:SecureTransport": true,
      });
      const refuse = (action: string, resource: string, why: string) => ({
        error: accessDenied(
          service,
          `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
        ),
        lacked: `${action} on ${resource}`,
      });

      const asks = demands[service.id]?.[operation];
      if (!asks)
        return refuse(`${service.signingName}:${operation}`, "*", "because the sandbox does not know what it asks for");
      for (const { action, resource, values } of asks(parameters as never)) {
        const verdict = role.policies.judge({ action, resource, values: { ...global, ...values } });
        switch (verdict.decision) {
          case "not-allowed":
            return refuse(action, resource, `because no identity-based policy allows the ${action} action`);
          case "denied":
            return refuse(action, resource, "with an explicit deny in an identity-based policy");
          case "allowed":
            for (const sid of verdict.sids) role.used.set(`${sid} ${action} ${resource}`, { sid, action, resource });
        }
      }
      return undefined;
    },
  };
}

/** The query services have their own code for it; only REST and they answer with a 403. */
function accessDenied({ protocol }: Service, message: string): AwsError {
  switch (protocol) {
    case "query":
      return wireError("AccessDenied", 403, message);
    case "rest":
      return wireError("AccessDeniedException", 403, message);
    case "json":
      return wireError("AccessDeniedException", 400, message);
  }
}
