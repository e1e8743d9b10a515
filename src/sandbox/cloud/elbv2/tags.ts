import { DuplicateTagKeysException$, type Tag, TooManyTagsException$ } from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { assertLength } from "./constraints.ts";
import { validationError } from "./errors.ts";
import { type Elb, type ElbHandlers, listener, loadBalancer, rule, targetGroup } from "./model.ts";

const MAXIMUM_TAGS = 50;
const MAXIMUM_RESOURCES = 20;

export const tagHandlers = (elb: Elb) =>
  ({
    AddTags({ ResourceArns = [], Tags = [] }) {
      const arns = existing(elb, ResourceArns);
      const added = readTags(Tags);
      if (added.size === 0) throw validationError("At least one tag must be specified");
      const merged = arns.map((arn) => [arn, new Map([...(elb.tags.get(arn) ?? []), ...added])] as const);
      for (const [, tags] of merged) assertTagCount(tags);
      for (const [arn, tags] of merged) elb.tags.set(arn, tags);
      return {};
    },
    RemoveTags({ ResourceArns = [], TagKeys = [] }) {
      for (const arn of existing(elb, ResourceArns)) {
        for (const key of TagKeys) elb.tags.get(arn)?.delete(key);
      }
      return {};
    },
    DescribeTags({ ResourceArns = [] }) {
      if (ResourceArns.length > MAXIMUM_RESOURCES) {
        throw validationError(`The tags of at most ${MAXIMUM_RESOURCES} resources can be described at once`);
      }
      return {
        TagDescriptions: existing(elb, ResourceArns).map((ResourceArn) => ({
          ResourceArn,
          Tags: [...(elb.tags.get(ResourceArn) ?? [])].map(([Key, Value]) => ({ Key, Value })),
        })),
      };
    },
  }) satisfies ElbHandlers;

/** Checks the tags of a new resource. */
export function readTags(tags: Tag[] = []): Map<string, string> {
  const read = new Map<string, string>();
  for (const { Key = "", Value = "" } of tags) {
    assertLength(Key, "tags.key", { minimum: 1, maximum: 128 });
    assertLength(Value, "tags.value", { minimum: 0, maximum: 256 });
    if (/^aws:/i.test(Key)) throw validationError(`The tag key '${Key}' has the reserved prefix 'aws:'`);
    if (read.has(Key)) throw awsError(DuplicateTagKeysException$, `Tag key '${Key}' was specified more than once`);
    read.set(Key, Value);
  }
  assertTagCount(read);
  return read;
}

function assertTagCount(tags: Map<string, string>): void {
  if (tags.size > MAXIMUM_TAGS) {
    throw awsError(TooManyTagsException$, `A resource cannot have more than ${MAXIMUM_TAGS} tags`);
  }
}

function existing(elb: Elb, arns: string[]): string[] {
  for (const arn of arns) {
    if (arn.includes(":loadbalancer/")) loadBalancer(elb, arn);
    else if (arn.includes(":listener/")) listener(elb, arn);
    else if (arn.includes(":listener-rule/")) rule(elb, arn);
    else if (arn.includes(":targetgroup/")) targetGroup(elb, arn);
    else throw validationError(`'${arn}' is not a valid ARN of a resource with tags`);
  }
  return arns;
}
