/** Where the kernel sends the app's connections and datagrams. A type alone: the proxy listens there, capture/ redirects. */

/** Ports on 127.0.0.1 and ::1. Those for IPv6 are 0 on a machine without it, those for datagrams where they are let through. */
export interface ProxyPorts {
  readonly port4: number;
  readonly port6: number;
  readonly dnsPort4: number;
  readonly dnsPort6: number;
  /** Without a sink, datagrams are refused. */
  readonly sinkPort4: number;
  readonly sinkPort6: number;
}
