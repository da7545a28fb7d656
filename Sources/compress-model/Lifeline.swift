import Foundation

/// Stops the process when whoever started it is gone.
///
/// An interrupted `swift package` ends the plugin, a killed one leaves it waiting; neither ends what the plugin
/// started. But the plugin holds the other end of our standard input and SwiftPM reads our standard output: when
/// either closes, nobody waits for the work. Without the plugin's environment variable neither is watched.
enum Lifeline {
    static func watchIfAsked() {
        guard ProcessInfo.processInfo.environment["COMPRESS_MODEL_STOP_WITH_CALLER"] != nil else { return }
        Thread.detachNewThread {
            // Nothing is ever written to our input, so any event there is its end.
            var streams = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
            ]
            while poll(&streams, 2, -1) < 0 && errno == EINTR {}
            // Outputs get their final names only when they are complete, so there is nothing to take back.
            _exit(1)
        }
    }
}
