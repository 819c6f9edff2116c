/**
 * In which fields two requests differ, as far as they count for matching: `method`, `host`, `path`, `query.page`,
 * `header.Content-Type`, `body.user.id`. Empty exactly if their keys are equal (key.ts).
 */
import type { Difference } from "../../core/diff.ts";
import { diffJson } from "../../core/json-diff.ts";
import { canonicalBody, formBody, jsonBody, multipartBody, plainBody } from "./canonical-body.ts";
import { mediaType } from "./headers.ts";
import { addressOf, keyOf } from "./key.ts";
import { diffOpaque } from "./opaque-diff.ts";
import { diffPairs } from "./pairs-diff.ts";
import type { HttpRequest } from "./spec.ts";

const changed = (path: string, expected: unknown, actual: unknown): Difference[] =>
  expected === actual ? [] : [{ path, expected, actual, change: "changed" }];

const diffBodies = (recorded: HttpRequest, asked: HttpRequest): Difference[] => {
  if (canonicalBody(recorded) === canonicalBody(asked)) return [];
  const [leftJson, rightJson] = [jsonBody(recorded), jsonBody(asked)];
  if (leftJson !== undefined && rightJson !== undefined) return diffJson("body", leftJson, rightJson);
  const [leftForm, rightForm] = [formBody(recorded), formBody(asked)];
  if (leftForm !== undefined && rightForm !== undefined) return diffPairs("body", leftForm, rightForm);
  const [leftParts, rightParts] = [multipartBody(recorded), multipartBody(asked)];
  if (leftParts !== undefined && rightParts !== undefined) {
    return diffOpaque("body", Buffer.from(leftParts, "latin1"), Buffer.from(rightParts, "latin1"));
  }
  return diffOpaque("body", plainBody(recorded), plainBody(asked));
};

const diffTypes = (recorded: HttpRequest, asked: HttpRequest): Difference[] =>
  recorded.body.length === 0 || asked.body.length === 0
    ? []
    : changed("header.Content-Type", mediaType(recorded.headers), mediaType(asked.headers));

/** Every field in which `asked` is not the recorded request. */
export const requestDifferences = (recorded: HttpRequest, asked: HttpRequest): Difference[] => {
  if (keyOf(recorded).text === keyOf(asked).text) return [];
  const [left, right] = [addressOf(recorded), addressOf(asked)];
  const differences = [
    ...changed("method", recorded.method, asked.method),
    ...changed("host", left.host, right.host),
    ...changed("path", left.path, right.path),
    ...diffPairs("query", left.query, right.query),
    ...diffTypes(recorded, asked),
    ...diffBodies(recorded, asked),
  ];
  // Keys that differ in nothing that has a name: an odd spelling somewhere in the request.
  return differences.length > 0
    ? differences
    : [{ path: "request", expected: recorded.target, actual: asked.target, change: "changed" }];
};
