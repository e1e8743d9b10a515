import type * as sdk from "@aws-sdk/client-eventbridge";
import type { Handlers } from "../../wire/server.ts";
import type { Buses } from "./buses.ts";
import { invalid, page, type Rule, ruleKey, ruleNotFound } from "./rule.ts";

const TARGETS_PER_RULE = 5;

export const targetHandlers = ({ rules, buses }: { rules: Map<string, Rule>; buses: Buses }) => {
  function find(name: string, busName: string | undefined): Rule {
    const bus = buses.nameOf(busName);
    const rule = rules.get(ruleKey(bus, name));
    if (!rule) throw ruleNotFound(name, bus);
    return rule;
  }

  return {
    /** A target with a known id replaces that one as a whole. */
    PutTargets({ Rule: name, EventBusName, Targets = [] }) {
      const rule = find(name!, EventBusName);
      if (!Targets.length) throw invalid("Parameter(s) Targets must be specified.");
      for (const target of Targets) checkTarget(target);
      const ids = new Set([...rule.targets.keys(), ...Targets.map(({ Id = "" }) => Id)]);
      if (ids.size > TARGETS_PER_RULE) throw invalid(`The requested resource exceeds the maximum number allowed.`);
      for (const target of Targets) rule.targets.set(target.Id!, structuredClone(target));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets({ Rule: name, EventBusName, Ids = [] }) {
      const rule = find(name!, EventBusName);
      const unknown = Ids.filter((id) => !rule.targets.delete(id));
      return {
        FailedEntryCount: unknown.length,
        FailedEntries: unknown.map((TargetId) => ({
          TargetId,
          ErrorCode: "ResourceNotFoundException",
          ErrorMessage: `Target ${TargetId} does not exist on rule ${name}.`,
        })),
      };
    },

    ListTargetsByRule({ Rule: name, EventBusName, ...paging }) {
      const { items, NextToken } = page([...find(name!, EventBusName).targets.values()], paging);
      return { Targets: items, NextToken };
    },
  } satisfies Handlers<typeof sdk>;
};

/** Throws where AWS refuses the target: an ECS cluster needs a task definition and a role. */
function checkTarget({ Id = "", Arn = "", EcsParameters, RoleArn, Input }: sdk.Target): void {
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) throw invalid(`Invalid target id '${Id}'.`);
  if (!/^arn:[^:]+:[^:]+:/.test(Arn))
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  const cluster = /^arn:[^:]+:ecs:[^:]*:\d+:cluster\//.test(Arn);
  if (cluster && !EcsParameters) throw invalid(`EcsParameters are required for target ${Id}.`);
  if (EcsParameters && !cluster) throw invalid(`EcsParameters are not valid for target ${Id}: it is no ECS cluster.`);
  if (cluster && !RoleArn) throw invalid(`RoleArn is required for target ${Arn}.`);
  try {
    if (Input !== undefined) JSON.parse(Input);
  } catch {
    throw invalid(`JSON syntax error in input for target ${Id}.`);
  }
}
