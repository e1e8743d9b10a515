import { Stack, Token, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { Grant } from "./permissions/grant.ts";

type Statement = { Sid: string; Action: string[]; Resource: string[] };

/**
 * Answers cdk-nag for each wildcard in a policy, with the reason that the grant itself gives. The reasons stand in the grants, so that
 * whoever widens one has to say why there.
 */
export function acknowledgeWildcards(
  policy: IConstruct,
  { statements, grants }: { statements: Statement[]; grants: Grant[] },
): void {
  const reasons = new Map<string, string>();
  for (const { Sid, Action, Resource } of statements) {
    const grant = grants.find(({ sid }) => sid === Sid || Sid.replace(/\d+$/, "") === sid);
    const reason = grant?.unscoped ?? grant?.why ?? Sid;
    const wide = [
      ...Action.filter((action) => action.includes("*")).map((action) => `Action::${action}`),
      ...Resource.map((resource) => inWords(policy, resource))
        .filter((resource) => resource.includes("*"))
        .map((resource) => `Resource::${resource}`),
    ];
    for (const finding of wide) {
      const said = reasons.get(finding);
      reasons.set(finding, said ? `${said}; ${reason}` : reason);
    }
  }
  Validations.of(policy).acknowledge(
    ...[...reasons].map(([finding, reason]) => ({ id: `AwsSolutions-IAM5[${finding}]`, reason })),
  );
}

/** As cdk-nag writes a resource: an attribute of another one as `<LogicalId.Attribute>`. */
function inWords(scope: IConstruct, resource: string): string {
  if (!Token.isUnresolved(resource)) return resource;
  return flattened(Stack.of(scope).resolve(resource));
}

function flattened(value: unknown): string {
  if (typeof value === "string") return value;
  const [[name, argument] = ["", undefined]] = Object.entries(value as Record<string, unknown>);
  if (name === "Ref") return `<${String(argument)}>`;
  if (name === "Fn::GetAtt") return `<${(argument as string[]).join(".")}>`;
  if (name === "Fn::Join") return (argument as [string, unknown[]])[1].map(flattened).join((argument as [string])[0]);
  throw new Error(`expected a reference, found ${JSON.stringify(value)}`);
}
