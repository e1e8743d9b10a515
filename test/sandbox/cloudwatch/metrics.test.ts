import { describe, expect, it } from "vitest";
import { type Account, GROUP, onEcs, passes } from "../ecs/account.ts";

const CONNECTIONS = {
  namespace: "AWS/RDS",
  name: "DatabaseConnections",
  dimensions: { DBInstanceIdentifier: "crm-db" },
};
const START = new Date("2026-01-15T02:00:00Z");
const MINUTE = 60_000;

const query = (Namespace: string, MetricName: string, dimensions: Record<string, string>, Stat = "Average") => ({
  Id: "m",
  MetricStat: {
    Metric: { Namespace, MetricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) },
    Period: 60,
    Stat,
  },
});
const read = async ({ watching }: Account, ...asked: Parameters<typeof query>) => {
  const { MetricDataResults } = await watching.getMetricData({
    MetricDataQueries: [query(...asked)],
    StartTime: START,
    EndTime: new Date("2026-01-15T03:00:00Z"),
  });
  return MetricDataResults![0]!;
};

function request({ log }: Account, action: "forward" | "fixed-response") {
  log.append({
    kind: "request",
    startedAt: new Date().toISOString(),
    listenerArn: "arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/crm/0123/4567",
    address: "10.0.0.1",
    host: "crm.example.com",
    method: "GET",
    path: "/",
    headers: {},
    ruleArn: "",
    action,
    ...(action === "forward" && { target: { targetGroupArn: GROUP, id: "10.0.0.9", port: 80 } }),
    status: 200,
  });
}

describe("CloudWatch", () => {
  it(
    "has no data for a metric that nobody knows, which is no error",
    onEcs(async (account) => {
      expect(await read(account, "AWS/Nothing", "Nothing", {})).toMatchObject({ Values: [], StatusCode: "Complete" });
      const Datapoints = account.watching.getMetricStatistics({
        Namespace: "AWS/RDS",
        MetricName: "DatabaseConnections",
        StartTime: START,
        EndTime: new Date(START.getTime() + MINUTE),
        Period: 60,
        Statistics: ["Average"],
      });
      expect((await Datapoints).Datapoints).toEqual([]);
    }),
  );

  it(
    "shows a minute's data point once the minute is over, the newest first",
    onEcs(async (account) => {
      account.metrics.set(CONNECTIONS, 12);
      await passes(MINUTE - 1);
      const now = () => read(account, "AWS/RDS", "DatabaseConnections", { DBInstanceIdentifier: "crm-db" });
      expect((await now()).Values).toEqual([]);
      await passes(1);
      expect((await now()).Values).toEqual([12]);
      account.metrics.set(CONNECTIONS, 3);
      await passes(2 * MINUTE);
      account.metrics.set(CONNECTIONS, undefined);
      await passes(5 * MINUTE);
      expect(await now()).toMatchObject({
        Label: "DatabaseConnections",
        Values: [3, 3, 12],
        Timestamps: [120_000, 60_000, 0].map((ms) => new Date(START.getTime() + ms)),
      });
    }),
  );

  it(
    "aggregates minutes into longer periods",
    onEcs(async (account) => {
      account.metrics.set(CONNECTIONS, 10);
      await passes(2 * MINUTE);
      account.metrics.set(CONNECTIONS, 40);
      await passes(4 * MINUTE);
      const { Datapoints } = await account.watching.getMetricStatistics({
        Namespace: "AWS/RDS",
        MetricName: "DatabaseConnections",
        Dimensions: [{ Name: "DBInstanceIdentifier", Value: "crm-db" }],
        StartTime: START,
        EndTime: new Date(START.getTime() + 5 * MINUTE),
        Period: 300,
        Statistics: ["Average", "Maximum"],
      });
      expect(Datapoints).toEqual([{ Timestamp: START, Unit: "None", Average: 28, Maximum: 40 }]);
    }),
  );

  it(
    "counts the requests that load balancers answered, for each target of a group",
    onEcs(async (account) => {
      for (const id of ["10.0.0.9", "10.0.0.10"])
        account.log.append({
          kind: "target",
          targetGroupArn: GROUP,
          id,
          port: 80,
          change: "registered",
          by: "service",
        });
      for (let n = 0; n < 6; n += 1) request(account, "forward");
      request(account, "fixed-response");
      await passes(MINUTE);
      const TargetGroup = "targetgroup/web/0123456789abcdef";
      const LoadBalancer = "app/crm/0123";
      const sum = async (name: string, dimensions: Record<string, string>) =>
        (await read(account, "AWS/ApplicationELB", name, dimensions, "Sum")).Values;
      expect(await sum("RequestCountPerTarget", { TargetGroup })).toEqual([3]);
      expect(await sum("RequestCountPerTarget", { LoadBalancer, TargetGroup })).toEqual([3]);
      expect(await sum("RequestCount", { LoadBalancer })).toEqual([7]);
      expect(await sum("HTTP_Fixed_Response_Count", { LoadBalancer })).toEqual([1]);
    }),
  );

  it(
    "takes metrics of one's own, and refuses the names that are AWS's",
    onEcs(async (account) => {
      const MetricData = [{ MetricName: "Jobs", Value: 4 }];
      await account.watching.putMetricData({ Namespace: "Crm", MetricData });
      await passes(MINUTE);
      expect((await read(account, "Crm", "Jobs", {})).Values).toEqual([4]);
      expect((await account.watching.listMetrics({ Namespace: "Crm" })).Metrics).toEqual([
        { Namespace: "Crm", MetricName: "Jobs", Dimensions: [] },
      ]);
      await expect(account.watching.putMetricData({ Namespace: "AWS/RDS", MetricData })).rejects.toThrow("reserved");
    }),
  );

  it(
    "refuses a span that ends before it begins, and a period that is no minute's multiple",
    onEcs(async ({ watching }) => {
      const good = query("Crm", "Jobs", {});
      const ask = (more: object) =>
        watching.getMetricData({ MetricDataQueries: [good], StartTime: START, EndTime: new Date(), ...more });
      await passes(MINUTE);
      await expect(ask({ EndTime: START })).rejects.toThrow("StartTime must be less");
      await expect(
        ask({ MetricDataQueries: [{ ...good, MetricStat: { ...good.MetricStat, Period: 90 } }] }),
      ).rejects.toThrow("multiple of 60");
      await expect(ask({ MetricDataQueries: [good, good] })).rejects.toThrow("not unique");
    }),
  );
});
