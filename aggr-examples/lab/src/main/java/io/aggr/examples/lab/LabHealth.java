package io.aggr.examples.lab;

import java.io.IOException;
import java.util.Optional;

/** Tells whether a lab still works: its emulation, what was to happen to its lines, its programs. */
record LabHealth(LabNetwork network, LineEvents events, LabPrograms programs) {

    /** Throws what has stopped the emulation, a daemon or an event. */
    void check() throws IOException {
        Optional<Exception> failure = network.failure().<Exception>map(e -> e).or(events::failure);
        if (failure.isPresent()) {
            throw new IOException("the emulation has failed: " + failure.get().getMessage(), failure.get());
        }
        programs.checkHealth();
    }
}
