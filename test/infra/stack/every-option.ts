/** A deployment with everything that can be asked for beside the example. */
export const everyOption = {
  name: "maintenance",
  github: { issuer: "https://github.example.com/_services/token", audience: "windows", jwtAuthorizer: true },
  network: {
    vpc: "vpc-0a1b2c3d",
    subnets: ["subnet-0a1b2c3d", "subnet-1b2c3d4e"],
    availabilityZones: ["eu-central-1a", "eu-central-1b"],
    securityGroups: ["sg-0a1b2c3d", "sg-1b2c3d4e"],
    endpoints: true,
  },
  encryption: { key: "arn:aws:kms:eu-central-1:111122223333:key/0f6c3d5e-0001-4000-8000-000000000001" },
  permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
  logRetentionDays: 90,
  throttle: { requestsPerSecond: 5, burst: 7 },
  windowsAtOnce: 25,
  notify: { emails: ["a@example.com", "b@example.com"] },
  alarms: { longestWindow: "30m", longestWait: "10m" },
  tags: { team: "night" },
};
