import type { RewriteConfig, RuleTransform } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RequestHead, Rewritten } from "../../substrate/network.ts";
import { assertLength, assertOneOf } from "./constraints.ts";
import { validationError } from "./errors.ts";
import { readRegularExpression } from "./regular-expressions.ts";

const TYPES = ["host-header-rewrite", "url-rewrite"] as const;
const MAXIMUM_LENGTH = 1024;
const HOST = /^[A-Za-z0-9._-]+(:\d+)?$/;
const URL_PATH = /^\/[^\s#]*$/;

/** What a rule's transforms make of a request. Undefined where they fail: the load balancer then answers 500. */
export type Rewrite = (request: RequestHead) => Rewritten | undefined;

/** Checks a rule's transforms: one of the host header and one of the URL at most. */
export function readTransforms(transforms: RuleTransform[] = []): { transforms: RuleTransform[]; rewrite: Rewrite } {
  const read = transforms.map(readTransform);
  for (const type of TYPES) {
    if (read.filter(({ transform }) => transform.Type === type).length > 1) {
      throw validationError(`A rule can only have one '${type}' transform`);
    }
  }
  const rewriterOf = (type: (typeof TYPES)[number]) =>
    read.find(({ transform }) => transform.Type === type)?.rewriter ?? unchanged;
  const [rewriteHost, rewriteUrl] = [rewriterOf("host-header-rewrite"), rewriterOf("url-rewrite")];
  return {
    transforms: read.map(({ transform }) => transform),
    rewrite({ host, path, query }) {
      const rewritten = { host: rewriteHost(host), url: rewriteUrl(query ? `${path}?${query}` : path) };
      const failed =
        (rewritten.host !== undefined && !HOST.test(rewritten.host)) ||
        (rewritten.url !== undefined && !URL_PATH.test(rewritten.url));
      return failed ? undefined : rewritten;
    },
  };
}

/** Undefined where the text does not match: the target then gets it as it is. */
type Rewriter = (text: string) => string | undefined;
const unchanged: Rewriter = () => undefined;

function readTransform(transform: RuleTransform, index: number): { transform: RuleTransform; rewriter: Rewriter } {
  const path = `transforms.${index + 1}.member`;
  const { Type, HostHeaderRewriteConfig, UrlRewriteConfig } = transform;
  assertOneOf(Type ?? "", `${path}.type`, TYPES);
  const ofHost = Type === "host-header-rewrite";
  const [own, foreign] = ofHost
    ? [HostHeaderRewriteConfig, UrlRewriteConfig]
    : [UrlRewriteConfig, HostHeaderRewriteConfig];
  const [rewrite, ...more] = own?.Rewrites ?? [];
  if (foreign || !rewrite || more.length > 0) {
    throw validationError(
      `A '${Type}' transform must have exactly one rewrite, in ${ofHost ? "HostHeaderRewriteConfig" : "UrlRewriteConfig"}`,
    );
  }
  return { transform, rewriter: readRewrite(rewrite, path, { ignoreCase: ofHost }) };
}

function readRewrite(
  { Regex = "", Replace = "" }: RewriteConfig,
  path: string,
  { ignoreCase }: { ignoreCase: boolean },
) {
  const flags = ignoreCase ? "i" : "";
  const expression = readRegularExpression(Regex, `${path}.rewrites.regex`, { maximumLength: MAXIMUM_LENGTH, flags });
  assertLength(Replace, `${path}.rewrites.replace`, { minimum: 0, maximum: MAXIMUM_LENGTH });
  return (text: string): string | undefined => {
    const match = expression.exec(text);
    if (!match) return undefined;
    const replacement = Replace.replace(/\$([1-9])/g, (_all, group: string) => match[Number(group)] ?? "");
    return text.slice(0, match.index) + replacement + text.slice(match.index + match[0].length);
  };
}
