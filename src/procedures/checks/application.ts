import { parseImageReference } from "../../operations/image-reference.ts";
import { presetOf } from "../../targets/presets/preset.ts";
import { compareVersions, majorOf } from "../../targets/version.ts";
import { type Check, fail, given, none, ok, shown, warn } from "./check.ts";

/** What runs inside the containers, as far as its preset and its probes tell. */
export const applicationChecks: Check[] = [
  {
    name: "image-does-not-move",
    ofImage: true,
    concerns: (target) => presetOf(target).versions !== undefined,
    looked: ({ discovery }) => `the tag of ${shown(discovery.image)}`,
    expected: "an exact version or a digest, not a tag that stands for another image every few days",
    find: ({ target, request, discovery }) => {
      const { versions } = presetOf(target);
      const { tag, digest } = parseImageReference(shown(discovery.image)) ?? {};
      const expectedVersion = request.procedure === "upgrade" ? request.expectedVersion : undefined;
      const found = digest ? "pinned by its digest" : (tag ?? "no tag");
      if (!versions || digest || !tag || !new RegExp(versions.floatingTag).test(tag)) return ok(found);
      return expectedVersion === undefined
        ? fail(
            `"${tag}" moves`,
            "Name the exact version, such as 2.0.1, or a digest. To take what the tag stands for now, give expectedVersion with it",
          )
        : warn(
            `"${tag}" moves; what it stands for now is pinned by its digest, and must report ${expectedVersion}`,
            "Name the exact version, so that everybody can read which one runs",
          );
    },
  },
  {
    name: "version-goes-up",
    ofImage: true,
    concerns: (target) => presetOf(target).probes.version !== undefined,
    looked: ({ target }) => `the version that ${target.url} reports, beside the expected one`,
    expected: "no older version than the one that runs: what a newer one made of the data an older one misreads",
    find: ({ target, discovery: { expectedVersion: expected, application } }) => {
      const { versions } = presetOf(target);
      if (!application.version.ok || application.version.value === undefined) {
        const why = application.version.ok ? "it reports none" : application.version.error;
        return warn(`not known: ${why}`, "Compare the versions yourself, and correct `probes.version`");
      }
      const running = application.version.value;
      if (expected === undefined) return warn(`${running} to an unknown one`, "Give expectedVersion, or compare them");
      const found = `${running} to ${expected}`;
      const order = compareVersions(expected, running);
      if (order === undefined) return warn(`${found}, which cannot be compared`, "Compare them yourself");
      if (order < 0) {
        const fix = "To go back to an older version, restore the database as it was under that version with it";
        return versions ? fail(`${found}: a downgrade`, fix) : warn(`${found}: a downgrade`, fix);
      }
      const [from = 0, to = 0] = [majorOf(running), majorOf(expected)];
      const most = versions?.mostMajorsAtOnce;
      if (most !== undefined && to - from > most)
        return fail(
          `${found}: ${to - from} major versions`,
          `Take at most ${most} at a time: it refuses to start otherwise`,
        );
      return versions && (to - from > 1 || (from === 0 && to > 0))
        ? warn(`${found}: ${to - from} major versions`, "Rehearse it on a restored snapshot, or go step by step")
        : ok(found);
    },
  },
  {
    name: "plugins-are-known",
    concerns: (target) => presetOf(target).probes.inventory !== undefined,
    looked: ({ target }) => `${presetOf(target).probes.inventory?.path}`,
    expected: "what the application lists now: all of it must be listed after the upgrade",
    find: ({ target, discovery: { application } }) => {
      if (application.inventory.ok) return ok(`${application.inventory.value?.length ?? 0} listed`);
      const { error } = application.inventory;
      return target.plugins
        ? warn(`not listed: ${error}`, "Only those of `plugins.expected` will be looked for afterwards")
        : warn(`not listed: ${error}`, "Correct `probes.inventory`, or name those that matter in `plugins.expected`");
    },
  },
  {
    name: "leader-environment",
    concerns: (target) => Object.keys(presetOf(target).leaderEnvironment).length > 0,
    looked: ({ target }) => `environment of the leader: ${named(presetOf(target).leaderEnvironment)}`,
    expected: "none of these variables comes from a secret: ECS refuses two sources of one variable",
    find: ({ target, discovery }) =>
      given(discovery.shapes, (shapes) => {
        const [leader] = target.services;
        const definition = shapes.find(({ service }) => service === leader?.name)?.definition;
        const container = definition?.containerDefinitions?.find(({ name }) => name === leader?.container);
        const names = Object.keys(presetOf(target).leaderEnvironment);
        const secret = (container?.secrets ?? []).flatMap(({ name }) => (name && names.includes(name) ? [name] : []));
        return none(secret, (name) => `${name} is a secret`, "none does", "Make it a plain environment variable");
      }),
  },
];

const named = (environment: Record<string, string>): string =>
  Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
