import type { Node } from "../../operations/operation.ts";
import type { OperationState } from "../../operations/state.ts";
import type { CloudView } from "./cloud-view.ts";
import { shortImage } from "./plain-names.ts";
import type { NodesView } from "./view-schema.ts";

type Which = NodesView["groups"][number]["which"];

/** Who serves what: by the cloud's own words while it can be asked, otherwise as the operation saw it last. */
export function nodesView(state: OperationState, cloud?: CloudView): NodesView {
  const { before, after } = state.nodes;
  if (cloud && !cloud.unread.includes("nodes")) {
    const nodes = cloud.nodes.map(({ service, status, alone, images }) => {
      const { which, runs } = versionOf(images, state);
      return { service, runs, which, state: inWords(status), alone };
    });
    return { asked: "now", groups: counted(nodes), services: cloud.services };
  }
  const seen = (nodes: readonly Node[]) =>
    counted(
      nodes.map(({ service, image, imageDigest, status }) => {
        const runs = versionOf([image, ...(imageDigest ? [imageDigest] : [])], state);
        return { service, ...runs, state: inWords(status), alone: false };
      }),
    );
  if (after.length > 0) return { asked: "after", groups: seen(after), services: [] };
  return { asked: "before", groups: seen(before), services: [] };
}

/** Pinned images carry no tag, so what ran before is known by its digest, and what runs in an upgrade besides it is the new. */
function versionOf(images: readonly string[], { request, nodes }: OperationState): { which: Which; runs: string } {
  const old = nodes.before.find(({ image, imageDigest }) =>
    images.some((each) => each === image || each === imageDigest || (imageDigest && each.endsWith(`@${imageDigest}`))),
  );
  if (old) return { which: "old", runs: nameOf(old) };
  if (request.procedure === "upgrade" && nodes.before.length > 0)
    return { which: "new", runs: shortImage(request.image) };
  return { which: "other", runs: shortImage(images[0] ?? "") };
}

const nameOf = ({ image, version }: Node): string => {
  const name = shortImage(image);
  const [repository = "", digest] = name.split("@");
  if (digest !== undefined && version) return `${repository} ${version}`;
  return version && !name.endsWith(`:${version}`) ? `${name} (${version})` : name;
};

function counted(nodes: Omit<NodesView["groups"][number], "count">[]): NodesView["groups"] {
  const groups = Map.groupBy(nodes, (node) => JSON.stringify(node));
  return [...groups.values()].flatMap((group) => (group[0] ? [{ ...group[0], count: group.length }] : []));
}

const STATES: Record<string, string> = {
  PROVISIONING: "starting",
  PENDING: "starting",
  ACTIVATING: "starting",
  RUNNING: "running",
  DEACTIVATING: "stopping",
  STOPPING: "stopping",
  DEPROVISIONING: "stopping",
  STOPPED: "stopped",
};
const inWords = (status: string): string => STATES[status] ?? status.toLowerCase();
