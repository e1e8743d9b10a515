import type { DatabaseBefore } from "../procedures/database.ts";
import type { Places } from "../procedures/restoring/names.ts";
import { memberOf, type Ref } from "./databases.ts";
import type { Wanted } from "./nodes.ts";
import type { DataComesBack } from "./restore-by-hand.ts";
import { aws } from "./shell.ts";
import type { Situation } from "./situation.ts";

/** What DescribeTaskDefinition says and RegisterTaskDefinition does not take. */
const NOT_REGISTERED =
  "del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy)";

/** The restored database has addresses of its own: the old version gets revisions that lead to them. */
export function repointed({ before }: Situation, database: DatabaseBefore, places: Places): DataComesBack {
  const addresses = database.settings.addresses.map((each, at) => ({ ...each, variable: `address_${at + 1}` }));
  const services = (before?.services ?? []).map((service, at) => ({ ...service, variable: `revision_${at + 1}` }));
  const replaced = addresses.map(({ address, variable }) => `-e "s/${escaped(address)}/$${variable}/g"`).join(" ");
  const revised = (wanted: Wanted): Wanted => ({
    ...wanted,
    revisionVariable: services.find(({ name }) => name === wanted.service)?.variable,
  });
  return {
    revised,
    steps: [
      {
        title: "The old version leads to the restored database",
        why: [
          "Its revisions once more, with the restored one's addresses in the place of the present one's. What has the address from a secret or from elsewhere is not changed by that.",
        ],
        commands: [
          ...addresses.map(({ role, variable }) => `${variable}=$(${addressOf(role, places)})`),
          ...services.map(({ taskDefinitionArn, variable }) => {
            const described = aws("ecs", "describe-task-definition", {
              "task-definition": taskDefinitionArn,
              query: "taskDefinition",
              output: "json",
            });
            return [
              `definition=$(${described} \\`,
              `  | jq '${NOT_REGISTERED}' | sed ${replaced})`,
              `${variable}=$(aws ecs register-task-definition --cli-input-json "$definition" \\`,
              "  --query taskDefinition.taskDefinitionArn --output text)",
              `echo "   ${taskDefinitionArn} once more: $${variable}" >&2`,
            ].join("\n");
          }),
        ],
        goOn: "each of the new revisions names the restored database, and none the present one",
      },
    ],
  };
}

const escaped = (address: string) => address.replaceAll(".", "\\.");

function addressOf(role: string, { restored, members }: Places): string {
  const [, number] = /^member (\d+)$/.exec(role) ?? [];
  const instance = (identifier: string): Ref => ({ kind: "instance", identifier });
  if (number) return memberOf(instance(members[Number(number) - 1]!.restored), "Endpoint.Address");
  if (role === "writer") return memberOf(restored, "Endpoint");
  if (role === "reader") return memberOf(restored, "ReaderEndpoint");
  return memberOf(restored, "Endpoint.Address");
}
