"""Trades with ccxt on the mock exchange: URL, API key and secret are the arguments."""

import sys

import ccxt

URL, KEY, SECRET = sys.argv[1:4]


def exchange(kind, prefixes):
    exchange = kind({"apiKey": KEY, "secret": SECRET, "options": {"fetchCurrencies": False, "fetchMargins": False}})
    api = exchange.urls["api"]
    for name, url in api.items():
        for prefix in prefixes:
            at = url.find(f"/{prefix}/") if isinstance(url, str) else -1
            if at >= 0:
                api[name] = URL + url[at:]
    if "fapiData" in api:
        api["fapiData"] = f"{URL}/futures/data"
        api["dapiData"] = f"{URL}/futures/data"
    return exchange


def trade(exchange, symbol, amount, price, stop):
    passed = 0

    def check(condition, what):
        nonlocal passed
        passed += 1
        if not condition:
            raise AssertionError(f"{exchange.id}: {what}")

    markets = exchange.load_markets()
    check(symbol in markets, "the symbol is listed")
    check(exchange.fetch_ticker(symbol)["last"] > 0, "a ticker has a price")
    check(len(exchange.fetch_order_book(symbol)["bids"]) > 0, "the order book has bids")
    candles = exchange.fetch_ohlcv(symbol, "1m", limit=5)
    check(len(candles) == 5 and candles[0][2] >= candles[0][3], "five candlesticks")

    before = exchange.fetch_balance()
    order = exchange.create_order(symbol, "limit", "buy", amount, price)
    check(order["status"] == "open", "a limit order below the market rests")
    check(exchange.fetch_order(order["id"], symbol)["status"] == "open", "it is found")
    check(any(it["id"] == order["id"] for it in exchange.fetch_open_orders(symbol)), "it is listed")
    check(exchange.cancel_order(order["id"], symbol)["status"] == "canceled", "it is canceled")

    exchange.set_leverage(5, symbol)
    bought = exchange.create_order(symbol, "market", "buy", amount)
    check(exchange.fetch_order(bought["id"], symbol)["filled"] == amount, "a market order is filled")
    positions = [it for it in exchange.fetch_positions([symbol]) if it["contracts"]]
    check(len(positions) == 1 and positions[0]["contracts"] == amount, "the position follows the fill")
    check(positions[0]["side"] == "long", "the position is long")
    trades = exchange.fetch_my_trades(symbol)
    check(any(it["order"] == bought["id"] for it in trades), "the fill is among the trades of the account")
    after = exchange.fetch_balance()
    coin = exchange.market(symbol)["settle"]
    check(after[coin]["total"] < before[coin]["total"], "the commission was paid")

    placed = exchange.create_order(symbol, "market", "sell", amount, None, {"stopLossPrice": stop, "reduceOnly": True})
    check(placed["id"] is not None, "a stop order is accepted")
    conditional = exchange.fetch_open_orders(symbol, params={"stop": True, "trigger": True})
    check(any(it["id"] == placed["id"] for it in conditional), "the stop order is listed")
    exchange.cancel_order(placed["id"], symbol, {"stop": True, "trigger": True})

    exchange.create_order(symbol, "market", "sell", amount, None, {"reduceOnly": True})
    check(not [it for it in exchange.fetch_positions([symbol]) if it["contracts"]], "the position is closed")
    try:
        exchange.create_order(symbol, "market", "sell", amount, None, {"reduceOnly": True})
        check(False, "a reduce-only order without a position is rejected")
    except ccxt.ExchangeError:
        passed += 1
    return passed


def main():
    passed = trade(exchange(ccxt.binanceusdm, ["fapi"]), "BTC/USDT:USDT", 0.01, 60000, 58000)
    print(f"ccxt binanceusdm: {passed} checks passed")
    passed = trade(exchange(ccxt.binancecoinm, ["dapi"]), "BTC/USD:BTC", 5, 60000, 58000)
    print(f"ccxt binancecoinm: {passed} checks passed")


main()
