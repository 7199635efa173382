"""Calls every REST method of the official Python connector on the mock exchange, and receives events of its websocket clients.

URL, API key and secret are the arguments.
"""

import inspect
import json
import queue
import sys
import time

from binance.cm_futures import CMFutures
from binance.error import ClientError
from binance.um_futures import UMFutures
from binance.websocket.cm_futures.websocket_client import CMFuturesWebsocketClient
from binance.websocket.um_futures.websocket_client import UMFuturesWebsocketClient

URL, KEY, SECRET = sys.argv[1:4]

# Generic methods that send whatever they are given.
SKIPPED = {"query", "limit_request", "sign_request", "send_request", "limited_encoded_sign_request"}

# Rejections that are right: method of the connector, error code.
EXPECTED = {
    # The exchange moved or removed the path.
    ("blvt_kline", -5000),
    # The connector sends it to the path of another service.
    ("list_all_convert_pairs", -5000),
    # Nothing to change.
    ("change_position_mode", -4059),
    ("change_multi_asset_mode", -4171),
}


def now():
    return int(time.time() * 1000)


class Product:
    """A client, and an account that has traded."""

    def __init__(self, client, symbol, pair, quantity, price, is_usdm):
        self.client, self.symbol, self.pair = client, symbol, pair
        self.quantity, self.price, self.is_usdm = quantity, price, is_usdm
        self.listen_key = client.new_listen_key()["listenKey"]
        client.new_order(symbol=symbol, side="BUY", type="MARKET", quantity=quantity)

    def resting(self):
        order = self.client.new_order(
            symbol=self.symbol,
            side="BUY",
            type="LIMIT",
            quantity=self.quantity,
            price=self.price,
            timeInForce="GTC",
        )
        return order["orderId"]

    def batch(self):
        return [
            {
                "symbol": self.symbol,
                "side": "BUY",
                "type": "LIMIT",
                "quantity": str(self.quantity),
                "price": str(self.price),
                "timeInForce": "GTC",
            }
        ]

    def arguments(self, name):
        """Returns the arguments of a method that needs existing state, or `None` for the required parameters by name."""
        symbol = self.symbol
        changed = {"symbol": symbol, "side": "BUY", "quantity": self.quantity, "price": self.price - 10}
        if name in ("cancel_order", "query_order", "order_modify_history", "get_open_orders"):
            return {"symbol": symbol, "orderId": self.resting()}
        if name == "modify_order":
            return {**changed, "orderId": self.resting()}
        if name == "modify_batch_order":
            order = {key: str(value) for key, value in changed.items()}
            # The connector does not encode this list.
            return {"batchOrders": json.dumps([{**order, "orderId": self.resting()}])}
        if name == "cancel_batch_order":
            ids = [self.resting()]
            # For COIN-M, the connector does not encode this list.
            ids = ids if self.is_usdm else json.dumps(ids)
            return {"symbol": symbol, "orderIdList": ids, "origClientOrderIdList": []}
        if name == "new_batch_order":
            return {"batchOrders": self.batch()}
        if name in ("new_order", "new_order_test"):
            return {"symbol": symbol, "side": "BUY", "type": "MARKET", "quantity": self.quantity}
        if name == "countdown_cancel_order":
            return {"symbol": symbol, "countdownTime": 0}
        if name == "change_margin_type":
            self.flat()
            return {"symbol": symbol, "marginType": "ISOLATED"}
        if name == "modify_isolated_position_margin":
            self.flat()
            self.set_margin_type("ISOLATED")
            self.client.new_order(symbol=symbol, side="BUY", type="MARKET", quantity=self.quantity)
            return {"symbol": symbol, "amount": 1 if self.is_usdm else 0.001, "type": 1}
        if name == "change_position_mode":
            return {"dualSidePosition": "false"}
        if name == "change_multi_asset_mode":
            return {"multiAssetsMargin": "false"}
        if name == "accept_offered_quote":
            quote = self.client.send_quote_request(fromAsset="USDT", toAsset="BTC", fromAmount="100")
            return {"quoteId": quote["quoteId"]}
        if name == "order_status":
            quote = self.client.send_quote_request(fromAsset="USDT", toAsset="BTC", fromAmount="100")
            accepted = self.client.accept_offered_quote(quoteId=quote["quoteId"])
            return {"orderId": accepted["orderId"]}
        if name in ("get_account_trades", "get_all_orders", "index_price_constituents"):
            return {"symbol": symbol}
        if name == "query_index_price_constituents":
            return {"symbol": self.pair}
        if name == "quarterly_contract_settlement_price":
            return {"pair": self.pair}
        if name == "send_quote_request":
            return {"fromAsset": "USDT", "toAsset": "BTC", "fromAmount": "100"}
        return None

    def flat(self):
        """Closes the position and cancels all orders, as changes of the margin type require."""
        self.client.cancel_open_orders(symbol=self.symbol)
        for position in self.client.get_position_risk(**({} if not self.is_usdm else {"symbol": self.symbol})):
            amount = float(position["positionAmt"])
            if position["symbol"] == self.symbol and amount > 0:
                quantity = amount if self.is_usdm else int(amount)
                self.client.new_order(symbol=self.symbol, side="SELL", type="MARKET", quantity=quantity)

    def set_margin_type(self, margin_type):
        try:
            self.client.change_margin_type(symbol=self.symbol, marginType=margin_type)
        except ClientError as error:
            if error.error_code != -4046:
                raise

    def value(self, parameter, name):
        return {
            "symbol": "DEFIUSDT" if name == "index_info" else self.symbol,
            "pair": self.pair,
            "interval": "1m",
            "period": "5m",
            "contractType": "PERPETUAL",
            "leverage": 10,
            "feeBurn": "true",
            "listenKey": self.listen_key,
            "startTime": now() - 3_600_000,
            "endTime": now(),
            "downloadId": "545923594199212032",
        }[parameter]

    def call(self, name):
        method = getattr(self.client, name)
        arguments = self.arguments(name)
        if arguments is None:
            parameters = inspect.signature(method).parameters.values()
            required = [it.name for it in parameters if it.default is it.empty and it.kind is it.POSITIONAL_OR_KEYWORD]
            arguments = {parameter: self.value(parameter, name) for parameter in required}
        return method(**arguments)


def receive(client_type, url, symbol, product):
    """Subscribes to streams of a symbol. Returns the failures."""
    messages = queue.Queue()
    client = client_type(stream_url=url, on_message=lambda _, message: messages.put(json.loads(message)))
    client.mark_price(symbol=symbol.lower(), speed=1)
    client.kline(symbol=symbol.lower(), interval="1m")
    wanted, deadline = {"markPriceUpdate", "kline"}, time.time() + 30
    try:
        while wanted:
            message = messages.get(timeout=max(deadline - time.time(), 0.001))
            if message.get("e") in wanted and message["s"] == symbol:
                price = message["p"] if message["e"] == "markPriceUpdate" else message["k"]["c"]
                assert float(price) > 0
                wanted.remove(message["e"])
    except queue.Empty:
        pass
    client.stop()
    return [f"{client_type.__name__}: no {event} of {product}" for event in sorted(wanted)]


def main():
    products = [
        Product(UMFutures(KEY, SECRET, base_url=URL), "BTCUSDT", "BTCUSDT", 0.01, 60000, True),
        Product(CMFutures(KEY, SECRET, base_url=URL), "BTCUSD_PERP", "BTCUSD", 5, 60000, False),
    ]
    called, failures = 0, []
    for product in products:
        kind = type(product.client)
        names = [name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")]
        for name in sorted(set(names) - SKIPPED, key=lambda name: (name == "close_listen_key", name)):
            called += 1
            try:
                product.call(name)
            except ClientError as error:
                if (name, error.error_code) not in EXPECTED:
                    failures.append(f"{kind.__name__}.{name}: {error.error_code} {error.error_message}")
            except Exception as error:  # Everything else is a failure of the mock exchange or of this script.
                failures.append(f"{kind.__name__}.{name}: {error!r}")
    streams = URL.replace("http", "ws", 1)
    failures += receive(UMFuturesWebsocketClient, streams + "/market", "BTCUSDT", "USDⓈ-M")
    failures += receive(CMFuturesWebsocketClient, streams, "BTCUSD_PERP", "COIN-M")
    for failure in failures:
        print(failure)
    print("official Python connector: websocket clients of both products")
    print(f"official Python connector: {called} methods called, {len(failures)} failed")
    sys.exit(bool(failures))


main()
