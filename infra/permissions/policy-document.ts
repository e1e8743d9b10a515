import type { Conditions, Grant } from "./grant.ts";

export type Statement = {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Conditions;
};
/** A policy as IAM takes it. */
export type PolicyDocument = { Version: "2012-10-17"; Statement: Statement[] };

/** One policy of all of these, whatever its size. */
export const policyDocument = (grants: Grant[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: grants.map(statement),
});

const statement = ({ sid, actions, resources, conditions }: Grant): Statement => ({
  Sid: sid,
  Effect: "Allow",
  Action: actions,
  Resource: resources,
  ...(conditions && { Condition: conditions }),
});
