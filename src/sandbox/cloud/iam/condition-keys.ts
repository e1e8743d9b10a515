/** Every condition key that a call here can say something by, in lower case; a key with a tag's name after the slash ends in one. */
const KEYS = new Set([
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principaltype",
  "aws:userid",
  "aws:requestedregion",
  "aws:resourceaccount",
  "aws:securetransport",
  "aws:requesttag/",
  "aws:resourcetag/",
  "aws:tagkeys",
  "iam:passedtoservice",
  "ecs:cluster",
  "ecs:task-definition",
  "ecs:createaction",
  "ecs:enable-execute-command",
  "ecs:enable-ebs-volumes",
  "ecs:capacity-provider",
  "ecs:resourcetag/",
  "elasticloadbalancing:createaction",
  "elasticloadbalancing:resourcetag/",
  "rds:req-tag/",
  "rds:tagsfromrequest",
  "rds:db-tag/",
  "rds:snapshot-tag/",
  "rds:cluster-tag/",
  "rds:cluster-snapshot-tag/",
  "application-autoscaling:service-namespace",
  "application-autoscaling:scalable-dimension",
  "events:source",
  "events:detail-type",
  "cloudwatch:namespace",
  "kms:viaservice",
  "kms:calleraccount",
  "kms:grantisforawsresource",
]);

export const isKnownKey = (key: string): boolean => KEYS.has(key.toLowerCase().replace(/\/.*$/s, "/"));

/** The ones that a call gives several values for, which IAM compares with ForAllValues and ForAnyValue. */
const MULTIVALUED = new Set(["aws:tagkeys", "dynamodb:leadingkeys", "dynamodb:attributes"]);

export const isMultivalued = (key: string): boolean => MULTIVALUED.has(key.toLowerCase());
