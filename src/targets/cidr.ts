/** A CIDR block as load balancers answer it: its first address, in its shortest form. Takes only what is a CIDR block. */
export function networkOf(cidr: string): string {
  const [address = "", prefix = ""] = cidr.split("/");
  const isV6 = address.includes(":");
  const bits = isV6 ? 128 : 32;
  const number = isV6 ? fromV6(address) : fromV4(address);
  const host = BigInt(bits - Number(prefix));
  const first = (number >> host) << host;
  return `${isV6 ? toV6(first) : toV4(first)}/${Number(prefix)}`;
}

const fromV4 = (address: string): bigint => address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
const toV4 = (number: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 0xffn).join(".");

/** A URL writes an IPv6 address in its shortest form, with an IPv4 address at its end in groups too. */
const shortest = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

function fromV6(address: string): bigint {
  const [before = "", after = ""] = shortest(address).split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [head, tail] = [groups(before), groups(after)];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

const toV6 = (number: bigint): string =>
  shortest(
    Array.from({ length: 8 }, (_, index) => ((number >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(":"),
  );
