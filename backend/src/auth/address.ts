import { BlockList, isIP, isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";

const family = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");
const plain = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/i, "");

/** Addresses and CIDR ranges; throws on what is neither. */
export function proxyList(entries: string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    if (!isIP(address)) throw new Error(`settings: TRUSTED_PROXIES: ${entry} is neither an address nor a range`);
    if (bits === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(bits), family(address));
  }
  return list;
}

/** The nearest address that is no trusted proxy: what stands further left in X-Forwarded-For is the sender's own claim. */
export function clientAddress(request: FastifyRequest, proxies: BlockList): string {
  let address = plain(request.socket.remoteAddress ?? "127.0.0.1");
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",").reverse();
  for (const claim of forwarded) {
    const next = plain(claim);
    if (!isIP(next) || !proxies.check(address, family(address))) return address;
    address = next;
  }
  return address;
}

/** An IPv6 customer has a /64, so that is what is counted. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const left = head ? head.split(":") : [];
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => "0");
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(":")}::/64`;
}
