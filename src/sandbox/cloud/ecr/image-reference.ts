/** An image reference taken apart: `HOST/REPOSITORY[:TAG][@DIGEST]`. A reference with both means the digest. */
export type ImageReference = { host: string; repository: string; tag?: string; digest?: string };

const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REFERENCE = new RegExp(
  `^(?<name>(?:[A-Za-z0-9.-]+(?::\\d+)?/)?${COMPONENT}(?:/${COMPONENT})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
);

/**
 * Reads a reference as Docker does: without a host it is Docker Hub's, with neither tag nor digest it means `latest`.
 * Undefined where it is none.
 */
export function parseImageReference(reference: string): ImageReference | undefined {
  const { name, tag, digest } = REFERENCE.exec(reference)?.groups ?? {};
  if (!name) return undefined;
  const [first = "", ...rest] = name.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (!isHost && first !== first.toLowerCase()) return undefined;
  const host = isHost ? first : "docker.io";
  const repository = isHost ? rest.join("/") : name;
  return {
    host,
    repository: host === "docker.io" && !repository.includes("/") ? `library/${repository}` : repository,
    tag: tag ?? (digest ? undefined : "latest"),
    digest,
  };
}
