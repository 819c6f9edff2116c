import { expect, test } from "bun:test";
import { escapeHtml, markup, trusted } from "../../src/report/markup.ts";

test("every value is text unless it is markup", () => {
  expect(
    markup`<p title="${`"><script>`}">${"<b>"}${markup`<i>${1}</i>`}${[trusted("<hr>"), markup`x`]}${null}</p>`.text,
  ).toBe('<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;<i>1</i><hr>x</p>');
});

test("control characters are shown, line breaks kept", () => {
  expect(escapeHtml("a\u0000\u001B\u007F\n\t'")).toBe("a␀␛␡\n\t&#39;");
});
