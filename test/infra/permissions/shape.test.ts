import { describe, expect, it } from "vitest";
import { exampleConfiguration, exampleOwn } from "../../../infra/permissions/example.ts";
import { functionNames, type Grant } from "../../../infra/permissions/grant.ts";
import { permissionsOf } from "../../../infra/permissions/permissions-of.ts";

const permissions = permissionsOf({ configuration: exampleConfiguration(), own: exampleOwn });
const policies: [string, Grant[]][] = [
  ...functionNames.map((name): [string, Grant[]] => [name, permissions[name]]),
  ["runbook, with both optional grants", [...permissions.runbook, ...Object.values(permissions.optional).flat()]],
];

/** `*`, or everything of a kind: nothing in it is named. */
const namesNothing = (resource: string) => /^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:(\*|[a-z-]+[:/]\*))$/.test(resource);

describe.each(policies)("what %s may do", (_, grants) => {
  it("names every action by itself", () => {
    for (const { actions } of grants) for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
  });

  it("says why wherever its resources are not named", () => {
    for (const { sid, resources, unscoped } of grants)
      expect({ sid, explained: unscoped !== undefined }).toEqual({ sid, explained: resources.some(namesNothing) });
  });

  it("has a reason and a name of its own for each", () => {
    expect(new Set(grants.map(({ sid }) => sid)).size).toBe(grants.length);
    for (const { sid, why } of grants) {
      expect(sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(why).not.toBe("");
    }
  });

  it("passes roles to the one service that they are for alone", () => {
    for (const { actions, conditions, resources } of grants.filter((each) => each.actions.includes("iam:PassRole"))) {
      expect(actions).toEqual(["iam:PassRole"]);
      expect(conditions?.StringEquals).toHaveProperty(["iam:PassedToService"]);
      for (const resource of resources) expect(resource).toMatch(/^arn:aws:iam::\d{12}:role\/[\w-]+$/);
    }
  });

  it("uses keys through the services that hold the data alone", () => {
    for (const { conditions } of grants.filter(({ actions }) => actions.some((action) => action.startsWith("kms:"))))
      expect(conditions?.StringEquals).toHaveProperty(["kms:ViaService"]);
  });
});

describe("the API", () => {
  it("may change nothing but its own table and the runs of the runbook", () => {
    const changes = permissions.api
      .flatMap(({ actions }) => actions)
      .filter((action) => !/^(kms|ec2):|:(Describe|List|Get|Query)/.test(action));
    expect(changes.toSorted()).toEqual([
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "lambda:InvokeFunction",
      "lambda:SendDurableExecutionCallbackSuccess",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]);
  });
});

it("watch may finish what a request began to write, and change nothing that is there", () => {
  const written = permissions.watch
    .flatMap(({ actions }) => actions)
    .filter((action) => /^dynamodb:(Put|Update|Delete)/.test(action));
  expect(written).toEqual(["dynamodb:PutItem"]);
});
