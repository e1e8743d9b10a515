import type * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../wire/server.ts";
import { invalidValue } from "./errors.ts";
import { findCluster, findClusterSnapshot, findInstance, findSnapshot, type Store } from "./store.ts";

const MOST_TAGS = 50;

export function checkedTags(tags: rds.Tag[] = []): rds.Tag[] {
  const keys = new Set<string>();
  for (const { Key = "" } of tags) {
    if (Key.length < 1 || Key.length > 128 || /^(aws|rds):/i.test(Key)) throw invalidValue(`Invalid tag key: ${Key}`);
    if (keys.has(Key)) throw invalidValue(`Duplicate tag key: ${Key}`);
    keys.add(Key);
  }
  if (tags.length > MOST_TAGS) throw invalidValue(`A resource can have at most ${MOST_TAGS} tags`);
  return tags.map(({ Key, Value = "" }) => ({ Key, Value }));
}

/** `more` added to `tags`, replacing those of the same key. */
export const withTags = (tags: rds.Tag[], more: rds.Tag[]): rds.Tag[] => [
  ...tags.filter(({ Key }) => !more.some((tag) => tag.Key === Key)),
  ...more,
];

export function tagHandlers(store: Store) {
  const find = (name: string): { tags: rds.Tag[] } => {
    const [, , service, , , type, identifier] = name.split(":");
    if (service !== "rds" || !identifier) throw invalidValue(`Invalid resource name: ${name}`);
    const kinds: Record<string, (store: Store, arn: string) => { tags: rds.Tag[] }> = {
      db: findInstance,
      snapshot: findSnapshot,
      cluster: findCluster,
      "cluster-snapshot": findClusterSnapshot,
    };
    const kind = kinds[type ?? ""];
    if (!kind)
      throw invalidValue(`Tags of ${name} are not kept here: expected one of ${Object.keys(kinds).join(":, ")}:`);
    return kind(store, name);
  };
  return {
    AddTagsToResource({ ResourceName, Tags }) {
      const resource = find(ResourceName!);
      resource.tags = checkedTags(withTags(resource.tags, checkedTags(Tags)));
      return {};
    },
    RemoveTagsFromResource({ ResourceName, TagKeys = [] }) {
      const resource = find(ResourceName!);
      resource.tags = resource.tags.filter(({ Key = "" }) => !TagKeys.includes(Key));
      return {};
    },
    ListTagsForResource: ({ ResourceName }) => ({ TagList: find(ResourceName!).tags }),
  } satisfies Handlers<typeof rds>;
}
