// Receives events with the websocket client of the npm package `binance` from the mock exchange: its URL is the argument.

import { strict as assert } from "node:assert";
import { createRequire } from "node:module";

const { WebsocketClient } = createRequire(`${process.cwd()}/`)("binance");
const [url] = process.argv.slice(2);

const silent = Object.fromEntries(["trace", "info", "error"].map((level) => [level, () => {}]));
const client = new WebsocketClient({ wsUrl: url.replace("http", "ws"), beautify: true }, silent);

const receive = (topic, wsKey, symbol) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no event of ${topic}`)), 30_000);
    client.on("formattedMessage", (event) => {
      if (event.eventType === "markPriceUpdate" && event.symbol === symbol) {
        clearTimeout(timer);
        resolve(event);
      }
    });
    client.subscribe([topic], wsKey);
  });

const events = [
  await receive("btcusdt@markPrice@1s", "usdmMarket", "BTCUSDT"),
  await receive("btcusd_perp@markPrice@1s", "coinm", "BTCUSD_PERP"),
];
for (const event of events) {
  assert(event.markPrice > 0, "the mark price is a number");
}
client.closeAll(true);
console.log("npm binance WebsocketClient: typed events of both products");
process.exit(0);
