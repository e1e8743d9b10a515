import type { Tag } from "@aws-sdk/client-rds";
import { arn } from "../../world.ts";
import type { ConditionValues } from "../conditions.ts";
import { type Demand, requestTags, resourceTags, valuesOf } from "../demand.ts";
import type { Known, KnownDatabase } from "../known.ts";

const KINDS = [
  "db",
  "snapshot",
  "cluster",
  "cluster-snapshot",
  "subgrp",
  "pg",
  "cluster-pg",
  "og",
  "db-proxy",
  "db-proxy-endpoint",
  "target-group",
] as const;
type Kind = (typeof KINDS)[number];
type Making = { tags?: Tag[]; inherited?: Tag[]; created?: string };

/** The key that an account has for RDS by itself: its own policy lets everybody use it who may use RDS. */
const OWN_KEY = "key/00000000-0000-4000-8000-000000000000";

/** ARNs of what RDS has, and demands on them with the tags that they have. */
export function rdsResources({ world, rds }: Known) {
  /** A name in any case, or an ARN. */
  const one = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      (name: string) => (name.startsWith("arn:") ? name : arn(world, "rds", `${kind}:${name.toLowerCase()}`)),
    ]),
  ) as Record<Kind, (name: string) => string>;

  const lookUp: Record<string, (name: string) => KnownDatabase | undefined> = {
    db: rds.instance,
    snapshot: rds.snapshot,
    cluster: rds.cluster,
    "cluster-snapshot": rds.clusterSnapshot,
  };
  function tagsOf(resource: string): ConditionValues {
    const [, , , , , kind = "", name = ""] = resource.split(":");
    const tags = lookUp[kind]?.(name)?.tags;
    return tags ? resourceTags(tags, `rds:${kind}-tag`) : {};
  }

  const tagging = (resource: string, tags: Tag[], fromRequest: boolean): Demand => ({
    action: "rds:AddTagsToResource",
    resource,
    values: { ...requestTags(tags, "rds:req-tag"), ...valuesOf({ "rds:TagsFromRequest": fromRequest }) },
  });

  /**
   * `tags` are the call's, `inherited` those that RDS copies by itself: each are judged once more as AddTagsToResource, told apart by the
   * condition key rds:TagsFromRequest, on `created`, which is the last resource unless it is named. Where RDS is to copy tags it asks even
   * if there are none.
   */
  function on(operation: string, resources: string[], making: Making = {}): Demand[] {
    const { tags = [], inherited, created = resources.at(-1)! } = making;
    const asked = requestTags(tags, "rds:req-tag");
    return [
      ...resources.map((resource) => ({
        action: `rds:${operation}`,
        resource,
        values: { ...tagsOf(resource), ...asked },
      })),
      ...(tags.length > 0 ? [tagging(created, tags, true)] : []),
      ...(inherited ? [tagging(created, inherited, false)] : []),
    ];
  }

  /** RDS makes itself a grant of the key in the caller's name where something encrypted comes into being. */
  function useOfKey(key: string | undefined): Demand[] {
    if (!key || key.endsWith(OWN_KEY)) return [];
    const resource = key.startsWith("arn:") ? key : arn(world, "kms", `key/${key}`);
    const values = valuesOf({
      "kms:ViaService": `rds.${world.region}.amazonaws.com`,
      "kms:CallerAccount": world.account,
    });
    return [
      { action: "kms:DescribeKey", resource, values },
      {
        action: "kms:CreateGrant",
        resource,
        values: { ...values, ...valuesOf({ "kms:GrantIsForAWSResource": true }) },
      },
    ];
  }

  return { one, on, useOfKey };
}

/** The groups that RDS takes by itself where the call names none, for example default.postgres16 and default:postgres-16. */
export function defaultGroups({ Engine = "postgres", EngineVersion = "" }: KnownDatabase["settings"] = {}) {
  const major = EngineVersion.split(".")[0] ?? "";
  return {
    parameterGroup: `default.${Engine}${major}`,
    optionGroup: `default:${Engine}-${major}`,
    subnetGroup: "default",
  };
}

/** The tags that RDS gives a database's snapshots, whoever makes them; undefined where it gives them none. */
export const tagsOfSnapshots = (database: KnownDatabase | undefined): Tag[] | undefined =>
  database?.settings.CopyTagsToSnapshot ? database.tags : undefined;
