/** Server-sent events: a body of `text/event-stream` as a list of events, for comparing and for other tools' files. */
import { layJson } from "../../core/json-layout.ts";

/** The fields of one event, `data` lines joined; comments are kept under an empty name. */
export type StreamEvent = ReadonlyMap<string, string>;

/** Every event of the text; a last one without its empty line counts too. */
export const parseEvents = (text: string): StreamEvent[] => {
  const events: Map<string, string>[] = [];
  let event = new Map<string, string>();
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/)) {
    if (line === "") {
      if (event.size > 0) events.push(event);
      event = new Map();
      continue;
    }
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    const held = event.get(name);
    event.set(name, held === undefined ? value : `${held}\n${value}`);
  }
  if (event.size > 0) events.push(event);
  return events;
};

/** One event as it goes over the wire, its empty line included. */
export const printEvent = (event: StreamEvent): string => {
  let text = "";
  for (const [name, value] of event)
    for (const line of value.split("\n")) text += name === "" ? `: ${line}\n` : `${name}: ${line}\n`;
  return `${text}\n`;
};

/** One line of newline-delimited JSON, whatever layout a file gives it. */
export const printJsonLine = (text: string): string => `${layJson(text, "compact") ?? text.replace(/\n+$/, "")}\n`;
