// The pages show the API's numbers, and sums tie to the cent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, says } from "./chromium.mjs";
import { demo } from "./server.mjs";

let server, browser, tab;
before(async () => { server = await demo(); browser = await launch(); tab = await open(browser); });
after(async () => { await browser?.close(); await server?.stop(); });

const json = async (path) => (await fetch(server.base + path)).json();
const rows = (page, label) =>
  page.locator(`[aria-label="${label}"] tbody tr`).evaluateAll((all) => all.map((r) => [...r.cells].map((c) => c.innerText.trim())));
const cents = (text) => Math.round(Number(text.replace(/,/g, "").replace("−", "-")) * 100);

test("the finance page shows the ROI table of the API", async () => {
  const roi = await json("/api/v1/roi");
  await tab.page.goto(`${server.base}/finance`);
  const table = await rows(tab.page, "Return by channel");
  const paid = roi.data.filter((c) => c.kind === "paid");
  assert.equal(table.length, paid.length);
  paid.forEach((c, i) => {
    const [name, spend, contribution, roas, value, profitable] = table[i];
    assert.equal(name.toLowerCase().replace(/ /g, "_"), c.channel);
    says(spend, c.spend, `${name} spend`);
    says(contribution, c.contribution.mean, `${name} contribution`);
    says(roas, c.roas.p50, `${name} ROAS`);
    says(value, c.roi.p50, `${name} ROI`);
    says(profitable, c.probability_profitable, `${name} P(ROI > 0)`);
  });
});

test("a wrong number would be noticed", () => {
  assert.throws(() => says("1.3 M EUR (1.1 to 1.6 M EUR)", 1.36e6, "ROI"), /says/);
  says("1.3 M EUR", 1.34e6, "rounded");
});

test("the channels page shows the same returns, and links to each channel", async () => {
  const roi = await json("/api/v1/roi");
  await tab.page.goto(`${server.base}/channels`);
  const table = await rows(tab.page, "All channels");
  roi.data.forEach((c, i) => {
    says(table[i][2], c.spend_share, "share of spend");
    says(table[i][6], c.roi.p50, "ROI");
    says(table[i][7], c.mroi.p50, "mROI");
  });
  await tab.page.getByRole("link", { name: table[0][0] }).click();
  assert.equal(await tab.page.locator("h1").innerText(), table[0][0]);
});

test("tiles show the totals of the API and their change", async () => {
  const { tiles } = await json("/api/v1/overview");
  const won = tiles.find((t) => t.metric === "won_revenue");
  await tab.page.goto(server.base);
  const tile = await tab.page.locator(".tile", { hasText: "Won revenue" }).innerText();
  says(tile.split("\n").find((line) => line.includes("EUR")), won.value, "won revenue");
  const change = tile.match(/([\d.]+)% (up|down)/);
  assert.ok(change, tile);
  const relative = (won.value - won.before) / won.before;
  assert.equal(change[2], relative > 0 ? "up" : "down");
  says(`${change[1]}%`, Math.abs(relative), "change");
});

test("credit of every model and the unattributed rest add up to the total, to the cent", async () => {
  await tab.page.goto(`${server.base}/attribution?model=first&model=last&model=linear&model=w`);
  const label = "Credit by channel and model";
  const body = await rows(tab.page, label);
  const foot = await tab.page.locator(`[aria-label="${label}"] tfoot tr`).evaluateAll((all) => all.map((r) => [...r.cells].map((c) => c.innerText.trim())));
  const won = await json("/api/v1/attribution?model=first");
  for (let model = 1; model <= 4; model += 1) {
    const sum = body.reduce((s, row) => s + cents(row[model]), 0) + cents(foot[0][model]);
    assert.equal(sum, cents(foot[1][model]), `model ${model}`);
    assert.equal(cents(foot[1][model]), Math.round(won.models[0].total.value * 100));
  }
});

test("spend beside credit adds up to the total, and a deal opens touch by touch to the cent", async () => {
  await tab.page.goto(`${server.base}/attribution`);
  const label = "Spend beside credit";
  const body = await rows(tab.page, label);
  const foot = await tab.page.locator(`[aria-label="${label}"] tfoot td`).evaluateAll((all) => all.map((c) => c.innerText.trim()));
  for (const column of [1, 2]) assert.equal(body.reduce((s, row) => s + cents(row[column]), 0), cents(foot[column - 1]), `column ${column}`);
  const won = await json("/api/v1/attribution/journeys?ended=won&limit=5");
  const deal = won.data.find((j) => j.touch_count > 1);
  await tab.page.goto(`${server.base}/attribution/deals/${deal.deal}`);
  const touches = await rows(tab.page, "Touches and what each takes");
  assert.equal(touches.length, deal.touch_count);
  for (let model = 5; model < touches[0].length; model += 1) {
    assert.equal(touches.reduce((s, row) => s + cents(row[model].split(" (")[0]), 0), Math.round(deal.value * 100), `model ${model}`);
  }
});

test("the funnel shows the counts of the API, and its form narrows them", async () => {
  const all = await json("/api/v1/funnel");
  await tab.page.goto(`${server.base}/funnel`);
  const table = await rows(tab.page, "Stage by stage");
  all.data[0].stages.forEach((s, i) => {
    assert.equal(cents(table[i][1]) / 100, s.reached);
    if (s.rate !== null) says(table[i][3], s.rate, s.stage);
  });
  await tab.page.selectOption("#by", "region");
  await tab.page.waitForURL(/by=region/);
  const one = await tab.page.locator("#group option").nth(1).getAttribute("value");
  await tab.page.selectOption("#group", one);
  await tab.page.waitForURL(/group=/);
  const fewer = await rows(tab.page, "Stage by stage");
  assert.ok(cents(fewer[0][1]) < cents(table[0][1]) && cents(fewer[0][1]) > 0);
  const regions = (await json("/api/v1/funnel?by=region")).data;
  assert.equal(cents(fewer[0][1]) / 100, regions.find((r) => (r.group ?? "not known") === one).stages[0].reached);
});

test("won revenue by month adds up to the total of the CRM", async () => {
  await tab.page.goto(`${server.base}/finance`);
  const months = await rows(tab.page, "Won revenue by month");
  const total = await tab.page.locator('[aria-label="Won revenue by month"] tfoot td').nth(2).innerText();
  assert.equal(months.reduce((s, row) => s + cents(row[3]), 0), cents(total));
  assert.ok(months.length >= 30);
});

test("a page that has not changed is not sent again", async () => {
  for (const path of ["/", "/channels", "/funnel"]) {
    const first = await fetch(server.base + path);
    await first.text();
    const again = await fetch(server.base + path, { headers: { "If-None-Match": first.headers.get("etag") } });
    assert.equal(again.status, 304, path);
  }
});

test("another site's page cannot post a form", async () => {
  const answer = await fetch(`${server.base}/model`, { method: "POST", headers: { Origin: "http://evil.example" }, body: "kpi=mql" });
  assert.equal(answer.status, 403);
});
