/** Where two event streams differ: event by event, their data by structure where it is JSON. */
import type { Difference } from "../../core/diff.ts";
import { diffJson } from "../../core/json-diff.ts";
import { looksLikeJson, parseJson } from "../../core/json.ts";
import { parseEvents, type StreamEvent } from "./event-stream.ts";

const plain = (event: StreamEvent): unknown =>
  Object.fromEntries([...event].map(([name, value]) => [name === "" ? "comment" : name, value]));

const diffField = (path: string, expected: string, actual: string): Difference[] => {
  if (expected === actual) return [];
  const [left, right] = [expected, actual].map((text) => (looksLikeJson(text) ? parseJson(text) : undefined));
  if (left !== undefined && right !== undefined) return diffJson(path, left, right);
  return [{ path, expected, actual, change: "changed" }];
};

const diffEvent = (path: string, expected: StreamEvent, actual: StreamEvent): Difference[] =>
  [...new Set([...expected.keys(), ...actual.keys()])].flatMap((name): Difference[] => {
    const at = `${path}.${name === "" ? "comment" : name}`;
    const [before, after] = [expected.get(name), actual.get(name)];
    if (before === undefined) return [{ path: at, actual: after, change: "added" }];
    if (after === undefined) return [{ path: at, expected: before, change: "missing" }];
    return diffField(at, before, after);
  });

/** `body[2].data.id` for the id in the data of the third event. */
export const diffEvents = (path: string, expected: string, actual: string): Difference[] => {
  const [left, right] = [parseEvents(expected), parseEvents(actual)];
  return Array.from({ length: Math.max(left.length, right.length) }, (_unused, index): Difference[] => {
    const at = `${path}[${index}]`;
    const [before, after] = [left[index], right[index]];
    if (!before) return after ? [{ path: at, actual: plain(after), change: "added" }] : [];
    if (!after) return [{ path: at, expected: plain(before), change: "missing" }];
    return diffEvent(at, before, after);
  }).flat();
};
