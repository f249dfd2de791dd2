package io.aggr.testkit;

import io.aggr.tun.TunDevice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A TUN device and the other side of it: what the system would do with it, for {@link TunDeviceConformance}.
 *
 * @since 0.1
 */
public interface TunHarness extends AutoCloseable {

    /**
     * The device.
     *
     * @return always the same, open
     */
    TunDevice device();

    /**
     * Makes the device have a packet to read.
     *
     * @param packet an IPv4 packet
     * @throws IOException if that fails
     */
    void inject(byte[] packet) throws IOException;

    /**
     * Takes a packet that was written to the device.
     *
     * @return the packet, or null if there is none
     * @throws IOException if that fails
     */
    byte @Nullable [] extract() throws IOException;

    /** Closes both sides. Never throws. */
    @Override
    void close();

    /** Opens harnesses. */
    @FunctionalInterface
    interface Factory {

        /**
         * Opens a device and its other side.
         *
         * @return a new harness, closed by the caller
         * @throws Exception if that fails
         */
        TunHarness open() throws Exception;
    }
}
