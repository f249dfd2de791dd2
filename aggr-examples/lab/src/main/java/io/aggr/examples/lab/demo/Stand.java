package io.aggr.examples.lab.demo;

import java.io.IOException;
import java.util.List;

/** Where the demo takes place. */
interface Stand extends AutoCloseable {

    /** Hears what is going on. */
    interface Progress {
        /** Something is being prepared, in a few words. */
        void preparing(String what);

        /**
         * A transfer goes on.
         *
         * @param soFar what was measured up to now
         * @param seconds since its first byte
         */
        void running(Measured soFar, double seconds);

        /** Something has happened to a line, in a few words. */
        void happened(String what);
    }

    /** What this is, in sentences for the head of the display. */
    List<String> description();

    /** The same in a few words. */
    String summary();

    /**
     * Shows one thing.
     *
     * @param stage what
     * @param progress hears of it
     * @return what came of it
     * @throws IOException if it cannot be shown
     */
    Measured run(Stage stage, Progress progress) throws IOException;

    /** What makes the figures doubtful, in sentences; empty if nothing does. */
    List<String> doubts() throws IOException;

    @Override
    void close();
}
