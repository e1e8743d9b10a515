declare module "dynalite" {
  export default function (options?: object): import("node:http").Server;
}
