//! Every REST operation: what it writes, what it weighs, how its outcome is looked up, and what the mock exchange responds.
//!
//! The client and the mock exchange follow the spec, so a wrong fact of the spec is wrong on both sides. `requests.txt`, `facts.txt` and the
//! tables in `enums`, `every_constructor` and `products` contain the facts a second time, from the documents of the exchange.
//!
//! A line of `requests.txt` contains the product, the request, the size, the HTTP method, and the path with the query as the exchange
//! documents them. The size is `full` for all parameters (the first of each choice), `smallest` for the required parameters only, and
//! `other` for the same with the second of each choice.

#[cfg(test)]
mod constructors;
#[cfg(test)]
mod encoding;
#[cfg(test)]
mod enums;
#[cfg(test)]
mod every_constructor;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod lookups;
#[cfg(test)]
mod mock_responses;
#[cfg(test)]
mod products;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod weights;
