package io.aggr.sim;

/**
 * What became of a packet that was offered to a {@link Line}. Each constant has a counter in {@link LineStats}.
 *
 * @since 0.1
 */
public enum LineOutcome {
    /** Taken and delivered; from {@link Line#offer}: taken, its fate is still open. */
    CARRIED,
    /** Dropped on arrival because the queue was full. */
    QUEUE_FULL,
    /** Dropped on arrival because it was larger than the line's MTU. */
    TOO_LARGE,
    /** Lost behind the queue by the line's {@link Loss}. */
    LOST,
    /** Lost behind the queue because the line was a black hole. */
    VANISHED
}
