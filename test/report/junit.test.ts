import { expect, test } from "bun:test";
import { escapeXml, printJunit } from "../../src/report/junit.ts";
import { sampleRun } from "../support/sample-run.ts";

test("what XML cannot hold is spelt, the rest escaped", () => {
  expect(escapeXml("a\u0000\u001B[1m<&>\"'\ud800 ]]> \u{1F600}\n")).toBe(
    "a\\x00\\x1b[1m&lt;&amp;&gt;&quot;&apos;\\ud800 ]]&gt; \u{1F600}\n",
  );
});

test("the document is well-formed and in the shape that Jenkins and GitLab read", () => {
  const xml = printJunit(sampleRun);
  const seen: string[] = [];
  const rewriter = new HTMLRewriter().on("*", {
    element: (element) => {
      const attributes = Object.fromEntries(element.attributes);
      const { message: _message, ...rest } = attributes as Record<string, string>;
      seen.push(`${element.tagName} ${JSON.stringify(rest)}`);
    },
  });
  rewriter.transform(xml.replaceAll(/<(\w+)([^<>]*)\/>/g, "<$1$2></$1>"));
  const shape = `testsuites {"name":"test-run-3","tests":"6","failures":"3","errors":"1","skipped":"1","time":"3.000"}
testsuite {"name":"test-set-0","tests":"5","failures":"3","errors":"0","skipped":"1","time":"1.500","timestamp":"2026-01-02T03:04:05"}
testcase {"classname":"test-set-0","name":"get-users-1","time":"0.002"}
testcase {"classname":"test-set-0","name":"get-users-by-id-1","time":"0.002"}
failure {"type":"difference"}
testcase {"classname":"test-set-0","name":"post-orders-1","time":"1.234"}
failure {"type":"miss"}
testcase {"classname":"test-set-0","name":"get-hostile-1","time":"0.002"}
failure {"type":"difference"}
testcase {"classname":"test-set-0","name":"get-slow-1","time":"0.002"}
skipped {}
system-out {}
testsuite {"name":"test-set-1","tests":"1","failures":"0","errors":"1","skipped":"0","time":"1.000","timestamp":"2026-01-02T03:04:07"}
testcase {"classname":"test-set-1","name":"the run","time":"0.000"}
error {"type":"error"}`;
  expect(seen.join("\n")).toBe(shape);
});

test("a strict parser takes it, and reads each failure's words", async () => {
  const program =
    "import sys,xml.dom.minidom as m;d=m.parse(sys.stdin.buffer);print([f.getAttribute('message') for f in d.getElementsByTagName('failure')])";
  const child = Bun.spawn(["python3", "-c", program], { stdin: new Blob([printJunit(sampleRun)]), stderr: "pipe" });
  const [out, complaint] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(complaint).toBe("");
  expect(out).toBe(
    `['body.name: Ann -> Bob', 'missed postgres: SELECT id, name FROM users WHERE id = $1 [8]', 'The app closed the connection \\\\x00 in the middle: ]]> <b>bold</b>']\n`,
  );
});
