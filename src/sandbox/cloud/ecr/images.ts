import { createHash } from "node:crypto";
import type { ImageRegistry, Program } from "../seams.ts";
import type { World } from "../world.ts";
import { type ImageReference, parseImageReference } from "./image-reference.ts";

/** One image of a repository. `manifest` is what a registry serves under its digest and tags. */
export type StoredImage = { digest: string; program: Program; manifest: string; tags: string[]; pushedAt: Date };

export type Images = ImageRegistry & {
  /**
   * Pushes an image. A tag that another image had moves here, and that image stays under its digest.
   * Throws where the reference or the digest is malformed, the two disagree, or the digest is another program's already.
   */
  add(image: { reference: string; program: Program; digest?: string }): { digest: string };
  /** Oldest push first; undefined where the repository does not exist. */
  repository(host: string, repository: string): StoredImage[] | undefined;
  find(reference: ImageReference): StoredImage | undefined;
};

/** The images of every registry that the sandbox knows, ECR's and others'. */
export function createImages(world: Pick<World, "clock">): Images {
  const repositories = new Map<string, StoredImage[]>();

  const repository = (host: string, name: string) => repositories.get(`${host}/${name}`);
  const find: Images["find"] = ({ host, repository: name, tag, digest }) =>
    repository(host, name)?.find((image) =>
      digest ? image.digest === digest : tag !== undefined && image.tags.includes(tag),
    );

  return {
    repository,
    find,
    resolve(reference) {
      const parsed = parseImageReference(reference);
      const image = parsed && find(parsed);
      return image && { reference, digest: image.digest, program: image.program };
    },
    add({ reference, program, digest: given }) {
      const parsed = parseImageReference(reference);
      if (!parsed) throw new Error(`${reference} is not an image reference: expected HOST/REPOSITORY:TAG`);
      const { host, repository: name, tag } = parsed;
      const manifest = writeManifest(`${host}/${name}${tag ? `:${tag}` : ""}`, program);
      const digest = chooseDigest(reference, parsed.digest, given) ?? sha256(manifest);
      const images = repository(host, name) ?? [];
      const image = images.find((other) => other.digest === digest);
      if (image && JSON.stringify(image.program) !== JSON.stringify(program))
        throw new Error(`${reference}: ${digest} is another program's in ${host}/${name}`);
      repositories.set(`${host}/${name}`, images);
      if (tag) for (const other of images) other.tags = other.tags.filter((held) => held !== tag);
      const tags = tag ? [tag] : [];
      if (image) image.tags.push(...tags);
      else
        images.push({
          digest,
          program: structuredClone(program),
          manifest,
          tags,
          pushedAt: new Date(world.clock.now()),
        });
      return { digest };
    },
  };
}

function chooseDigest(reference: string, own: string | undefined, given: string | undefined): string | undefined {
  if (given && !/^sha256:[0-9a-f]{64}$/.test(given))
    throw new Error(`${reference}: digest ${given} is not sha256: and 64 lower-case hexadecimal digits`);
  if (own && given && own !== given) throw new Error(`${reference} names another digest than ${given}`);
  return own ?? given;
}

/** An OCI image manifest whose configuration is the reference and the program, so that its own digest is stable and is theirs alone. */
function writeManifest(reference: string, program: Program): string {
  const config = JSON.stringify({ reference, program });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: sha256(config),
      size: Buffer.byteLength(config),
    },
    layers: [],
  });
}

export const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
