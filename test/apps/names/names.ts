/**
 * A name server for `*.shop.test` and the one web server behind all of those names, which tells by which it was asked.
 * To be run in a network namespace: it takes port 53 of 127.0.0.1.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import * as packet from "dns-packet";

const names = createSocket("udp4", (query, { port, address }) => {
  const { id, questions = [] } = packet.decode(query);
  const [question] = questions;
  const isKnown = question?.name.endsWith(".shop.test") ?? false;
  const answers =
    isKnown && question?.type === "A" ? [{ type: "A", name: question.name, ttl: 60, data: "127.0.0.1" }] : [];
  const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | (isKnown ? 0 : 3);
  names.send(packet.encode({ type: "response", id, flags, questions, answers } as packet.Packet), port, address);
});

let asked = 0;
const web = createServer(({ headers }, response) => void response.end(`${headers.host} asked ${asked++}`));

names.bind(53, "127.0.0.1", () => {
  web.listen(9001, "127.0.0.1", () => console.log("names are up"));
});
