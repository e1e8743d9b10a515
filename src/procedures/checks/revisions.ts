import { pinned } from "../../operations/image-reference.ts";
import { shortName } from "../planned.ts";
import { withImage } from "../revisions.ts";
import { type Check, type CheckInput, fail, given, ok, shown, warn } from "./check.ts";

const LIMIT_BYTES = 64 * 1024;
/** AWS counts what it stores, which may differ from what is sent by defaults and by white space. */
const CLOSE_BYTES = 62 * 1024;
const SOME_DIGEST = `sha256:${"0".repeat(64)}`;

/** The revisions that run, and those to register. */
export const revisionChecks: Check[] = [
  {
    name: "revisions-can-be-registered",
    looked: () => "the services' task definitions, with the new image in them",
    expected: "at most 64 KiB each, made of ACTIVE ones",
    find: ({ target, discovery }) =>
      given(discovery.shapes, (shapes) => {
        const judged = shapes.map(({ service, definition }) => {
          const container = target.services.find(({ name }) => name === service)?.container ?? "";
          const revision = withImage(definition, { container, image: pinned(shown(discovery.image), SOME_DIGEST) });
          return {
            revision: shortName(definition.taskDefinitionArn ?? ""),
            status: definition.status,
            bytes: Buffer.byteLength(JSON.stringify(revision)),
          };
        });
        const dying = judged.filter(({ status }) => status === "DELETE_IN_PROGRESS");
        const large = judged.filter(({ bytes }) => bytes > LIMIT_BYTES);
        if (dying.length + large.length > 0)
          return fail(
            [
              ...dying.map(
                ({ revision }) => `${revision} is being deleted: no node of it could be started again after a failure`,
              ),
              ...large.map(({ revision, bytes }) => `${revision} with the new image has ${bytes} bytes`),
            ].join("; "),
            large.length
              ? "Move environment variables to environment files in S3 or to secrets, and deploy that revision first"
              : "Deploy another revision of the same content first",
          );
        const close = judged.filter(({ bytes }) => bytes > CLOSE_BYTES);
        const inactive = judged.filter(({ status }) => status === "INACTIVE");
        if (close.length + inactive.length > 0)
          return warn(
            [
              ...close.map(
                ({ revision, bytes }) => `${revision} with the new image has ${bytes} of ${LIMIT_BYTES} bytes`,
              ),
              ...inactive.map(
                ({ revision }) => `${revision} is INACTIVE: its service can start nodes of it, and nobody else can`,
              ),
            ].join("; "),
            "Nothing needs to be done for the upgrade. What no longer can be registered, or run by hand, is better deployed anew before it is needed",
          );
        return ok(judged.map(({ revision, bytes }) => `${revision}: ${Math.ceil(bytes / 1024)} KiB`).join(", "));
      }),
  },
  {
    name: "nodes-run-one-image",
    looked: () => "digests of the running nodes, and what their images' tags stand for now",
    expected: "one digest in each service, the one that going back would start",
    find: (input) =>
      given(input.discovery.shapes, () => {
        const doubts = imagesOf(input).flatMap(doubtsOf);
        if (doubts.length === 0) return ok("they do");
        const found = doubts.map(({ text }) => text).join("; ");
        const fix =
          "Deploy the old version by its digest first, so that every node runs the same, and the same again if it must go back";
        return doubts.some(({ fatal }) => fatal) ? fail(found, fix) : warn(found, fix);
      }),
  },
];

type ServiceImage = { service: string; image: string; digests: string[]; now?: string; resolvesAnew: boolean };

function imagesOf({ target, discovery }: CheckInput): ServiceImage[] {
  if (!discovery.shapes.ok) return [];
  return discovery.shapes.value.map(({ service, definition, tasks }) => {
    const name = target.services.find((each) => each.name === service)?.container;
    const container = definition.containerDefinitions?.find((each) => each.name === name);
    return {
      service,
      image: container?.image ?? "",
      digests: tasks.flatMap((task) => task.containers.find((each) => each.name === name)?.imageDigest ?? []),
      now: discovery.currentDigests[container?.image ?? ""],
      resolvesAnew: container?.versionConsistency === "disabled",
    };
  });
}

/** ECS fixes a deployment's digest with its first task, so that a tag which moves changes nothing, unless the container says otherwise. */
function doubtsOf({ service, image, digests, now, resolvesAnew }: ServiceImage): { text: string; fatal: boolean }[] {
  const counts = Map.groupBy(digests, (digest) => digest);
  if (counts.size > 1) {
    const each = [...counts].map(([digest, nodes]) => `${nodes.length} of ${brief(digest)}`);
    return [{ text: `${service} runs ${each.join(" and ")}, all as ${image}`, fatal: false }];
  }
  const [running] = digests;
  if (now === undefined || running === undefined || now === running) return [];
  return [
    {
      text: resolvesAnew
        ? `${service} runs ${brief(running)} as ${image}, which is ${brief(now)} by now, and its version consistency is disabled: going back would start that`
        : `${service} runs ${brief(running)} as ${image}, which is ${brief(now)} by now`,
      fatal: resolvesAnew,
    },
  ];
}

const brief = (digest: string): string => `${digest.slice(0, 19)}…`;
