import { arnMatcher } from "./arn-pattern.ts";
import { type Condition, type ConditionValues, compileCondition } from "./conditions.ts";
import { type PolicyDocument, readStatements, type Statement } from "./policy-document.ts";
import { matchesWildcard } from "./wildcard.ts";

/** What the policies say of one action on one resource. `sids` are all the statements that allow it, or that deny it. */
export type Verdict = { decision: "allowed" | "denied"; sids: string[] } | { decision: "not-allowed" };

export type Policies = {
  judge(asked: { action: string; resource: string; values: ConditionValues }): Verdict;
};

type Compiled = {
  sid: string;
  effect: Statement["Effect"];
  actions: string[];
  resources: ((resource: string) => boolean)[];
  conditions: Condition[];
};

/** A role's identity policies, read once for all the calls to come. Throws where any part of them cannot be judged. */
export function compilePolicies(documents: PolicyDocument[]): Policies {
  const statements = readStatements(documents).map(compile);
  const byAction = new Map<string, Compiled[]>();

  function statementsOf(action: string): Compiled[] {
    const known = byAction.get(action);
    if (known) return known;
    const name = action.toLowerCase();
    const found = statements.filter(({ actions }) => actions.some((pattern) => matchesWildcard(name, pattern)));
    byAction.set(action, found);
    return found;
  }

  return {
    judge({ action, resource, values }) {
      const saying = (effect: Statement["Effect"]) =>
        statementsOf(action)
          .filter((statement) => statement.effect === effect && applies(statement, resource, values))
          .map(({ sid }) => sid);
      const denying = saying("Deny");
      if (denying.length > 0) return { decision: "denied", sids: denying };
      const allowing = saying("Allow");
      return allowing.length > 0 ? { decision: "allowed", sids: allowing } : { decision: "not-allowed" };
    },
  };
}

const compile = ({ sid, Effect, Action, Resource, Condition = {} }: Statement & { sid: string }): Compiled => ({
  sid,
  effect: Effect,
  actions: [Action].flat().map((pattern) => pattern.toLowerCase()),
  resources: [Resource].flat().map(arnMatcher),
  conditions: Object.entries(Condition).flatMap(([operator, keys = {}]) =>
    Object.entries(keys).map(([key, wanted]) => compileCondition(operator, key, [wanted].flat().map(String))),
  ),
});

const applies = ({ resources, conditions }: Compiled, resource: string, values: ConditionValues): boolean =>
  resources.some((matches) => matches(resource)) && conditions.every((holds) => holds(values));
