import { createRealContainers } from "../../src/sandbox/substrate/real/containers.ts";

// Starts one container, prints its process id and stays, until it is killed.
const containers = createRealContainers();
const container = await containers.start({
  taskArn: "arn:aws:ecs:eu-central-1:111122223333:task/main/one",
  taskId: "one",
  name: "app",
  image: {
    reference: "app:1",
    digest: "sha256:0",
    program: { command: [process.execPath, "-e", "console.log(process.pid); setInterval(() => {}, 1000)"] },
  },
  environment: {},
  address: containers.allocateAddress("one"),
  containerPorts: [],
});
const look = setInterval(() => {
  const [pid] = container.lines();
  if (!pid) return;
  clearInterval(look);
  console.log(pid);
}, 20);
