package io.aggr.tun.linux.internal.libc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Sets options of the sockets of one link (socket(7)), and says what went wrong. One thread at a time. */
public final class SocketOptions {

    private static final int MOST_DEVICE_LETTERS = 15;

    private final String link;
    private final NativeMemory scratch = new NativeMemory(16);

    /**
     * For the sockets of a link.
     *
     * @param link its name, for messages
     */
    public SocketOptions(String link) {
        this.link = link;
    }

    /**
     * Sets an option to a number.
     *
     * @param socket the descriptor
     * @param level as in setsockopt(2)
     * @param option as in setsockopt(2)
     * @param value the number
     * @return whether the system has taken it
     */
    public boolean set(int socket, int level, int option, int value) {
        scratch.buffer().putInt(0, value);
        return Libc.setsockopt(socket, level, option, scratch.address(), Integer.BYTES) == 0;
    }

    /**
     * Asks for more than the system's limits if allowed to, otherwise for as much as it gives.
     *
     * @param socket the descriptor
     * @param receiveBytes what the kernel shall hold for the receiver
     * @param sendBytes what the kernel shall hold for the line
     */
    public void setBuffers(int socket, int receiveBytes, int sendBytes) {
        setBuffer(socket, Libc.SO_RCVBUFFORCE, Libc.SO_RCVBUF, receiveBytes);
        setBuffer(socket, Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, sendBytes);
    }

    private void setBuffer(int socket, int beyondLimit, int withinLimit, int bytes) {
        if (!set(socket, Libc.SOL_SOCKET, beyondLimit, bytes)) {
            set(socket, Libc.SOL_SOCKET, withinLimit, bytes);
        }
    }

    /**
     * Lets a socket use one interface only.
     *
     * @param socket the descriptor
     * @param device the interface's name, or null for any
     * @throws IOException if the system refuses
     * @throws IllegalArgumentException if no interface can have such a name
     */
    public void bindToDevice(int socket, @Nullable String device) throws IOException {
        if (device == null) {
            return;
        }
        byte[] text = device.getBytes(StandardCharsets.UTF_8);
        if (text.length > MOST_DEVICE_LETTERS) {
            throw new IllegalArgumentException("device of link " + link + " must have at most " + MOST_DEVICE_LETTERS
                    + " letters, got \"" + device + "\"");
        }
        scratch.buffer().put(0, text).put(text.length, (byte) 0);
        if (Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, scratch.address(), text.length + 1) < 0) {
            int errno = Libc.errno();
            String hint = switch (errno) {
                case Errno.ENODEV -> "there is no interface of this name";
                case Errno.EPERM -> "needs root or CAP_NET_RAW before Linux 5.7";
                default -> "";
            };
            throw failure("bind to device " + device, errno, hint);
        }
    }

    /**
     * What to throw when the system has refused something for the link.
     *
     * @param call what was asked for
     * @param errno its answer
     * @param hint what to do about it, or empty
     * @return names the link
     */
    public IOException failure(String call, int errno, String hint) {
        return new SystemCallException("link " + link + ": " + call, errno, hint);
    }
}
