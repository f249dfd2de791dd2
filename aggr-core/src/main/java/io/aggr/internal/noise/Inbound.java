package io.aggr.internal.noise;

import io.aggr.internal.encap.ReplayWindow;
import org.jspecify.annotations.Nullable;

/**
 * What the thread that receives keeps of a session: the cipher, a replay window for each line, and how many forgeries there were.
 *
 * <p><b>Threading.</b> The thread that receives, once the session can be found.
 */
final class Inbound {

    /** A peer cannot make this end remember more lines than these. */
    static final int MAX_LINKS = 16;

    private final @Nullable ReplayWindow[] windows = new @Nullable ReplayWindow[256];
    private final PacketCipher cipher;
    private int links;
    private long forgeries;

    Inbound(PacketCipher cipher) {
        this.cipher = cipher;
    }

    PacketCipher cipher() {
        return cipher;
    }

    /** The window of a line, null before its first authentic packet. */
    @Nullable
    ReplayWindow window(int link) {
        return windows[link];
    }

    /** Whether a line that has no window could get one. */
    boolean hasRoom() {
        return links < MAX_LINKS;
    }

    /** Makes the window of a line; only for a packet that was authentic. */
    ReplayWindow addWindow(int link) {
        ReplayWindow window = new ReplayWindow();
        windows[link] = window;
        links++;
        return window;
    }

    /** Counts a packet that was not authentic. */
    long onForgery() {
        return ++forgeries;
    }

    /** For tests of the limit. */
    void forgeries(long count) {
        forgeries = count;
    }
}
