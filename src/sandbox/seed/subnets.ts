/** In two zones, as a load balancer needs them. */
export const SUBNETS = ["subnet-0a0a0a0a0a0a0a0a0", "subnet-0b0b0b0b0b0b0b0b0"];
