/** `registry/repository:tag@digest`, taken apart. */
export type ImageReference = { registry: string; repository: string; tag?: string; digest?: string };

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const REPOSITORY = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const ECR = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** Undefined where the text is no image reference. Names without a registry are Docker Hub's, as Docker reads them. */
export function parseImageReference(text: string): ImageReference | undefined {
  const [name = "", digest, ...rest] = text.split("@");
  if (rest.length || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const segments = name.split("/");
  const [first = ""] = segments;
  const hasRegistry = segments.length > 1 && (first.includes(".") || first.includes(":") || first === "localhost");
  const registry = hasRegistry ? first : "docker.io";
  const path = segments.slice(hasRegistry ? 1 : 0).join("/");
  const [repository = "", tag, ...more] = path.split(":");
  if (more.length || !REPOSITORY.test(repository) || (tag !== undefined && !TAG.test(tag))) return undefined;
  const official = registry === "docker.io" && !repository.includes("/");
  return {
    registry,
    repository: official ? `library/${repository}` : repository,
    tag: tag ?? (digest ? undefined : "latest"),
    digest,
  };
}

/** Whether the text names one image: without tag and digest it would be whatever `latest` happens to be. */
export const namesOneImage = (text: string): boolean =>
  parseImageReference(text) !== undefined && /[:@]/.test(text.split("/").at(-1) ?? "");

/** The image without its tag, pinned: what a task definition carries, so that every node runs the same bytes. */
export const pinned = (text: string, digest: string): string => `${untagged(text)}@${digest}`;

/** Another version of the same image, by its tag. */
export const tagged = (text: string, tag: string): string => `${untagged(text)}:${tag}`;

const untagged = (text: string): string => text.split("@")[0]!.replace(/:[^:/]+$/, "");

/** Account and region where the registry is ECR's. */
export function ecrOf(reference: ImageReference): { account: string; region: string } | undefined {
  const [, account, region] = ECR.exec(reference.registry) ?? [];
  return account && region ? { account, region } : undefined;
}

/** The ARN of the repository that an image is in; undefined where that is not ECR's. */
export function ecrRepositoryOf(text: string): string | undefined {
  const reference = parseImageReference(text);
  const place = reference && ecrOf(reference);
  if (!place) return undefined;
  const { account, region } = place;
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return `arn:${partition}:ecr:${region}:${account}:repository/${reference.repository}`;
}

const VERSION_TAG = "^v?(\\d+\\.\\d+\\.\\d+(?:[-+][0-9A-Za-z.-]+)?)$";

/** The version that a tag says, by a regular expression whose first group it is; by default a tag such as 2.0.1 or v2.1.0-beta.3. */
export const versionOf = (reference: ImageReference, pattern = VERSION_TAG): string | undefined =>
  new RegExp(pattern).exec(reference.tag ?? "")?.[1];
