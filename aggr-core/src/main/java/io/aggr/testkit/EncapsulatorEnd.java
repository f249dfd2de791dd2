package io.aggr.testkit;

import java.util.Map;

/**
 * How one of two ends is configured for {@link EncapsulatorConformance}.
 *
 * @param options options of the encapsulator, such as this end's key
 * @param peerOptions what this end has to know of the other, such as its key
 * @since 0.1
 */
public record EncapsulatorEnd(Map<String, String> options, Map<String, String> peerOptions) {

    /** Copies the options. */
    public EncapsulatorEnd {
        options = Map.copyOf(options);
        peerOptions = Map.copyOf(peerOptions);
    }
}
