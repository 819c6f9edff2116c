import { expect, test } from "bun:test";
import { valuesIn } from "../../../src/core/secrets/known-values.ts";

test("values by their names, from the environment and from lines of settings", () => {
  const found = valuesIn([
    "DB_PASSWORD=one=two",
    'API_KEY="quoted"',
    '  "clientSecret": "three",',
    "name: ann",
    "DATABASE_URL=postgres://app:p%40ss@db/shop",
    "DB_PASSWORD=later",
    "PWD=/home/ann",
    "SECRET_PATH_TOKEN=/run/secrets/token",
    "./app --serve",
  ]);
  expect([...found.values()].map(({ source, value, isSecret }) => [source, value, isSecret])).toEqual([
    ["DB_PASSWORD", "one=two", true],
    ["API_KEY", "quoted", true],
    ["clientSecret", "three", true],
    ["name", "ann", false],
    ["DATABASE_URL", "postgres://app:p%40ss@db/shop", false],
    ["DATABASE_URL#password", "p@ss", true],
    ["PWD", "/home/ann", false],
    ["SECRET_PATH_TOKEN", "/run/secrets/token", false],
  ]);
});
