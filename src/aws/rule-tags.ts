import { DescribeTagsCommand, type ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { isAwsError } from "./errors.ts";
import { said } from "./said.ts";

/** DescribeTags takes so many resources at once. */
const AT_ONCE = 20;

/**
 * Tags by ARN, of those rules that are still there. DescribeRules may list one for a moment that is deleted already, and one unknown rule makes
 * DescribeTags fail for all.
 */
export async function tagsOfRules(
  client: ElasticLoadBalancingV2Client,
  arns: string[],
): Promise<Map<string, Record<string, string>>> {
  const found = new Map<string, Record<string, string>>();
  const read = async (some: string[]): Promise<void> => {
    try {
      const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ ResourceArns: some }));
      for (const { ResourceArn, Tags = [] } of TagDescriptions)
        found.set(
          said(ResourceArn, "whose tags it lists"),
          Object.fromEntries(Tags.map(({ Key, Value }) => [said(Key, "a tag's key"), Value ?? ""])),
        );
      // A rule of ours without its tags would be left standing as somebody else's.
      for (const arn of some) said(found.get(arn), `the tags of ${arn}`);
    } catch (error) {
      if (!isAwsError(error, "RuleNotFoundException")) throw error;
      if (some.length > 1) for (const arn of some) await read([arn]);
    }
  };
  for (let start = 0; start < arns.length; start += AT_ONCE) await read(arns.slice(start, start + AT_ONCE));
  return found;
}
