//! Setters of options that sockets, sessions and streams have in common.

/// Implements the setters of options of a connection. `$options` is the path to the `SocketOptions` in `self`.
macro_rules! socket_setters {
    ($($options:ident).+) => {
        /// Sets the largest command that subscribes to topics, in bytes. Default: 4,096. More topics are divided among several commands. The
        /// exchange has been seen to ignore large commands.
        pub fn max_command_size(mut self, bytes: usize) -> Self {
            self.$($options).+.max_command_size = bytes;
            self
        }

        /// Sets the time in which the exchange must reply to a command. Default: ten seconds.
        pub fn command_timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.$($options).+.command_timeout = timeout;
            self
        }

        /// Sets when a connection is asked whether it is alive. Default: a ping every 20 seconds, answered within ten.
        pub fn heartbeat(mut self, heartbeat: $crate::ws::Heartbeat) -> Self {
            self.$($options).+.heartbeat = heartbeat;
            self
        }
    };
}

/// Implements the setters of options of a session, in the field `options`.
macro_rules! session_setters {
    () => {
        /// Sets after what time a connection is replaced. Default: one hour before the exchange closes it, which is after
        /// [`lifetime`](crate::request::StreamConnectionLimits::lifetime). Each connection is replaced a random time earlier, up to 2 % of
        /// it, so that several are not replaced at once.
        pub fn rotate_after(mut self, time: ::std::time::Duration) -> Self {
            self.options.rotate_after = time;
            self
        }

        /// Sets how long the old and the new connection both carry a topic whose events prove nothing, because it is silent. Default: ten
        /// seconds.
        pub fn drain(mut self, time: ::std::time::Duration) -> Self {
            self.options.drain = time;
            self
        }

        /// Sets how long an event waits for the events before it, while another connection may deliver them. Default: one second. With one
        /// connection, no event waits.
        pub fn hold(mut self, time: ::std::time::Duration) -> Self {
            self.options.hold = time;
            self
        }

        $crate::ws::setters::socket_setters!(options.socket);
    };
}

pub(crate) use {session_setters, socket_setters};
