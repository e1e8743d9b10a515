import { parseImageReference } from "../../operations/image-reference.ts";
import { presetOf } from "../../targets/presets/preset.ts";
import { type Check, fail, given, ok, shown, warn } from "./check.ts";

/** What is asked for. */
export const requestChecks: Check[] = [
  {
    name: "not-frozen",
    looked: ({ target }) => `target ${target.name} in the configuration`,
    expected: "not frozen",
    find: ({ target }) =>
      target.frozen
        ? fail(`frozen: ${target.frozen}`, "Remove `frozen` from the target once its reason is gone")
        : ok("not frozen"),
  },
  {
    name: "image-exists",
    looked: ({ discovery }) => shown(discovery.image),
    expected: "an image that its registry knows",
    find: ({ discovery }) => given(discovery.imageDigest, (digest) => ok(digest)),
  },
  {
    name: "image-is-new",
    ofImage: true,
    looked: ({ discovery }) => `${shown(discovery.image)} beside the images of the running nodes`,
    expected: "an image that does not run yet",
    find: ({ target, discovery }) =>
      given(discovery.shapes, (shapes) => {
        const digests = shapes.flatMap(({ service, tasks }) => {
          const name = target.services.find((each) => each.name === service)?.container;
          return tasks.map(({ containers }) => containers.find((container) => container.name === name)?.imageDigest);
        });
        const same =
          discovery.imageDigest.ok &&
          digests.length > 0 &&
          digests.every((digest) => digest === (discovery.imageDigest as { value: string }).value);
        return same
          ? warn("every node runs it already", "Go on only if a restart of all nodes is what you want")
          : ok(`${digests.length} nodes run another image`);
      }),
  },
  {
    name: "version-is-known",
    ofImage: true,
    looked: ({ discovery }) => `expected version and tag of ${shown(discovery.image)}`,
    expected: "a version to compare with what the application reports",
    find: ({ target, request, discovery }) => {
      if (discovery.expectedVersion) return ok(discovery.expectedVersion);
      if (presetOf(target).probes.version)
        return warn(
          `none given, and ${parseImageReference(shown(discovery.image))?.tag ?? "the digest"} is none`,
          "Give expectedVersion, or the digest alone will be verified",
        );
      return request.procedure === "upgrade" && request.expectedVersion
        ? fail("the target has no version probe to compare it with", "Configure `probes.version`, or leave it out")
        : warn("the target has no version probe", "Configure `probes.version`, or the digest alone will be verified");
    },
  },
];
