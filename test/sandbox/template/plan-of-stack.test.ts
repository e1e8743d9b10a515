import { expect, test } from "vitest";
import { functionNames } from "../../../infra/permissions/grant.ts";
import { systemClock } from "../../../src/clock.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import { latenciesSchema, switchesSchema } from "../../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../../src/sandbox/cloud/world.ts";
import { planOfStack } from "../../../src/sandbox/template/plan-of-stack.ts";
import { readStack } from "../../../src/sandbox/template/stack.ts";
import { parseTemplate, type Template } from "../../../src/sandbox/template/template.ts";
import { synthesised } from "../../infra/stack/synthesised.ts";

const { text } = await synthesised();

const world: World = {
  account: "111122223333",
  region: "eu-central-1",
  clock: systemClock,
  timers: createTimers(),
  ids: createIds(1),
  log: createEventLog(systemClock),
  latencies: latenciesSchema.parse({}),
  switches: switchesSchema.parse({}),
};
const planOf = (template: Template) =>
  planOfStack(readStack(template, { world, stackName: "intermission" }), "cdk.out");

/** The example's template, changed. */
function changed(change: (resources: Template["Resources"]) => void): Template {
  const template = parseTemplate(text);
  change(template.Resources);
  return template;
}
const without = (is: (resource: Template["Resources"][string]) => boolean) =>
  changed((resources) => {
    const ids = Object.entries(resources).flatMap(([id, resource]) => (is(resource) ? [id] : []));
    if (ids.length === 0) throw new Error("there is nothing to take away");
    for (const id of ids) delete resources[id];
  });
type Policy = { PolicyDocument: { Statement: { Sid: string }[] } };
const withoutStatement = (sid: string) =>
  changed((resources) => {
    let found = false;
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type !== "AWS::IAM::ManagedPolicy") continue;
      const { PolicyDocument } = Properties as Policy;
      found ||= PolicyDocument.Statement.some(({ Sid }) => Sid === sid);
      PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== sid);
    }
    if (!found) throw new Error(`there is no statement ${sid}`);
  });

test("hosts every function with the variables and the policies of the template, and nothing else", () => {
  const plan = planOf(parseTemplate(text));
  expect(plan.functions.map(({ functionName }) => functionName).sort()).toEqual(
    functionNames.map((name) => `intermission-${name}`).sort(),
  );
  for (const { policies, environment } of plan.functions) {
    expect(policies?.length).toBeGreaterThan(0);
    expect(Object.keys(environment).filter((name) => !/^(INTERMISSION_\w+|NODE_OPTIONS)$/.test(name))).toEqual([]);
  }
  const runbook = plan.functions.find(({ functionName }) => functionName === "intermission-runbook");
  expect(runbook).toMatchObject({
    aliases: ["live"],
    deadLettersTo: "intermission-execution-ended",
    durableConfig: { executionTimeoutSeconds: 31 * 86_400 },
    timeoutMs: 120_000,
  });
  const api = plan.functions.find(({ functionName }) => functionName === "intermission-api");
  expect(api?.environment).toMatchObject({
    INTERMISSION_TABLE: plan.table,
    INTERMISSION_RUNBOOK_FUNCTION: "arn:aws:lambda:eu-central-1:111122223333:function:intermission-runbook:live",
  });
  expect(plan.stream?.functionName).toBe("intermission-announce");
  const throttle = { requestsPerSecond: 50, burst: 100 };
  expect(plan.apis).toMatchObject([
    { name: "intermission-github", throttle },
    { name: "intermission-operator", throttle },
  ]);
});

test("refuses a resource that it does not know: what is left out in silence would not be tested", () => {
  const strange = changed((resources) => {
    resources.Strange = { Type: "AWS::StepFunctions::StateMachine", Properties: {} };
  });
  expect(() => planOf(strange)).toThrow("AWS::StepFunctions::StateMachine");
});

test.each([
  ["a route", "apigateway.amazonaws.com"],
  ["a rule", "events.amazonaws.com"],
])("refuses %s whose function does not let %s invoke it", (_what, principal) => {
  const template = without(
    ({ Type, Properties }) => Type === "AWS::Lambda::Permission" && Properties.Principal === principal,
  );
  expect(() => planOf(template)).toThrow(`${principal} would invoke`);
});

test.each([
  ["WriteOwnLines", "logs:PutLogEvents"],
  ["LeaveDeadLetters", "sqs:SendMessage"],
  ["ReadDeadLetters", "sqs:ReceiveMessage"],
  ["ReadTheStream", "dynamodb:GetRecords"],
])("without the statement %s Lambda itself would lack %s", (sid, action) => {
  expect(() => planOf(withoutStatement(sid))).toThrow(action);
});

test("refuses a policy of somebody else's on a role, since nothing here can judge by it", () => {
  const template = changed((resources) => {
    const role = Object.values(resources).find(({ Type }) => Type === "AWS::IAM::Role")!;
    role.Properties.ManagedPolicyArns = ["arn:aws:iam::aws:policy/AdministratorAccess"];
  });
  expect(() => planOf(template)).toThrow("AdministratorAccess, which is not in the template");
});

test("puts before each route who may pass it, and nothing before those that are for everybody", async () => {
  const { text: withAuthorizer } = await synthesised({ github: { jwtAuthorizer: true } });
  const [github, operator] = planOf(parseTemplate(withAuthorizer)).apis;
  const authorizerOf = (api: typeof github, key: string) => api?.routes.find((route) => route.key === key)?.authorizer;
  expect(authorizerOf(github, "$default")).toEqual({
    kind: "jwt",
    issuer: "https://token.actions.githubusercontent.com",
    audience: ["intermission"],
  });
  expect(authorizerOf(operator, "$default")).toEqual({ kind: "iam" });
  for (const api of [github, operator])
    for (const key of ["GET /", "GET /health", "GET /docs", "GET /openapi.json", "GET /live/{proxy+}"])
      expect(authorizerOf(api, key)).toEqual({ kind: "none" });
});
