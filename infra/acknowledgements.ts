import { Stack, Token, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { Grant } from "./permissions/grant.ts";
import { meaningOf } from "./wildcards.ts";

type Statement = { Sid: string; Action: string[]; Resource: string[] };

/**
 * Answers cdk-nag for each wildcard in a policy: with what it stands for, where its shape says that, and otherwise with the reason that the
 * grant gives for being wide. Throws for a wildcard that has neither, so that nobody widens a grant without saying why.
 */
export function acknowledgeWildcards(
  policy: IConstruct,
  { statements, grants }: { statements: Statement[]; grants: Grant[] },
): void {
  const reasons = new Map<string, { meaning?: string; reasons: Set<string> }>();
  for (const { Sid, Resource } of statements) {
    const grant = grants.find(({ sid }) => sid === Sid) ?? grants.find(({ sid }) => Sid.replace(/\d+$/, "") === sid);
    for (const resource of Resource.map((each) => inWords(policy, each)).filter((each) => each.includes("*"))) {
      const meaning = meaningOf(resource);
      const reason = meaning === undefined ? grant?.unscoped : grant?.why;
      if (reason === undefined)
        throw new Error(`expected why ${Sid} is as wide as ${resource}, found no \`unscoped\` in its grant`);
      const known = reasons.get(resource) ?? { meaning, reasons: new Set() };
      reasons.set(resource, { meaning, reasons: known.reasons.add(reason) });
    }
  }
  Validations.of(policy).acknowledge(
    ...[...reasons].map(([resource, { meaning, reasons: said }]) => ({
      id: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason: `${meaning === undefined ? "" : `${meaning}. For: `}${[...said].join("; ")}`,
    })),
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
