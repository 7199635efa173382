//! Every REST operation: what it writes, what it weighs, how its outcome is looked up, and what the mock exchange responds.
//!
//! A line of `requests.txt` contains the product, the request, the size, the HTTP method, and the path with the query as the exchange
//! documents them. The size is `full` for all parameters (the first of each choice), `smallest` for the required parameters only, and
//! `other` for the same with the second of each choice.

#[cfg(test)]
mod constructors;
#[cfg(test)]
mod encoding;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod lookups;
#[cfg(test)]
mod mock_responses;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod weights;
