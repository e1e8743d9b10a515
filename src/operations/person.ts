import type { Identity } from "./operation.ts";

/** What somebody causes with their own hand, in their own name. */
const OWN_HAND = ["workflow_dispatch", "repository_dispatch", "push", "release"];
const DISPATCHED = ["workflow_dispatch", "repository_dispatch"];
const SSO_ROLE = /:assumed-role\/AWSReservedSSO_.+_[0-9a-f]{16}$/;

/**
 * Whom an identity stands for, comparable with others of its kind; undefined where nobody can say.
 *
 * - GitHub: the account that began the run (`actor_id`), whatever repository or workflow it uses. A run that is repeated keeps the account
 *   that began it, whoever repeats it; a bot acts for anybody who can write a workflow; a schedule, or a run that another run caused, is
 *   nobody's hand: of these nobody can say.
 * - IAM: the user, or the role. The name of a session proves nothing, since whoever assumes a role chooses it; but for roles of IAM
 *   Identity Center, whose sessions carry the user's name, and which nobody else may assume.
 */
export function personOf({ kind, id, details }: Identity): string | undefined {
  switch (kind) {
    case "iam":
      return SSO_ROLE.test(id) && details.session ? `identity-center:${details.session.toLowerCase()}` : id;
    case "github": {
      const { actor_id, actor = "", run_attempt, event_name = "" } = details;
      const isOwnHand = run_attempt === "1" && OWN_HAND.includes(event_name) && !actor.endsWith("[bot]");
      return actor_id !== undefined && isOwnHand ? `github:actor:${actor_id}` : undefined;
    }
  }
}

/**
 * Whether somebody decides with their own hand by this identity. A person who merges or tags does not say yes to what a workflow then decides
 * in their name; one who starts a run by hand, or asks with their own AWS identity, does.
 */
export const decidesByHand = (identity: Identity): boolean =>
  identity.kind === "iam" ||
  (personOf(identity) !== undefined && DISPATCHED.includes(identity.details.event_name ?? ""));

/** Whether two identities are two, as far as can be proven: those of different kinds are taken for two. */
export function areTwo(one: Identity, other: Identity): boolean {
  if (one.kind !== other.kind) return true;
  const [first, second] = [personOf(one), personOf(other)];
  return first !== undefined && second !== undefined && first !== second;
}
