/**
 * The programs of `bpf/`, and which of them each mode loads. All are of types that every kernel from 5.15 loads, so all
 * that a mode loads are needed; a kernel that refuses one is named with it.
 */

/** `tap`: recording by listening. `record`: that, with the proxy where it may be TLS. `redirect`: replay. */
export type Mode = "tap" | "record" | "redirect";

/** A program's name in the object, the hook it hangs on, and what it is for. */
export interface Program {
  readonly name: string;
  readonly hook: string;
  readonly purpose: string;
  readonly modes: readonly Mode[];
}

const all: readonly Mode[] = ["tap", "record", "redirect"];
const tap: readonly Mode[] = ["tap", "record"];
const streams: readonly Mode[] = ["record", "redirect"];
const datagrams: readonly Mode[] = ["redirect"];

/** Every program, in the order in which they are attached: who tells comes before who acts. */
export const programs: readonly Program[] = [
  { name: "reprise_watch", hook: "sockops", purpose: "sees when the app listens", modes: all },
  { name: "reprise_tap_in", hook: "cgroup_skb/ingress", purpose: "copies what the app receives", modes: tap },
  { name: "reprise_tap_out", hook: "cgroup_skb/egress", purpose: "copies what the app sends", modes: tap },
  { name: "reprise_syn", hook: "sockops", purpose: "tells the proxy whose connection comes", modes: streams },
  {
    name: "reprise_datagram",
    hook: "cgroup_skb/egress",
    purpose: "tells the proxy whose datagram comes",
    modes: datagrams,
  },
  {
    name: "reprise_getpeername4",
    hook: "cgroup/getpeername4",
    purpose: "shows the app its real peer",
    modes: streams,
  },
  {
    name: "reprise_getpeername6",
    hook: "cgroup/getpeername6",
    purpose: "shows the app its real peer",
    modes: streams,
  },
  { name: "reprise_recvmsg4", hook: "cgroup/recvmsg4", purpose: "shows the app who answered", modes: datagrams },
  { name: "reprise_recvmsg6", hook: "cgroup/recvmsg6", purpose: "shows the app who answered", modes: datagrams },
  { name: "reprise_connect4", hook: "cgroup/connect4", purpose: "redirects connections", modes: streams },
  { name: "reprise_connect6", hook: "cgroup/connect6", purpose: "redirects connections", modes: streams },
  { name: "reprise_sendmsg4", hook: "cgroup/sendmsg4", purpose: "redirects datagrams", modes: datagrams },
  { name: "reprise_sendmsg6", hook: "cgroup/sendmsg6", purpose: "redirects datagrams", modes: datagrams },
];

/** Maps that not every mode's programs use, and the modes that do; in the others they are not created. */
export const mapModes: Readonly<Record<string, readonly Mode[]>> = {
  tap_ring: tap,
  tap_drops: tap,
  own_flows: tap,
  origins: streams,
  clients: streams,
  own_addresses: streams,
  pass_through: streams,
  clear_destinations: streams,
  unheard: streams,
};
