import { expect, test } from "bun:test";
import { summaryOf, titleOf } from "../../../src/protocols/http1/title.ts";
import { written } from "./example.ts";

const title = (method: string, path: string): string => titleOf(written({ method, url: `http://h${path}` }).request);

test("titles name the path, identifiers as by-id", () => {
  expect(title("GET", "/users/7?x=1")).toBe("get-users-by-id");
  expect(title("POST", "/")).toBe("post-root");
  expect(title("DELETE", "/a/123e4567-e89b-12d3-a456-426614174000/B_c%20d")).toBe("delete-a-by-id-b-c-d");
  expect(title("GET", "/files/0123456789abcdef")).toBe("get-files-by-id");
});

test("long titles end at a dash, within 40 characters", () => {
  const long = title("GET", "/organisations/members/permissions/history/of/changes");
  expect(long).toBe("get-organisations-members-permissions");
  expect(title("GET", `/${"x".repeat(60)}`)).toBe("get");
  expect(title("M-SEARCH", `/${"x".repeat(60)}`).length).toBeLessThanOrEqual(40);
});

test("the summary is one line", () => {
  expect(summaryOf(written({ method: "GET", url: "http://h/users/7?x=1" }, { status_code: 404 }))).toBe(
    "GET /users/7?x=1 -> 404",
  );
});
