import { expect, test } from "bun:test";
import { classOfName } from "../../../src/core/secrets/names.ts";

test("names of secrets are known in every spelling", () => {
  const names = "password passwd pwd DB_PASSWORD dbPassword db-password X-Api-Key apiKey client_secret clientSecret accessToken access_token refreshToken token csrf_token XSRF-TOKEN privateKey private_key_pem secretAccessKey session_id sessionId sessionToken jwt signing_key webhookSecret connectionString passphrase requirepass user[password] password_hash api_token".split(" "); // prettier-ignore
  expect(names.filter((name) => classOfName(name) !== "secret")).toEqual([]);
  expect(["Authorization", "proxy-authorization", "cookie", "Set-Cookie"].map(classOfName)).toEqual([
    "authorization",
    "authorization",
    "cookie",
    "setCookie",
  ]);
  expect(["otp", "cvv", "pinCode", "user_pin"].map(classOfName)).toEqual(["digits", "digits", "digits", "digits"]);
});

test("names that speak about a secret, ids, hashes and pages are none", () => {
  const names = "id user_id order_id uuid etag ETag sha sha256 checksum hash digest md5 revision token_type tokenType max_tokens total_tokens prompt_tokens usage tokens_used password_changed_at passwordResetRequired password_policy password_min_length has_password token_expires_in secret_name secretArn key keys keyId key_id primary_key foreign_key sort_key partition_key routing_key s3_key idempotency-key public_key next_page_token pageToken continuationToken cursor sync_token author authority authored_by keyboard monkey tokenizer passenger passed compass passport_url sec-websocket-key sec-websocket-accept x-request-id traceparent state code status session_count sessions sig_figs signal".split(" "); // prettier-ignore
  expect(names.filter((name) => classOfName(name) === "secret")).toEqual([]);
});

test("names that leave doubt ask for a value that looks random", () => {
  expect(
    ["signature", "X-Amz-Signature", "sig", "session", "auth", "tokens", "X-Functions-Key"].map(classOfName),
  ).toEqual(Array.from({ length: 7 }, () => "doubtful"));
});
