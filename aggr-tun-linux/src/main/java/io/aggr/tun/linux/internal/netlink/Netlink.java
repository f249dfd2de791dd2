package io.aggr.tun.linux.internal.netlink;

import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A conversation with the kernel's routing side (rtnetlink(7)). Every request is acknowledged before the call returns. Errors name the
 * equivalent {@code ip} command, the error and the kernel's own words.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
public final class Netlink implements AutoCloseable {

    static final int NLM_F_REQUEST = 0x01;
    static final int NLM_F_ACK = 0x04;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;

    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;

    /** The kernel answers at once; this only keeps a caller from waiting for ever. */
    private static final long ANSWER_SECONDS = 5;

    /** The kernel packs at most 32 KiB of a dump into one message. */
    private static final int RECEIVE_BYTES = 64 * 1024;

    private final int descriptor;
    private final NativeMemory sent = new NativeMemory(512);
    private final NativeMemory received = new NativeMemory(RECEIVE_BYTES);
    private int sequence;

    /**
     * Opens the conversation.
     *
     * @throws IOException if the system refuses
     */
    public Netlink() throws IOException {
        descriptor = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, NETLINK_ROUTE);
        if (descriptor < 0) {
            throw new SystemCallException("socket(AF_NETLINK)", Libc.errno(), "");
        }
        // Words with errors, answers without an echo of the request, filters in dumps. Older kernels lack one or the
        // other and do without.
        for (int option : new int[] {NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK}) {
            sent.buffer().putInt(0, 1);
            Libc.setsockopt(descriptor, SOL_NETLINK, option, sent.address(), 4);
        }
        sent.buffer().putLong(0, ANSWER_SECONDS).putLong(8, 0);
        Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, sent.address(), 16);
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }

    /**
     * Sends a request and waits for the acknowledgement.
     *
     * @param command what it does, as an {@code ip} command; for messages
     * @throws SystemCallException if the kernel refuses
     */
    void request(NetlinkRequest request, String command) throws IOException {
        exchange(request, command, reply -> {});
    }

    /**
     * Sends a request and takes each message of the answer.
     *
     * @throws SystemCallException if the kernel refuses
     */
    void exchange(NetlinkRequest request, String command, Consumer<NetlinkReply> each) throws IOException {
        byte[] message = request.bytes(++sequence);
        sent.buffer().put(0, message);
        if (Libc.send(descriptor, sent.address(), message.length, 0) < 0) {
            throw new SystemCallException(command, Libc.errno(), "");
        }
        while (true) {
            long count = Libc.recvfrom(descriptor, received.address(), RECEIVE_BYTES, 0, 0, 0);
            if (count < 0) {
                int errno = Libc.errno();
                if (errno == Errno.EINTR) {
                    continue;
                }
                throw new SystemCallException(command + ", waiting for the kernel's answer", errno, "");
            }
            NetlinkReply reply;
            for (int at = 0; at < count; at = reply.next()) {
                reply = new NetlinkReply(received.buffer(), at, (int) count);
                if (reply.sequence() != sequence) {
                    continue;
                }
                if (!reply.isResult()) {
                    each.accept(reply);
                } else if (reply.errno() == 0) {
                    return;
                } else {
                    throw failure(command, reply);
                }
            }
        }
    }

    private static SystemCallException failure(String command, NetlinkReply reply) {
        String words = reply.errorText();
        String hint = Errno.isDenied(reply.errno()) ? "needs root or CAP_NET_ADMIN" : "";
        return new SystemCallException(words.isEmpty() ? command : command + " (" + words + ")", reply.errno(), hint);
    }
}
