import type { Revision } from "../ecs/state.ts";
import type { World } from "../world.ts";
import type { Tags } from "./demand.ts";

/** What IAM looks up in the services to tell what a call is about. Each answers undefined, or nothing, for what is not there. */
export type Known = {
  world: Pick<World, "account" | "region">;
  ecs: {
    revision(reference: string): Revision | undefined;
    tags(arn: string): Tags;
  };
  elb: { tags(arn: string): Tags };
  rds: Record<"instance" | "snapshot" | "cluster" | "clusterSnapshot", (name: string) => KnownDatabase | undefined>;
  autoScaling: { targetArn(resourceId: string): string | undefined };
  lambda: { executionOfCallback(callbackId: string): string | undefined };
};

/** A database or a snapshot of one. */
export type KnownDatabase = {
  tags: { Key?: string; Value?: string }[];
  settings: { Engine?: string; EngineVersion?: string; KmsKeyId?: string; CopyTagsToSnapshot?: boolean };
};
