import { describe, expect, it, test } from "vitest";
import { exampleConfiguration, exampleOwn } from "../../../infra/permissions/example.ts";
import type { Grant } from "../../../infra/permissions/grant.ts";
import { permissionsOf } from "../../../infra/permissions/permissions-of.ts";
import { policyDocument } from "../../../infra/permissions/policy-document.ts";
import { policyDocuments } from "../../../infra/permissions/policy-documents.ts";
import type { Target } from "../../../src/targets/schema.ts";

const grant = (sid: string, characters: number): Grant => ({
  sid,
  why: "for a test",
  actions: ["ecs:UpdateService"],
  resources: Array.from({ length: Math.ceil(characters / 100) }, (_, index) => `arn:${index}:`.padEnd(97, "x")),
});
const sizes = (grants: Grant[]) => policyDocuments(grants).map((document) => JSON.stringify(document).length);

describe("policies", () => {
  it("are IAM's own JSON, with what is for people left out", () => {
    const one: Grant = {
      ...grant("One", 100),
      conditions: { StringEquals: { "iam:PassedToService": "ecs" } },
      unscoped: "so",
    };
    expect(policyDocument([one])).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "One",
          Effect: "Allow",
          Action: one.actions,
          Resource: one.resources,
          Condition: { StringEquals: { "iam:PassedToService": "ecs" } },
        },
      ],
    });
  });

  it("are filled up to what a managed policy may hold, and each grant is in one of them", () => {
    const grants = [grant("A", 3_000), grant("B", 4_000), grant("C", 2_000), grant("D", 1_500)];
    const documents = policyDocuments(grants);
    expect(documents.map(({ Statement }) => Statement.map(({ Sid }) => Sid))).toEqual([
      ["A", "C"],
      ["B", "D"],
    ]);
    for (const size of sizes(grants)) expect(size).toBeLessThanOrEqual(6_144);
  });

  it("hold a grant that is longer than one of them in parts", () => {
    const long = grant("Long", 20_000);
    const documents = policyDocuments([long]);
    const statements = documents.flatMap(({ Statement }) => Statement);
    expect(statements.map(({ Sid }) => Sid)).toEqual(["Long1", "Long2", "Long3", "Long4"]);
    expect(statements.flatMap(({ Resource }) => Resource)).toEqual(long.resources);
    for (const size of sizes([long])) expect(size).toBeLessThanOrEqual(6_144);
  });

  it("leave room for ARNs that only the deployment knows", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the CDK writes what it does not know yet.
    const tokens: Grant = { ...grant("T", 0), resources: Array.from({ length: 60 }, () => "${Token[TOKEN.12]}") };
    expect(policyDocuments([tokens]).length).toBeGreaterThan(1);
  });

  it("refuse more than a role can have, with how many targets would fit", () => {
    const grants = Array.from({ length: 24 }, (_, index) => grant(`G${index}`, 5_000));
    expect(() => policyDocuments(grants, { role: "the runbook", targets: 12, besides: 2 })).toThrow(
      "expected the permissions of the runbook to fit into 8 managed policies of 6144 characters, found 24. About 4 of the 12 targets fit into one deployment. Put the others into an intermission.yml of their own, with another `deployment.name`, and deploy that beside it",
    );
  });
});

test("ten targets that need every grant fit into one deployment", () => {
  const { deployment, targets } = exampleConfiguration();
  const crm = JSON.stringify(targets.get("crm"));
  const several = Array.from({ length: 10 }, (_, index): Target => {
    const own = crm.replaceAll("crm", `crm-${index}`).replaceAll("f2f7dc8efc522ab2", `f2f7dc8efc522a${10 + index}`);
    return JSON.parse(own);
  });
  const configuration = { deployment, targets: new Map(several.map((target) => [target.name, target])) };
  const { runbook, optional } = permissionsOf({ configuration, own: exampleOwn });
  const parts = [runbook, optional.movePriorities, optional.restoreDatabases].map(
    (part) => policyDocuments(part).length,
  );
  expect(parts.reduce((sum, part) => sum + part)).toBeLessThanOrEqual(9);
});
