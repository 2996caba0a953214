// Starts the binary on a free port and gives its address.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TANDEM = process.env.TANDEM ?? "tandem";

const start = (args) =>
  new Promise((resolve, reject) => {
    const child = spawn(TANDEM, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const listen = (chunk) => {
      said += chunk;
      const at = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (at) resolve({ base: at[0], stop: () => new Promise((done) => { child.once("exit", done); child.kill("SIGTERM"); }) });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", (chunk) => { said += chunk; });
    child.once("exit", (code) => reject(new Error(`${TANDEM} ${args.join(" ")} ended with ${code}:\n${said}`)));
  });

/// The demo company. Test files share one folder where the runner made it; changes made by one are seen by the next.
export const demo = async () => {
  if (process.env.DEMO_DATA) return start(["--data", process.env.DEMO_DATA, "demo", "--bind", "127.0.0.1:0"]);
  const dir = mkdtempSync(join(tmpdir(), "tandem-demo-"));
  const server = await start(["--data", dir, "demo", "--bind", "127.0.0.1:0"]);
  return { ...server, stop: async () => { await server.stop(); rmSync(dir, { recursive: true }); } };
};

/// A server without any data.
export const empty = async () => {
  const dir = mkdtempSync(join(tmpdir(), "tandem-empty-"));
  const server = await start(["--data", dir, "serve", "--bind", "127.0.0.1:0"]);
  return { ...server, stop: async () => { await server.stop(); rmSync(dir, { recursive: true }); } };
};
