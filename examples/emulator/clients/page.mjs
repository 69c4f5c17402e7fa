// Tries the page of the control side in Debian's Chromium, as a person does: looks at
// requests and at what stands, and presses each button. The first argument is the URL of
// the page, the second the first line of the emulator. It leaves screenshots in the
// folder that SCREENSHOTS names.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AWS from "aws-sdk";
import RPC from "@alicloud/pop-core";
import { chromium } from "playwright-core";

const [url, line] = process.argv.slice(2);
const ready = JSON.parse(line);
const key = { accessKeyId: ready.access_key_id, accessKeySecret: ready.access_key_secret };
const efs = new AWS.EFS({ endpoint: ready.efs, region: ready.aws_region, accessKeyId: key.accessKeyId, secretAccessKey: key.accessKeySecret, maxRetries: 0 });
const createFile = (token) => efs.createAccessPoint({ ClientToken: token, FileSystemId: ready.seed_data.efs.file_system }).promise();
const listFiles = () => efs.describeAccessPoints({}).promise();
const link = new RPC({ endpoint: ready.privatelink, apiVersion: "2020-04-15", ...key });
const kms = new RPC({ endpoint: ready.kms, apiVersion: "2016-01-20", ...key });

const profile = mkdtempSync(join(tmpdir(), "chromium-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium",
  viewport: { width: 1280, height: 800 },
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const page = await browser.newPage();
  page.on("dialog", (dialog) => dialog.accept());
  const problems = [];
  page.on("pageerror", (e) => problems.push(e.message));
  page.on("console", (m) => m.type() === "error" && !m.location().url.endsWith("favicon.ico") && !m.text().includes("400 (Bad Request)") && problems.push(m.text()));
  await page.goto(url);

  const requests = page.locator("#requests"), stands = page.locator("#state"), said = page.locator("#said");
  const press = async (form, fields, answer) => {
    const at = page.locator(`form[data-to=${form}]`);
    for (const [name, value] of Object.entries(fields)) {
      const field = at.locator(`[name=${name}]`);
      if ((await field.evaluate((f) => f.tagName)) === "SELECT") await field.selectOption(value);
      else await field.fill(value);
    }
    await at.locator("button").click();
    await said.filter({ hasText: answer ?? `${form}: done` }).waitFor();
  };
  const row = (table, ...texts) => texts.reduce((rows, text) => rows.filter({ hasText: text }), table.locator("tr")).first();

  // Requests come, and what they make stands.
  await requests.getByText("None yet.").waitFor();
  await page.locator("#where", { hasText: ready.privatelink }).waitFor();
  await row(stands, "oss", "examplebucket").waitFor({ state: "detached" });
  const { AccessPointId } = await createFile("one");
  await row(requests, "efs", "CreateAccessPoint", "200").waitFor();
  await row(stands, "access point", AccessPointId, "available").waitFor();
  await row(requests, "CreateAccessPoint").click();
  await requests.getByText("FileSystemId = fs-0123456789abcdef8").waitFor();
  await row(requests, "CreateAccessPoint").click();
  await requests.getByText("FileSystemId = fs-0123456789abcdef8").waitFor({ state: "detached" });

  // The operations of the chosen service are offered.
  await page.locator("form[data-to=inject] [name=service]").selectOption("privatelink");
  await page.locator("form[data-to=inject] [name=operation]").focus();
  assert.ok((await page.locator("#operations option").evaluateAll((all) => all.map((o) => o.value))).includes("CreateVpcEndpoint"));

  // Each button, and what it leads to.
  await press("inject", { service: "efs", operation: "CreateAccessPoint", fault: "ServerError" });
  await assert.rejects(createFile("two"), { code: "InternalServerError" });
  await row(requests, "CreateAccessPoint", "500").waitFor();
  await press("inject", { service: "efs", operation: "CreateAccessPoints" }, "no operation");
  assert.equal(await said.getAttribute("class"), "bad");
  await press("fail", { service: "efs", operation: "CreateAccessPoint", code: "AccessPointLimitExceeded" });
  await assert.rejects(createFile("three"), { code: "AccessPointLimitExceeded", statusCode: 403 });
  await row(requests, "AccessPointLimitExceeded", "403").waitFor();
  await press("disturb", { service: "kms", faults: "1", lag: "1s" });
  await assert.rejects(kms.request("ListNetworkRules", {}));
  await press("disturb", { service: "kms", faults: "0", lag: "0s" });
  await kms.request("ListNetworkRules", {});
  await press("disturb", { lag: "soon" }, "invalid duration");
  await press("throttle", { service: "efs", per_second: "0.001" });
  let taken = 0;
  await assert.rejects(async () => { for (; ; taken++) await listFiles(); }, { code: "ThrottlingException" });
  assert.equal(taken, 20);
  await row(requests, "ThrottlingException").waitFor();
  await press("throttle", { service: "", per_second: "0" });
  await listFiles();
  await press("seed", { kind: "nas.file_systems", id: "31a8e4mine" });
  await row(stands, "nas", "file system", "31a8e4mine").waitFor();
  const { EndpointId } = await link.request("CreateVpcEndpoint", {
    RegionId: ready.region, ServiceId: ready.seed_data.privatelink.service, VpcId: ready.seed_data.privatelink.vpc, "SecurityGroupId.1": ready.seed_data.privatelink.security_group,
  }, { method: "POST" });
  await row(stands, EndpointId, "Disconnected").getByRole("button", { name: "Accept" }).click();
  await said.filter({ hasText: "accept: done" }).waitFor();
  await row(stands, EndpointId, "Connected").waitFor();
  await row(stands, EndpointId, "Disconnected").waitFor({ state: "detached" });

  // It fits windows of all sizes: nothing is cut at the side, and no button is out of reach.
  for (const [name, width, colorScheme] of [["light", 1280, "light"], ["dark", 1280, "dark"], ["narrow", 390, "light"]]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await page.evaluate(() => [document.documentElement, ...document.querySelectorAll(".scroll")].filter((e) => e.scrollWidth > e.clientWidth).map((e) => `${e.className} ${e.scrollWidth} > ${e.clientWidth}`)), [], name);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, name + ".png") });
  }

  await page.getByRole("button", { name: "Reset all" }).click();
  await said.filter({ hasText: "reset: done" }).waitFor();
  await row(stands, AccessPointId).waitFor({ state: "detached" });
  await row(stands, "31a8e4mine").waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
  console.log("the page works");
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
