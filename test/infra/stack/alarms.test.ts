import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { alarmGuide } from "../../../infra/alarm-guide.ts";
import { functionNames } from "../../../infra/permissions/grant.ts";
import { metricUnits } from "../../../src/engine/measure.ts";
import { all, PATIENT, synthesised } from "./synthesised.ts";

const made = await synthesised();
const alarms = all(made, "AWS::CloudWatch::Alarm");
const named = (name: string) => {
  const found = alarms.find(({ AlarmName }) => AlarmName === `intermission-${name}`);
  if (!found) throw new Error(`expected an alarm ${name}`);
  return found;
};
const metricsOf = (alarm: Record<string, unknown>): string[] =>
  alarm.MetricName
    ? [[alarm.Namespace, alarm.MetricName].join(" ")]
    : (alarm.Metrics as { MetricStat?: { Metric: { Namespace: string; MetricName: string } } }[]).flatMap(
        ({ MetricStat }) => (MetricStat ? [`${MetricStat.Metric.Namespace} ${MetricStat.Metric.MetricName}`] : []),
      );

describe("every alarm", () => {
  it("is in the guide, and everything in the guide is an alarm", () => {
    expect(alarms.map(({ AlarmName }) => String(AlarmName).replace("intermission-", "")).sort()).toEqual(
      Object.keys(alarmGuide).sort(),
    );
  });

  it("says what it means, what to do, and where to read on", () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const id = AlarmName.replace("intermission-", "");
      expect(AlarmDescription).toContain(` docs/operations.md#alarm-${id}`);
      expect(AlarmDescription.length).toBeLessThan(1_024);
    }
    for (const { raised, advice } of Object.values(alarmGuide)) {
      expect(raised).toMatch(/^[A-Z].*[^.]$/);
      expect(advice).toMatch(/^[A-Z].*[^.]$/);
    }
  });

  it("leads to a place in the operations guide that is there", () => {
    const guide = readFileSync("docs/operations.md", "utf8");
    for (const id of Object.keys(alarmGuide)) expect(guide).toMatch(new RegExp(`^###? alarm-${id}$`, "m"));
  });

  it("tells the topic when it is raised and when it is over", () => {
    for (const alarm of alarms) expect(alarm).toMatchObject({ AlarmActions: ["<Topic>"], OKActions: ["<Topic>"] });
  });

  it("tells a topic that exists, and makes none then", PATIENT, async () => {
    const topic = "arn:aws:sns:eu-central-1:111122223333:oncall";
    const other = await synthesised({ notify: { topic } });
    for (const alarm of all(other, "AWS::CloudWatch::Alarm")) expect(alarm.AlarmActions).toEqual([topic]);
    expect(all(other, "AWS::SNS::Topic")).toEqual([]);
    expect(all(other, "AWS::KMS::Key")).toEqual([]);
  });

  it("takes it for quiet that there is no data, but for the one of the watch, of whom it means that nobody looks", () => {
    for (const alarm of alarms)
      expect([alarm.AlarmName, alarm.TreatMissingData]).toEqual([
        alarm.AlarmName,
        alarm.AlarmName === "intermission-watch-silent" ? "breaching" : "notBreaching",
      ]);
    expect(named("watch-silent")).toMatchObject({
      Namespace: "Intermission",
      MetricName: "ActiveOperations",
      Statistic: "SampleCount",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 5,
    });
  });
});

describe("what the watch measures", () => {
  it.each([
    ["held-operation", "HeldOperations"],
    ["failed-restore", "FailedRestores"],
    ["window-overdue", "WindowOverdue"],
    ["wait-overdue", "WaitOverdue"],
    ["silent-operation", "SilentOperations"],
  ])("raises %s within a minute of the first", (alarm, metric) => {
    expect(named(alarm)).toMatchObject({
      Namespace: "Intermission",
      MetricName: metric,
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
    });
    expect(named(alarm).Dimensions).toBeUndefined();
  });

  it("is called as the watch calls it", () => {
    const names = alarms.flatMap(metricsOf).filter((metric) => metric.startsWith("Intermission "));
    expect(names.length).toBe(6);
    expect(names.filter((name) => !(name.replace("Intermission ", "") in metricUnits))).toEqual([]);
  });
});

describe("what AWS measures", () => {
  it("raises an alarm for each function that fails or finds no room", () => {
    for (const name of functionNames) {
      const Dimensions = [{ Name: "FunctionName", Value: `intermission-${name}` }];
      expect(named(`errors-${name}`)).toMatchObject({ Namespace: "AWS/Lambda", MetricName: "Errors", Dimensions });
      expect(named(`throttles-${name}`)).toMatchObject({
        Namespace: "AWS/Lambda",
        MetricName: "Throttles",
        Dimensions,
      });
    }
  });

  it("raises one long before a run has used up the 3,000 operations that Lambda allows", () => {
    expect(named("run-operations")).toMatchObject({
      MetricName: "DurableExecutionOperations",
      Statistic: "Maximum",
      Threshold: 2_400,
      Dimensions: [{ Name: "FunctionName", Value: "intermission-runbook" }],
    });
  });

  it("counts what may not be there: a metric without data is none, and so would be its sum", () => {
    for (const id of ["run-ended", "dead-letter-errors", "table-throttles", "rule-failures"]) {
      const [{ Expression }] = named(id).Metrics.filter((each: object) => "Expression" in each);
      expect(Expression).toMatch(/^FILL\(\w+,0\)(\+FILL\(\w+,0\))+$/);
    }
    expect(metricsOf(named("run-ended"))).toEqual([
      "AWS/Lambda DurableExecutionFailed",
      "AWS/Lambda DurableExecutionStopped",
      "AWS/Lambda DurableExecutionTimedOut",
    ]);
  });

  it("raises one for every message in the queue of failures, and for a take-over that takes too long", () => {
    expect(named("failures")).toMatchObject({
      MetricName: "ApproximateNumberOfMessagesVisible",
      Dimensions: [{ Name: "QueueName", Value: "<Failures.QueueName>" }],
      Threshold: 1,
    });
    expect(named("ended-runs-waiting")).toMatchObject({
      MetricName: "ApproximateAgeOfOldestMessage",
      Dimensions: [{ Name: "QueueName", Value: "<EndedRuns.QueueName>" }],
      Threshold: 600,
    });
  });

  it("raises one for answers of either API that are its own fault", () => {
    for (const [way, id] of [
      ["github", "<GithubApi>"],
      ["operator", "<OperatorApi>"],
    ])
      expect(named(`api-errors-${way}`)).toMatchObject({
        Namespace: "AWS/ApiGateway",
        MetricName: "5xx",
        Dimensions: [{ Name: "ApiId", Value: id }],
      });
  });
});

describe("the dashboard", () => {
  const body = JSON.stringify(all(made, "AWS::CloudWatch::Dashboard"));

  it("shows every alarm, and of each target how long its page is up", () => {
    for (const { id } of made.resources.filter(({ Type }) => Type === "AWS::CloudWatch::Alarm"))
      expect(body).toContain(`<${id.replace(/[0-9A-F]{8}$/, "")}.Arn>`);
    for (const target of ["crm-production", "portal-production"]) {
      expect(body).toContain(String.raw`\"PageUpSeconds\",\"Target\",\"${target}\"`);
      expect(body).toContain(String.raw`\"WaitingSeconds\",\"Target\",\"${target}\"`);
    }
  });
});
