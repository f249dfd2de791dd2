package io.aggr.testkit;

import io.aggr.link.Link;

/**
 * Two links that are connected, for {@link LinkConformance}.
 *
 * @param caller the link whose configured far end is the other
 * @param callee the other link; whether it has a configured far end does not matter
 * @since 0.1
 */
public record LinkPair(Link caller, Link callee) implements AutoCloseable {

    /** Closes both. */
    @Override
    public void close() {
        caller.close();
        callee.close();
    }

    /** Opens pairs. */
    @FunctionalInterface
    public interface Factory {

        /**
         * Opens two connected links.
         *
         * @return a new pair, closed by the caller
         * @throws Exception if that fails
         */
        LinkPair open() throws Exception;
    }
}
