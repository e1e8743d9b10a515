import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validations } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { afterAll, describe, expect, it } from "vitest";
import { acknowledgeWildcards } from "../../../infra/acknowledgements.ts";
import { createApp } from "../../../infra/app.ts";
import type { FunctionFolders } from "../../../infra/assets.ts";
import { functionNames } from "../../../infra/permissions/grant.ts";
import { everyOption } from "./every-option.ts";
import { exampleWith, PATIENT, writeBundles } from "./synthesised.ts";

const folder = mkdtempSync(join(tmpdir(), "intermission-nag-"));
await writeBundles(folder);
afterAll(() => rmSync(folder, { recursive: true }));
const folders = Object.fromEntries(functionNames.map((name) => [name, join(folder, name)])) as FunctionFolders;

async function appOf(options: object) {
  const configuration = await exampleWith(options);
  return createApp({ configuration, deployment: configuration.deployment!, folders, outdir: join(folder, "out") });
}

type Acknowledged = { scope: IConstruct; id: string; reason: string };

const acknowledgedIn = (root: IConstruct): Acknowledged[] =>
  root.node.findAll().flatMap((scope) =>
    scope.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, string | { reason: string }>).map(([id, reason]) => ({
          scope,
          id: id.replace(/^annotation::/i, ""),
          reason: typeof reason === "string" ? reason : reason.reason,
        })),
      ),
  );

/** What cdk-nag would say if nobody had answered it: `rule at path`. */
function findingsOf(root: IConstruct): { id: string; path: string }[] {
  const checks = new AwsSolutionsChecks();
  Object.defineProperty(checks, "isAcknowledged", { value: () => false });
  return checks
    .validateScope(root)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = "" }) => ({ id: ruleName, path: constructPath })),
    );
}

describe.each([
  ["the example", {}],
  ["every option", everyOption],
])("with %s", async (_, options) => {
  const { app } = await appOf(options);
  const acknowledged = acknowledgedIn(app);
  const findings = findingsOf(app);
  const answers = ({ scope, id }: Acknowledged, finding: { id: string; path: string }) =>
    id === finding.id && `${finding.path}/`.startsWith(`${scope.node.path}/`);

  it("cdk-nag finds nothing that is not answered", () => {
    expect(findings.length).toBeGreaterThan(20);
    expect(findings.filter((finding) => !acknowledged.some((each) => answers(each, finding)))).toEqual([]);
  });

  it("nothing is answered that cdk-nag does not find", () => {
    expect(
      acknowledged
        .filter((each) => !findings.some((finding) => answers(each, finding)))
        .map(({ scope, id }) => `${scope.node.path} ${id}`),
    ).toEqual([]);
  });

  it("each answer says why, and is given where it holds and no higher", () => {
    expect(acknowledged.filter(({ reason }) => reason.length < 20)).toEqual([]);
    expect(acknowledged.filter(({ scope }) => scope.node.path.split("/").length < 3)).toEqual([]);
  });
});

it("refuses to synthesise what cdk-nag objects to", PATIENT, async () => {
  const { app, stack } = await appOf({});
  new Topic(stack, "Careless");
  expect(() => app.synth()).toThrow("AwsSolutions-SNS3");
});

it("refuses a wildcard that nobody gave a reason for", PATIENT, async () => {
  const { stack } = await appOf({});
  const grant = { sid: "Careless", why: "Convenience", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::*"] };
  const statements = [{ Sid: "Careless", Action: grant.actions, Resource: grant.resources }];
  expect(() => acknowledgeWildcards(stack, { statements, grants: [grant] })).toThrow(
    "expected why Careless is as wide as arn:aws:s3:::*, found no `unscoped` in its grant",
  );
});
