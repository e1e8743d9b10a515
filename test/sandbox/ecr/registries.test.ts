import { createHash } from "node:crypto";
import * as ecr from "@aws-sdk/client-ecr";
import { describe, expect, test } from "vitest";
import { createEcr } from "../../../src/sandbox/cloud/ecr/ecr.ts";
import { createImages } from "../../../src/sandbox/cloud/ecr/images.ts";
import { createOciRegistry } from "../../../src/sandbox/cloud/ecr/oci-registry.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";

const ACCOUNT = "111122223333";
const REGION = "eu-central-1";
const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const OLD = { command: ["node", "app.js", "--version=1"] };
const NEW = { command: ["node", "app.js", "--version=2"] };

function setUp() {
  let nowMs = Date.parse("2026-01-15T02:00:00Z");
  const advance = (ms: number) => {
    nowMs += ms;
  };
  const clock = { now: () => nowMs, sleep: () => Promise.resolve() };
  const images = createImages({ clock });
  const handle = createEndpoint({
    mounts: [
      {
        service: describeService(ecr, ecr.ECRClient),
        handlers: createEcr({ account: ACCOUNT, region: REGION }, images),
      },
    ],
    open: [createOciRegistry(images)],
    secrets: () => ({ secretAccessKey: "secret" }),
  });
  const client = new ecr.ECRClient({
    region: REGION,
    credentials: { accessKeyId: "A", secretAccessKey: "secret" },
    maxAttempts: 1,
    endpoint: "http://ecr.sandbox",
    requestHandler: inProcess(handle) as never,
  });
  const describeImages = (input: Omit<ecr.DescribeImagesRequest, "repositoryName">, repositoryName = "app") =>
    client.send(new ecr.DescribeImagesCommand({ repositoryName, ...input }));
  const ask = async (path: string, host = HOST, method = "GET") => {
    const request = { method, path, query: "", headers: { host }, body: new Uint8Array() };
    const { status, headers, body } = await handle(request);
    return { status, headers, body: Buffer.from(body).toString() };
  };
  return { images, describeImages, ask, advance };
}

describe("the image store", () => {
  test("resolves a tag, a digest, and both at once, by the digest", () => {
    const { images } = setUp();
    const { digest } = images.add({ reference: `${HOST}/app:1`, program: OLD });
    images.add({ reference: `${HOST}/app:2`, program: NEW });
    for (const reference of [`${HOST}/app:1`, `${HOST}/app@${digest}`, `${HOST}/app:2@${digest}`])
      expect(images.resolve(reference), reference).toEqual({ reference, digest, program: OLD });
  });

  test("knows nothing of other tags, digests, repositories, hosts and malformed references", () => {
    const { images } = setUp();
    const { digest } = images.add({ reference: `${HOST}/app:1`, program: OLD });
    for (const reference of [
      `${HOST}/app:3`,
      `${HOST}/app`,
      `${HOST}/other:1`,
      "app:1",
      `${HOST}/app@sha256:${"0".repeat(64)}`,
      `${HOST}/other@${digest}`,
      `${HOST}/App:1`,
      "",
    ])
      expect(images.resolve(reference), reference).toBeUndefined();
  });

  test("moves a tag to the image added last, and keeps the other under its digest", () => {
    const { images } = setUp();
    const old = images.add({ reference: `${HOST}/app:latest`, program: OLD });
    const next = images.add({ reference: `${HOST}/app:latest`, program: NEW });
    expect(next.digest).not.toBe(old.digest);
    expect(images.resolve(`${HOST}/app`)).toMatchObject({ digest: next.digest, program: NEW });
    expect(images.resolve(`${HOST}/app@${old.digest}`)).toMatchObject({ program: OLD });
    images.add({ reference: `${HOST}/app:latest`, program: OLD, digest: old.digest });
    expect(images.resolve(`${HOST}/app:latest`)?.digest).toBe(old.digest);
  });

  test("makes a digest that is the same every time and another one for every reference and program", () => {
    const digests = [setUp(), setUp()].map(({ images }) =>
      [
        { reference: `${HOST}/app:1`, program: OLD },
        { reference: `${HOST}/app:2`, program: OLD },
        { reference: `${HOST}/app:3`, program: NEW },
      ].map((image) => images.add(image).digest),
    );
    expect(digests[0]).toEqual(digests[1]);
    expect(new Set(digests[0]).size).toBe(3);
  });

  test("reads references as Docker does", () => {
    const { images } = setUp();
    const { digest } = images.add({ reference: "nocobase/nocobase", program: OLD });
    expect(images.resolve("docker.io/nocobase/nocobase:latest")?.digest).toBe(digest);
    images.add({ reference: "localhost:5000/app:1", program: OLD });
    expect(images.resolve("localhost:5000/app:1")).toBeDefined();
    images.add({ reference: "redis:7", program: OLD });
    expect(images.resolve("docker.io/library/redis:7")).toBeDefined();
  });

  test("refuses what cannot be: a malformed reference or digest, two digests, one digest for two programs", () => {
    const { images } = setUp();
    const digest = `sha256:${"a".repeat(64)}`;
    expect(() => images.add({ reference: "App:1", program: OLD })).toThrow("App:1 is not an image reference");
    expect(() => images.add({ reference: "app:1", program: OLD, digest: "sha256:abc" })).toThrow(/64 lower-case/);
    expect(() =>
      images.add({ reference: `app:1@${digest}`, program: OLD, digest: digest.replace(/a{64}/, "b".repeat(64)) }),
    ).toThrow(/names another digest/);
    images.add({ reference: `app:1@${digest}`, program: OLD });
    expect(() => images.add({ reference: "app:2", program: NEW, digest })).toThrow(/another program's/);
    expect(images.resolve("app:2")).toBeUndefined();
  });
});

describe("DescribeImages", () => {
  test("finds an image by tag and by digest", async () => {
    const { images, describeImages } = setUp();
    const { digest } = images.add({ reference: `${HOST}/app:1`, program: OLD });
    for (const imageId of [{ imageTag: "1" }, { imageDigest: digest }, { imageTag: "1", imageDigest: digest }]) {
      const { imageDetails } = await describeImages({ imageIds: [imageId] });
      expect(imageDetails).toMatchObject([
        {
          registryId: ACCOUNT,
          repositoryName: "app",
          imageDigest: digest,
          imageTags: ["1"],
          imagePushedAt: new Date("2026-01-15T02:00:00Z"),
        },
      ]);
    }
  });

  test("says which image is not there, and that a tag is not on another digest", async () => {
    const { images, describeImages } = setUp();
    images.add({ reference: `${HOST}/app:1`, program: OLD });
    const { digest } = images.add({ reference: `${HOST}/app:2`, program: NEW });
    const absent = describeImages({ imageIds: [{ imageTag: "9" }] });
    await expect(absent).rejects.toBeInstanceOf(ecr.ImageNotFoundException);
    await expect(absent).rejects.toThrow(
      "The image with imageId {imageDigest:'null', imageTag:'9'} does not exist within the repository with name 'app' in the registry with id '111122223333'",
    );
    await expect(describeImages({ imageIds: [{ imageTag: "1", imageDigest: digest }] })).rejects.toBeInstanceOf(
      ecr.ImageNotFoundException,
    );
  });

  test("says which repository is not there, even if another registry has it", async () => {
    const { images, describeImages } = setUp();
    images.add({ reference: "ghcr.io/app:1", program: OLD });
    await expect(describeImages({})).rejects.toBeInstanceOf(ecr.RepositoryNotFoundException);
    images.add({ reference: `${HOST}/app:1`, program: OLD });
    await expect(describeImages({ registryId: "999999999999" })).rejects.toThrow(/registry with id '999999999999'/);
    expect((await describeImages({})).imageDetails).toHaveLength(1);
  });

  test("pages, and filters by whether an image is tagged", async () => {
    const { images, describeImages, advance } = setUp();
    for (const program of [OLD, NEW]) {
      images.add({ reference: `${HOST}/app:latest`, program });
      advance(1_000);
    }
    const first = await describeImages({ maxResults: 1 });
    const second = await describeImages({ maxResults: 1, nextToken: first.nextToken });
    expect([first.imageDetails?.[0]?.imageTags, second.imageDetails?.[0]?.imageTags]).toEqual([undefined, ["latest"]]);
    expect(second.nextToken).toBeUndefined();
    const untagged = await describeImages({ filter: { tagStatus: "UNTAGGED" } });
    expect(untagged.imageDetails).toEqual(first.imageDetails);
    await expect(describeImages({ maxResults: 0 })).rejects.toBeInstanceOf(ecr.InvalidParameterException);
    await expect(describeImages({ nextToken: "!" })).rejects.toBeInstanceOf(ecr.InvalidParameterException);
  });
});

describe("the OCI registry", () => {
  test("serves a manifest under its tag and its digest, without any signature", async () => {
    const { images, ask } = setUp();
    const { digest } = images.add({ reference: `${HOST}/team/app:1`, program: OLD });
    for (const reference of ["1", digest]) {
      const { status, headers, body } = await ask(`/v2/team/app/manifests/${reference}`);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        "docker-content-digest": digest,
        "content-type": "application/vnd.oci.image.manifest.v1+json",
      });
      expect(`sha256:${createHash("sha256").update(body).digest("hex")}`).toBe(digest);
    }
    expect((await ask("/v2/team/app/manifests/1", HOST, "HEAD")).headers["docker-content-digest"]).toBe(digest);
    expect((await ask("/v2/")).status).toBe(200);
  });

  test("serves the registry that the Host header names, and any other as a mirror does", async () => {
    const { images, ask } = setUp();
    const github = images.add({ reference: "ghcr.io/team/app:1", program: OLD });
    const hub = images.add({ reference: "team/app:1", program: NEW });
    const digestOf = async (path: string, host: string) => (await ask(path, host)).headers["docker-content-digest"];
    expect(await digestOf("/v2/team/app/manifests/1", "ghcr.io")).toBe(github.digest);
    expect(await digestOf("/v2/team/app/manifests/1", "registry-1.docker.io")).toBe(hub.digest);
    expect(await digestOf("/v2/ghcr.io/team/app/manifests/1", "127.0.0.1:4566")).toBe(github.digest);
    expect(await digestOf("/v2/team/app/manifests/1", "127.0.0.1:4566")).toBe(hub.digest);
  });

  test.each([
    ["GET", "/v2/none/manifests/1", 404, "NAME_UNKNOWN"],
    ["GET", "/v2/app/manifests/9", 404, "MANIFEST_UNKNOWN"],
    ["GET", `/v2/app/manifests/sha256:${"0".repeat(64)}`, 404, "MANIFEST_UNKNOWN"],
    ["GET", "/v2/APP/x/manifests/1", 400, "NAME_INVALID"],
    ["GET", "/v2/app/tags/list", 404, "UNSUPPORTED"],
    ["PUT", "/v2/app/manifests/1", 405, "UNSUPPORTED"],
  ])("%s %s is a %d %s", async (method, path, status, code) => {
    const { images, ask } = setUp();
    images.add({ reference: `${HOST}/app:1`, program: OLD });
    const answer = await ask(path, HOST, method);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ code }] });
  });
});
