import * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { invalid } from "./checks.ts";
import type { EcsState } from "./state.ts";

/** Adds tags to a resource; a key that is there already takes the new value. Throws InvalidParameterException beyond 50. */
export function setTags(state: EcsState, resourceArn: string, tags: ecs.Tag[] = []): void {
  for (const { key, value } of tags) {
    if (!key || key.length > 128 || (value ?? "").length > 256) throw invalid(`Invalid tag: ${key}=${value}`);
  }
  const merged = new Map((state.tags.get(resourceArn) ?? []).map((tag) => [tag.key, tag]));
  for (const { key, value = "" } of tags) merged.set(key, { key, value });
  const own = [...merged.values()].filter(({ key }) => !key?.startsWith("aws:"));
  if (own.length > 50) throw invalid("The maximum number of tags that can be applied to a resource is 50.");
  state.tags.set(resourceArn, [...merged.values()]);
}

export const tagHandlers = (state: EcsState) =>
  ({
    TagResource({ resourceArn, tags }) {
      if (tags!.some(({ key }) => key?.toLowerCase().startsWith("aws:")))
        throw invalid("Tag keys that start with 'aws:' are reserved.");
      setTags(state, find(state, resourceArn!), tags);
      return {};
    },

    UntagResource({ resourceArn, tagKeys }) {
      const resource = find(state, resourceArn!);
      const kept = (state.tags.get(resource) ?? []).filter(({ key }) => !tagKeys!.includes(key!));
      state.tags.set(resource, kept);
      return {};
    },

    ListTagsForResource({ resourceArn }) {
      return { tags: state.tags.get(find(state, resourceArn!)) ?? [] };
    },
  }) satisfies Handlers<typeof ecs>;

function find(state: EcsState, resourceArn: string): string {
  const kind = /^arn:[^:]+:ecs:[^:]+:\d+:([a-z-]+)\//.exec(resourceArn)?.[1];
  if (!kind) throw invalid(`Invalid parameter: resource ARN ${resourceArn}.`);
  const exists: Record<string, () => boolean> = {
    cluster: () => [...state.clusters.values()].some(({ arn }) => arn === resourceArn),
    service: () => state.services.has(resourceArn),
    task: () => state.tasks.has(resourceArn),
    "task-definition": () =>
      [...state.families.values()].flat().some(({ taskDefinitionArn }) => taskDefinitionArn === resourceArn),
  };
  if (!exists[kind]?.())
    throw awsError(ecs.InvalidParameterException$, `The specified ${kind} is not found. Specify a valid ARN.`);
  return resourceArn;
}
