import { CreateDBSnapshotCommand, RDSClient } from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import { at, judgedUpgrade, type Meddling, refusal } from "../simulation/judged-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 60_000 }, () =>
    inVirtualTime(async () => void (await expectation(await judgedUpgrade({ cloud: quick, ...meddling })))),
  );
type Run = Awaited<ReturnType<typeof judgedUpgrade>>;

const expectSuccess = ({ state, violations }: Run) => {
  expect(violations).toEqual([]);
  expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
};

/** The first calls of a method are refused with an error of this name, as AWS answers with a 4xx status. */
function refuses<Part, Name extends keyof Part>(part: Part, name: Name, error: string, message?: string) {
  const original = part[name] as (...args: unknown[]) => Promise<unknown>;
  let calls = 0;
  part[name] = ((...args: unknown[]) => {
    calls += 1;
    return calls > 2 ? original(...args) : Promise.reject(Object.assign(refusal(error), message && { message }));
  }) as Part[Name];
}

describe("what AWS refuses only for now is asked again", () => {
  virtually(
    "a scalable target that is being updated",
    { meddle: ({ runbook: { aws } }) => refuses(aws.autoScaling, "suspend", "ConcurrentUpdateException") },
    expectSuccess,
  );
  virtually(
    "a revision that others register at the same time",
    {
      meddle: ({ runbook: { aws } }) =>
        refuses(
          aws.ecs,
          "registerTaskDefinition",
          "ClientException",
          "Too many concurrent attempts to create a new revision of the specified family.",
        ),
    },
    expectSuccess,
  );
  virtually(
    "a request whose signature has expired on the way",
    { meddle: ({ runbook: { aws } }) => refuses(aws.loadBalancers, "createRule", "RequestExpired") },
    expectSuccess,
  );
  virtually(
    "a database that begins a backup of its own between the look and the call",
    {
      meddle: at("back-up/backup", ({ operator }) =>
        new RDSClient(operator).send(
          new CreateDBSnapshotCommand({ DBInstanceIdentifier: "noticeboard-db", DBSnapshotIdentifier: "by-hand" }),
        ),
      ),
      cloud: { ...quick, latencies: ["rds: { snapshotMs: 90000 }"] },
    },
    ({ state, events }) => {
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(events.filter(({ key }) => key === "back-up/backup")).toHaveLength(1);
    },
  );
});
