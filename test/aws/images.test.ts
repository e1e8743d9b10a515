import { ECRClient } from "@aws-sdk/client-ecr";
import { describe, expect, it } from "vitest";
import { createImages } from "../../src/aws/images.ts";

type Answer = { status?: number; headers?: Record<string, string>; body?: object };
const DIGEST = `sha256:${"1234".repeat(16)}`;
const found = { headers: { "docker-content-digest": DIGEST } };
const challenge = (realm: string) => ({ status: 401, headers: { "www-authenticate": `Bearer realm="${realm}"` } });
const redirect = (location: string) => ({ status: 307, headers: { location } });

/** Registries that answer what the test says, by the address that is asked. */
function internet(answers: Record<string, Answer[]>) {
  const asked: { url: string; authorization: string | null }[] = [];
  const images = createImages({
    ecr: new ECRClient({ region: "eu-central-1" }),
    fetch: async (input, init) => {
      const url = new Request(input).url;
      asked.push({ url, authorization: new Headers(init?.headers).get("authorization") });
      const { status = 200, headers, body } = answers[url]?.shift() ?? { status: 404 };
      return new Response(body ? JSON.stringify(body) : null, { status, ...(headers && { headers }) });
    },
  });
  return { asked, digest: images.digest };
}
const MANIFEST = "https://registry.example.com/v2/crm/manifests/2";
const IMAGE = "registry.example.com/crm:2";

describe("a registry", () => {
  it("may ask for a token that anybody gets, and may lead on", async () => {
    const mirror = "https://mirror.example.com/v2/crm/manifests/2";
    const { asked, digest } = internet({
      [MANIFEST]: [challenge("https://auth.example.com/token"), redirect(mirror)],
      "https://auth.example.com/token": [{ body: { token: "anyone" } }],
      [mirror]: [found],
    });
    expect(await digest(IMAGE)).toBe(DIGEST);
    expect(asked.map(({ authorization }) => authorization)).toEqual([null, null, "Bearer anyone", null]);
  });

  it.each([
    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    "http://169.254.170.2/v2/credentials/x",
    "http://169.254.169.254/latest/meta-data",
    "http://auth.example.com/token",
    "file:///proc/self/environ",
    "nowhere",
  ])("cannot make the API ask %s for a token, nor by a redirect", async (inside) => {
    const byRealm = internet({ [MANIFEST]: [challenge(inside)] });
    await expect(byRealm.digest(IMAGE)).rejects.toThrow();
    expect(byRealm.asked).toHaveLength(1);
    if (inside === "nowhere") return;
    const byRedirect = internet({ [MANIFEST]: [redirect(inside)] });
    await expect(byRedirect.digest(IMAGE)).rejects.toThrow("expected an address with https");
    expect(byRedirect.asked).toHaveLength(1);
  });

  it("is not followed in circles", async () => {
    const { asked, digest } = internet({ [MANIFEST]: Array.from({ length: 9 }, () => redirect(MANIFEST)) });
    await expect(digest(IMAGE)).rejects.toThrow("redirects more than 3 times");
    expect(asked).toHaveLength(4);
  });
});
