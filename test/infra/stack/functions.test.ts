import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { functionNames } from "../../../infra/permissions/grant.ts";
import { all, EXAMPLE, one, synthesised } from "./synthesised.ts";

const made = await synthesised();
const nameOf = (name: string) => `intermission-${name}`;
const functions = Object.fromEntries(
  functionNames.map((name) => [name, one(made, "AWS::Lambda::Function", { FunctionName: nameOf(name) })]),
) as Record<(typeof functionNames)[number], Record<string, unknown>>;

describe("every function", () => {
  it("is one of the five, on Node 24 and arm64", () => {
    expect(all(made, "AWS::Lambda::Function")).toHaveLength(functionNames.length);
    for (const each of Object.values(functions))
      expect(each).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Handler: "index.handler" });
  });

  it("has a role of its own, which Lambda alone may take on", () => {
    const roles = functionNames.map((name) => functions[name].Role);
    expect(new Set(roles).size).toBe(functionNames.length);
    for (const role of all(made, "AWS::IAM::Role"))
      expect(role.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" } },
      ]);
  });

  it("writes its own lines as they are into its own log group", () => {
    for (const name of functionNames) {
      const { LogFormat, LogGroup } = functions[name].LoggingConfig as Record<string, string>;
      expect(LogFormat).toBe("Text");
      const group = made.resources.find(({ id }) => LogGroup === `<${id.replace(/[0-9A-F]{8}$/, "")}>`);
      expect(group?.Properties.LogGroupName).toBe(`/aws/lambda/${nameOf(name)}`);
    }
  });

  it("carries its source map, and has Node use it", () => {
    for (const name of functionNames) {
      expect(Object.keys(made.code[nameOf(name)]!)).toEqual(expect.arrayContaining(["index.mjs", "index.mjs.map"]));
      const { Variables } = functions[name].Environment as { Variables: Record<string, string> };
      expect(Variables.NODE_OPTIONS).toBe("--enable-source-maps");
    }
  });

  it("carries the configuration and its page files where it reads them, and nowhere else", () => {
    const text = readFileSync(EXAMPLE, "utf8");
    for (const name of functionNames) {
      const files = made.code[nameOf(name)]!;
      const reads = name === "api" || name === "watch";
      expect([name, Object.keys(files)]).toEqual([
        name,
        ["index.mjs", "index.mjs.map", ...(reads ? ["intermission.yml", "pages/portal.html"] : [])],
      ]);
      if (reads) {
        expect(files["intermission.yml"]).toBe(text);
        expect(files["pages/portal.html"]).toBe(readFileSync("examples/pages/portal.html", "utf8"));
      }
    }
  });

  it("is told what it reads from its environment, and nothing else", () => {
    const environments = Object.fromEntries(
      functionNames.map((name) => {
        const { NODE_OPTIONS: _, ...rest } = (functions[name].Environment as { Variables: Record<string, string> })
          .Variables;
        return [name, rest];
      }),
    );
    expect(environments).toEqual({
      api: {
        INTERMISSION_TABLE: "<Table>",
        INTERMISSION_TARGETS: "intermission.yml",
        INTERMISSION_RUNBOOK_FUNCTION: "<RunbookAlias>",
        INTERMISSION_OIDC_ISSUER: "https://token.actions.githubusercontent.com",
        INTERMISSION_OIDC_AUDIENCE: "intermission",
      },
      runbook: { INTERMISSION_TABLE: "<Table>", INTERMISSION_WINDOWS_AT_ONCE: "10" },
      "execution-ended": { INTERMISSION_TABLE: "<Table>", INTERMISSION_RUNBOOK_FUNCTION: "<RunbookAlias>" },
      announce: { INTERMISSION_BUS: "<Bus>" },
      watch: {
        INTERMISSION_TABLE: "<Table>",
        INTERMISSION_TARGETS: "intermission.yml",
        INTERMISSION_LONGEST_WINDOW_MS: "5400000",
        INTERMISSION_LONGEST_WAIT_MS: "3600000",
        INTERMISSION_RUNBOOK_FUNCTION: "<RunbookAlias>",
      },
    });
  });

  it("can be invoked by nobody from outside but through its rule, its queue, its stream or the two APIs", () => {
    expect(all(made, "AWS::Lambda::Url")).toEqual([]);
    const permissions = all(made, "AWS::Lambda::Permission").map(({ Action, FunctionName, Principal, SourceArn }) =>
      [Action, FunctionName, Principal, SourceArn].join(" "),
    );
    const execute = "arn:aws:execute-api:eu-central-1:111122223333:";
    expect(permissions.sort()).toEqual([
      `lambda:InvokeFunction <ApiFunction.Arn> apigateway.amazonaws.com ${execute}<GithubApi>/*/*`,
      `lambda:InvokeFunction <ApiFunction.Arn> apigateway.amazonaws.com ${execute}<OperatorApi>/*/*`,
      "lambda:InvokeFunction <ExecutionEndedFunction.Arn> events.amazonaws.com <EndedRunsRule.Arn>",
      "lambda:InvokeFunction <WatchFunction.Arn> events.amazonaws.com <WatchRule.Arn>",
    ]);
  });

  it("waits for its role's policies, since Lambda refuses a function whose role may not yet do what it needs", () => {
    for (const { DependsOn, Properties } of made.resources.filter(({ Type }) => Type === "AWS::Lambda::Function")) {
      const role = String((Properties.Role as Record<string, string[]>)["Fn::GetAtt"]![0]);
      const policies = made.resources.filter(
        ({ Type, Properties: { Roles } }) => Type === "AWS::IAM::ManagedPolicy" && JSON.stringify(Roles).includes(role),
      );
      expect(policies.length).toBeGreaterThan(0);
      expect(DependsOn).toEqual(expect.arrayContaining(policies.map(({ id }) => id)));
    }
  });
});

describe("time-outs", () => {
  it("let the API answer before the HTTP API gives up, and end an invocation of the runbook soon", () => {
    const timeouts = Object.fromEntries(functionNames.map((name) => [name, functions[name].Timeout]));
    expect(timeouts).toEqual({ api: 29, runbook: 120, "execution-ended": 30, announce: 30, watch: 45 });
  });
});

describe("the runbook", () => {
  it("is durable for far longer than anything in it waits", () => {
    expect(functions.runbook.DurableConfig).toEqual({
      ExecutionTimeout: 31 * 86_400,
      RetentionPeriodInDays: 30,
    });
    for (const name of functionNames.filter((each) => each !== "runbook"))
      expect(functions[name].DurableConfig).toBeUndefined();
  });

  it("keeps every version that was ever deployed, so that a run goes on with the one that it began with", () => {
    const [version] = made.resources.filter(({ Type }) => Type === "AWS::Lambda::Version");
    expect(version).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
    expect(one(made, "AWS::Lambda::Alias", { Name: "live" })).toMatchObject({
      FunctionName: "<RunbookFunction>",
      FunctionVersion: "<RunbookFunctionCurrentVersion.Version>",
    });
  });

  it("can be started by its alias alone, and by nobody but the API, whoever hears of ended runs, and whoever finds one that never began", () => {
    const alias = "arn:aws:lambda:eu-central-1:111122223333:function:intermission-runbook:live";
    const invokers = all(made, "AWS::IAM::ManagedPolicy").flatMap(({ Roles, PolicyDocument }) =>
      PolicyDocument.Statement.flatMap(({ Action, Resource }: Record<string, string | string[]>) =>
        [Action].flat().some((action) => action === "lambda:InvokeFunction" || action === "lambda:*")
          ? [[Roles[0], Resource].flat().join(" ")]
          : [],
      ),
    );
    expect(invokers.map(String).sort()).toEqual([
      `<ApiRole> ${alias}`,
      `<ExecutionEndedRole> ${alias}`,
      `<WatchRole> ${alias}`,
    ]);
  });

  it("leaves what started a run that failed in a queue, and is not run again with it by Lambda", () => {
    expect(functions.runbook.DeadLetterConfig).toEqual({ TargetArn: "<EndedRuns.Arn>" });
    const settings = all(made, "AWS::Lambda::EventInvokeConfig").find(
      ({ FunctionName }) => FunctionName === "<RunbookFunction>",
    );
    expect(settings).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 900 });
    expect(settings?.Qualifier).toContain("<RunbookAlias>");
  });
});
