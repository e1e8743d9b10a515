import type * as cloudWatch from "@aws-sdk/client-cloudwatch";
import type * as ecr from "@aws-sdk/client-ecr";
import type * as sts from "@aws-sdk/client-sts";
import { arn } from "../../world.ts";
import { type Demands, requestTags, valuesOf, withoutResource } from "../demand.ts";
import type { Known } from "../known.ts";

/** ECR, on the repository, which may be another account's. */
export const ecrDemands = ({ world }: Known): Demands<typeof ecr> => ({
  DescribeImages: ({ registryId = world.account, repositoryName = "" }) => [
    {
      action: "ecr:DescribeImages",
      resource: arn({ ...world, account: registryId }, "ecr", `repository/${repositoryName}`),
    },
  ],
});

/** GetCallerIdentity needs no permission. */
export const stsDemands = (_known: Known): Demands<typeof sts> => ({ GetCallerIdentity: () => [] });

/** CloudWatch, whose metrics have no resource level. */
export function cloudWatchDemands({ world }: Known): Demands<typeof cloudWatch> {
  const alarm = (operation: string, name = "*") => ({
    action: `cloudwatch:${operation}`,
    resource: arn(world, "cloudwatch", `alarm:${name}`),
  });
  return {
    ...withoutResource("cloudwatch", "GetMetricData", "GetMetricStatistics", "ListMetrics"),
    PutMetricData: ({ Namespace }) => [
      { action: "cloudwatch:PutMetricData", resource: "*", values: valuesOf({ "cloudwatch:namespace": Namespace }) },
    ],
    PutMetricAlarm: ({ AlarmName, Tags }) => [{ ...alarm("PutMetricAlarm", AlarmName), values: requestTags(Tags) }],
    DeleteAlarms: ({ AlarmNames = [] }) => AlarmNames.map((name) => alarm("DeleteAlarms", name)),
    DescribeAlarms: ({ AlarmNames = ["*"] }) => AlarmNames.map((name) => alarm("DescribeAlarms", name)),
    SetAlarmState: ({ AlarmName }) => [alarm("SetAlarmState", AlarmName)],
  };
}
