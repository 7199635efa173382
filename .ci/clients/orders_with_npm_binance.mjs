// Trades with the npm package `binance` on the mock exchange: URL, API key and secret are the arguments.

import { strict as assert } from "node:assert";
import { createRequire } from "node:module";

const { CoinMClient, USDMClient } = createRequire(`${process.cwd()}/`)("binance");
const [url, apiKey, secret] = process.argv.slice(2);

const trade = async (client, symbol, quantity, price) => {
  const info = await client.getExchangeInfo();
  assert(info.symbols.some((it) => it.symbol === symbol), "the symbol is listed");
  const book = await client.getOrderBook({ symbol, limit: 5 });
  assert.equal(book.bids.length, 5);
  const candles = await client.getKlines({ symbol, interval: "1m", limit: 5 });
  assert.equal(candles.length, 5);

  const limit = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity, price };
  const resting = await client.submitNewOrder(limit);
  assert.equal(resting.status, "NEW");
  const found = await client.getOrder({ symbol, origClientOrderId: resting.clientOrderId });
  assert.equal(found.status, "NEW");
  const canceled = await client.cancelOrder({ symbol, origClientOrderId: resting.clientOrderId });
  assert.equal(canceled.status, "CANCELED");

  await client.setLeverage({ symbol, leverage: 5 });
  await client.submitNewOrder({ symbol, side: "BUY", type: "MARKET", quantity });
  const positions = await client.getPositions();
  const position = positions.find((it) => it.symbol === symbol);
  assert.equal(Number(position.positionAmt), quantity);
  const trades = await client.getAccountTrades({ symbol });
  assert(trades.length > 0, "the fill is among the trades of the account");
  const closing = { symbol, side: "SELL", type: "MARKET", quantity, reduceOnly: "true" };
  await client.submitNewOrder(closing);
  const rejection = await client.submitNewOrder(closing).catch((error) => error);
  assert.equal(rejection.code, -2022);
};

const options = { api_key: apiKey, api_secret: secret, baseUrl: url, beautifyResponses: false };
await trade(new USDMClient(options), "BTCUSDT", 0.01, 60000);
console.log("npm binance USDMClient: 12 calls as expected");
await trade(new CoinMClient(options), "BTCUSD_PERP", 5, 60000);
console.log("npm binance CoinMClient: 12 calls as expected");
