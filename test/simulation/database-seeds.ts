import { OLD_IMAGE } from "./noticeboard-cloud.ts";

/** Seeds that give the noticeboard another database. `url` is what its containers are told. */
export const onDatabase = (
  databases: string,
  { name, url, configured }: { name: string; url?: string; configured: string },
) => `
databases:
  noticeboard-db: null
${databases}
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: ${OLD_IMAGE}
        port: 3000
        environment: { DATABASE_URL: "${url ?? `{database.${name}.url}`}" }
intermission:
  targets:
    noticeboard:
      database: ${configured}
`;

/** The noticeboard on an Aurora cluster with a writer and a reader. */
export const onAurora = (more = "") =>
  onDatabase(
    `  noticeboard-aurora: { kind: aurora, members: { noticeboard-1: {}, noticeboard-2: { promotionTier: 2 } }${more} }`,
    { name: "noticeboard-aurora", configured: "{ instance: null, cluster: noticeboard-aurora }" },
  );

export const onMultiAzCluster = onDatabase("  noticeboard-maz: { kind: multi-az-cluster }", {
  name: "noticeboard-maz",
  configured: "{ instance: null, cluster: noticeboard-maz }",
});
