import type { Authorize } from "../../wire/authorize.ts";
import type { Credentials } from "../credentials.ts";
import type { ConditionValues } from "./conditions.ts";
import type { Demand } from "./demand.ts";
import { allDemands } from "./demands/all-demands.ts";
import type { Known } from "./known.ts";
import { compilePolicies, type Policies } from "./policies.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { type Principal, principalOf } from "./principal.ts";
import { refusal } from "./refusal.ts";

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
  const principals = new Map<string, Principal | undefined>();
  const demands = allDemands(known);

  /** Undefined where the key is no role session's: whose it is never changes. */
  function principal(accessKeyId: string): Principal | undefined {
    if (!principals.has(accessKeyId)) {
      const caller = credentials.callerOf(accessKeyId);
      principals.set(accessKeyId, caller && principalOf(caller, known.world));
    }
    return principals.get(accessKeyId);
  }

  /** Why the demand is not met; undefined where it is, and noted as used. */
  function lacking(
    { policies, used }: Role,
    { action, resource }: Demand,
    values: ConditionValues,
  ): string | undefined {
    const verdict = policies.judge({ action, resource, values });
    switch (verdict.decision) {
      case "not-allowed":
        return `because no identity-based policy allows the ${action} action`;
      case "denied":
        return "with an explicit deny in an identity-based policy";
      case "allowed":
        for (const sid of verdict.sids) used.set(`${sid} ${action} ${resource}`, { sid, action, resource });
        return undefined;
    }
  }

  return {
    setPolicies(roleName, documents) {
      roles.set(roleName, { policies: compilePolicies(documents), used: new Map() });
    },
    used: (roleName) => [...(roles.get(roleName)?.used.values() ?? [])],
    knows: (service, operation) => demands[service]?.[operation] !== undefined,

    authorize({ service, operation, identity, parameters }) {
      const caller = roles.size > 0 ? principal(identity.accessKeyId) : undefined;
      const role = caller && roles.get(caller.roleName);
      if (!role) return undefined;
      const asks = demands[service.id]?.[operation];
      if (!asks) {
        const demand = { action: `${service.signingName}:${operation}`, resource: "*" };
        return refusal({ service, caller, demand, why: "because the sandbox does not know what it asks for" });
      }
      for (const demand of asks(parameters as never)) {
        const why = lacking(role, demand, { ...caller.values, ...demand.values });
        if (why) return refusal({ service, caller, demand, why });
      }
      return undefined;
    },
  };
}
