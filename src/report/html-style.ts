/** The style of the page: light and dark by the reader's setting, one column on a phone, no font or image from elsewhere. */
export const style = `
:root{color-scheme:light dark;
--paper:#faf9f6;--card:#fff;--ink:#1f1d1a;--soft:#6b665e;--line:#e5e1d9;--shade:#f2efe9;
--good:#14784a;--good-bg:#e3f4ea;--bad:#bd2b26;--bad-bg:#fdeae7;--warn:#8a5a00;--warn-bg:#fbf0d6;--focus:#2f6fdb}
@media(prefers-color-scheme:dark){:root{
--paper:#131417;--card:#1b1d21;--ink:#e9e7e2;--soft:#9c988f;--line:#2d3036;--shade:#22252a;
--good:#5ed39a;--good-bg:#14322460;--bad:#ff8a7f;--bad-bg:#45191860;--warn:#ecb94f;--warn-bg:#40300b60;--focus:#7fb0ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
code,pre,.what,.asked{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,monospace;font-size:13px}
main,header>div,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding:32px 0 0}
header>div{display:grid;gap:18px}
.head{display:flex;align-items:center;gap:16px;flex-wrap:wrap}
.verdict{display:inline-flex;align-items:center;gap:10px;font-size:26px;font-weight:650;letter-spacing:-.02em;margin:0}
.verdict b{display:grid;place-items:center;width:38px;height:38px;border-radius:50%;color:var(--paper);font-size:20px}
.passed .verdict b{background:var(--good)}.failed .verdict b,.error .verdict b{background:var(--bad)}
.run{color:var(--soft);margin-left:auto;text-align:right;font-size:13px}
.run code{color:var(--ink);overflow-wrap:anywhere}
.bar{display:flex;gap:3px;height:10px}
.bar i{border-radius:5px;min-width:6px}
.bar .passed{background:var(--good)}.bar .failed{background:var(--bad)}.bar .skipped{background:var(--soft)}
dl.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(104px,1fr));gap:10px;margin:0}
.numbers div{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:10px 14px}
.numbers dt{color:var(--soft);font-size:12.5px}.numbers dd{margin:0;font-size:22px;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
.numbers .bad dd{color:var(--bad)}.numbers .warn dd{color:var(--warn)}
.controls{position:sticky;top:0;z-index:1;background:var(--paper);border-bottom:1px solid var(--line);margin-top:20px}
.controls>div{max-width:1080px;margin:0 auto;padding:12px 24px;display:flex;gap:10px;flex-wrap:wrap;align-items:center}
input[type=search]{flex:1 1 220px;min-width:0;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:8px 12px}
.chips{display:flex;gap:6px}
button{font:inherit;font-size:13.5px;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:999px;padding:6px 13px;cursor:pointer}
button[aria-pressed=true]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
section{margin:26px 0}
section>h2{display:flex;align-items:baseline;gap:10px;font-size:17px;margin:0 0 10px;letter-spacing:-.01em}
section>h2 small{font-weight:400;color:var(--soft);font-size:13.5px}
.note,.broken{border-radius:10px;padding:9px 14px;margin:0 0 10px;background:var(--warn-bg);color:var(--warn)}
.broken{background:var(--bad-bg);color:var(--bad)}
.tests{background:var(--card);border:1px solid var(--line);border-radius:14px;overflow:hidden}
.test{border-top:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 44px;scroll-margin-top:64px}
.test:first-child{border-top:0}
.test:target{box-shadow:inset 3px 0 var(--focus)}
summary{display:grid;grid-template-columns:22px minmax(0,1.1fr) minmax(0,1.3fr) minmax(0,210px) 70px;gap:10px;align-items:center;padding:10px 16px;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary:hover{background:var(--shade)}
.name{font-weight:550;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.what{color:var(--soft);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.time{color:var(--soft);text-align:right;font-size:13px;font-variant-numeric:tabular-nums}
.mark{font-weight:700;text-align:center}.passed>summary .mark{color:var(--good)}.failed>summary .mark{color:var(--bad)}.skipped>summary .mark{color:var(--soft)}
.tags{display:flex;gap:6px;flex-wrap:wrap;justify-content:flex-end}
.tag{font-size:12px;line-height:1.5;padding:1px 8px;border-radius:999px;background:var(--shade);color:var(--soft);white-space:nowrap}
.tag.good{background:var(--good-bg);color:var(--good)}.tag.bad{background:var(--bad-bg);color:var(--bad)}.tag.warn{background:var(--warn-bg);color:var(--warn)}
.inside{padding:2px 16px 18px 48px}
.inside h4{margin:16px 0 6px;font-size:12px;font-weight:600;letter-spacing:.04em;text-transform:uppercase;color:var(--soft)}
.inside ul{list-style:none;margin:0;padding:0;display:grid;gap:8px}
.reason{margin:10px 0 0;color:var(--bad)}
.path{display:flex;gap:8px;align-items:center;flex-wrap:wrap;margin-bottom:4px}.path code{font-weight:600;overflow-wrap:anywhere}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:8px}
.side{border-radius:10px;padding:7px 12px;min-width:0}
.side span{font-size:11.5px;opacity:.85}
.expected{background:var(--good-bg)}.expected span{color:var(--good)}.actual{background:var(--bad-bg)}.actual span{color:var(--bad)}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;max-height:340px;overflow-y:auto}
mark{background:none;color:inherit;font-weight:700;border-bottom:2px solid currentColor}.expected mark{color:var(--good)}.actual mark{color:var(--bad)}
.miss{border:1px solid var(--line);border-left:3px solid var(--bad);border-radius:10px;padding:9px 12px}
.near{margin:6px 0 0;color:var(--soft)}.inside .fields{gap:2px;margin-top:2px;padding-left:14px}.fields code{overflow-wrap:anywhere}
.inside .mocks{gap:3px}.mock{display:flex;gap:8px;align-items:baseline;min-width:0}
.asked{color:var(--soft);overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}
.mock code{white-space:nowrap}
.advice li{padding-left:14px;position:relative}.advice li:before{content:"›";position:absolute;left:0;color:var(--soft)}
.none{color:var(--soft);padding:28px;text-align:center}
footer{color:var(--soft);font-size:13px;padding-top:8px;padding-bottom:40px}
[hidden]{display:none!important}
@media(max-width:700px){
main,header>div,footer,.controls>div{padding-left:14px;padding-right:14px}
.run{margin-left:0;text-align:left}
dl.numbers{grid-template-columns:repeat(3,1fr);gap:8px}.numbers div{padding:8px 10px}.numbers dd{font-size:19px}
summary{grid-template-columns:20px minmax(0,1fr) auto;padding:10px 12px;gap:2px 8px}
.what{grid-column:2/4;grid-row:2}.tags{grid-column:2/4;grid-row:3;justify-content:flex-start}.time{grid-row:1;grid-column:3}
.name{white-space:normal;overflow-wrap:anywhere}.inside{padding:0 12px 14px}.sides{grid-template-columns:1fr}
.mock{flex-wrap:wrap}.asked{flex-basis:100%}}
@media print{.controls{display:none}.test{content-visibility:visible}}
`;
