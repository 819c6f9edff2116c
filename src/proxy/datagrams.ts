/**
 * UDP sockets of the proxy: one kind that is answered, one kind where datagrams end. They know no protocol, and nothing of
 * what is asked: the listener, their owner, does.
 */

/** Sends a datagram back to where the one at hand came from. */
export type DatagramReply = (bytes: Uint8Array) => void;

export interface DatagramSocket {
  readonly port: number;
  readonly close: () => void;
}

/** Hands over each datagram, to be kept as one likes, with a way to reply. */
export const openResolver = async (
  hostname: string,
  ask: (bytes: Uint8Array, address: string, port: number, reply: DatagramReply) => void,
): Promise<DatagramSocket> =>
  open(hostname, (socket, bytes, port, address) => {
    // A datagram that the kernel does not take is lost, as it might be on any network; whoever asked asks again.
    ask(Uint8Array.prototype.slice.call(bytes), address, port, (answer) => void socket.send(answer, port, address));
  });

/** Tells where each datagram came from, and lets it end there. */
export const openSink = async (
  hostname: string,
  arrived: (address: string, port: number) => void,
): Promise<DatagramSocket> => open(hostname, (_socket, _bytes, port, address) => arrived(address, port));

const open = async (
  hostname: string,
  data: (socket: Bun.udp.Socket<"buffer">, bytes: Buffer, port: number, address: string) => void,
): Promise<DatagramSocket> => {
  // An unreachable asker (it closed its socket) is reported on ours; that is no failure of ours.
  const socket = await Bun.udpSocket({ hostname, port: 0, socket: { data, error: () => {} } });
  return { port: socket.port, close: () => socket.close() };
};
