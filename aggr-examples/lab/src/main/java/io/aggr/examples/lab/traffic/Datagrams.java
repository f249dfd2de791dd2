package io.aggr.examples.lab.traffic;

import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;

/**
 * A small program that sends numbered datagrams at a constant rate, and one that counts what comes of them. They need nothing but the JDK.
 *
 * <pre>
 *   Datagrams receive ADDRESS PORT ID FIRST-COUNTED MILLIS
 *   Datagrams send ADDRESS PORT PAYLOAD-BYTES BITS-PER-SECOND MILLIS
 * </pre>
 *
 * <p>Each datagram begins with its number and, in the last ones, how many there were. The receiver prints lines that {@link
 * TransferResult#parse} reads.
 */
public final class Datagrams {

    /** Number of the datagram, and how many there were or 0. */
    static final int HEADER_BYTES = 16;

    private static final long TOO_EARLY_NANOS = 100_000;
    private static final int FAREWELLS = 20;
    private static final long FAREWELL_NANOS = 50_000_000;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int LOOK_UP_MILLIS = 50;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private Datagrams() {}

    /**
     * Runs the sender or the receiver.
     *
     * @param arguments as described for the class
     * @throws IOException if it fails; the exit code is 1 then
     */
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getByName(arguments[1]), Integer.parseInt(arguments[2]));
        if (arguments[0].equals("receive")) {
            receive(
                    address,
                    Long.parseLong(arguments[3]),
                    Long.parseLong(arguments[4]),
                    Long.parseLong(arguments[5]),
                    System.out);
        } else {
            send(
                    address,
                    Integer.parseInt(arguments[3]),
                    Long.parseLong(arguments[4]),
                    Long.parseLong(arguments[5]) * 1_000_000);
        }
        System.exit(0);
    }

    private static void send(InetSocketAddress to, int payloadBytes, long bitsPerSecond, long durationNanos)
            throws IOException {
        double intervalNanos = payloadBytes * 8e9 / bitsPerSecond;
        byte[] bytes = new byte[payloadBytes];
        ByteBuffer header = ByteBuffer.wrap(bytes);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSendBufferSize(BUFFER_BYTES);
            DatagramPacket packet = new DatagramPacket(bytes, bytes.length, to);
            long startNanos = System.nanoTime();
            long count = 0;
            while (System.nanoTime() - startNanos < durationNanos) {
                long aheadNanos = startNanos + Math.round(count * intervalNanos) - System.nanoTime();
                if (aheadNanos > TOO_EARLY_NANOS) {
                    LockSupport.parkNanos(aheadNanos);
                    continue;
                }
                header.putLong(0, count++);
                socket.send(packet);
            }
            // Said often and for a while, so that it comes through whatever happens to the lines.
            for (int i = 0; i < FAREWELLS; i++) {
                LockSupport.parkNanos(FAREWELL_NANOS);
                header.putLong(0, count);
                header.putLong(Long.BYTES, count);
                socket.send(new DatagramPacket(bytes, HEADER_BYTES, to));
            }
        }
    }

    private static void receive(InetSocketAddress at, long id, long firstCounted, long millis, PrintStream out)
            throws IOException {
        Meter meter = new Meter(id, 0, out);
        Counter counter = new Counter(firstCounted);
        try (DatagramSocket socket = new DatagramSocket(at)) {
            socket.setReceiveBufferSize(BUFFER_BYTES);
            socket.setSoTimeout(LOOK_UP_MILLIS);
            out.println("listening");
            out.flush();
            DatagramPacket packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
            long deadlineNanos = System.nanoTime() + millis * 1_000_000 + PATIENCE_NANOS;
            while (System.nanoTime() - deadlineNanos < 0) {
                packet.setLength(1 << 16);
                try {
                    socket.receive(packet);
                } catch (SocketTimeoutException | PortUnreachableException e) {
                    continue;
                }
                ByteBuffer header = ByteBuffer.wrap(packet.getData());
                long total = header.getLong(Long.BYTES);
                if (packet.getLength() < HEADER_BYTES) {
                    continue;
                }
                if (total > 0) {
                    counter.onEnd(total);
                    break;
                }
                counter.onDatagram(header.getLong(0));
                meter.received(System.nanoTime(), packet.getLength());
            }
        }
        DatagramCounts counts = counter.counts();
        out.println(id + " datagrams " + counts.sent() + " " + counts.received() + " " + counts.overtaken() + " "
                + counts.duplicates());
        meter.finish(System.nanoTime());
    }

    /** Sorts out what has come. */
    static final class Counter {
        private final int firstCounted;
        private final BitSet received = new BitSet();
        private long newest = -1;
        private long overtaken;
        private long duplicates;
        private long sent;

        /** Counts what is sent from a number on. */
        Counter(long firstCounted) {
            this.firstCounted = Math.toIntExact(firstCounted);
        }

        void onDatagram(long number) {
            int index = Math.toIntExact(number);
            sent = Math.max(sent, number + 1);
            if (received.get(index)) {
                duplicates++;
                return;
            }
            received.set(index);
            if (number < newest && index >= firstCounted) {
                overtaken++;
            }
            newest = Math.max(newest, number);
        }

        /** The sender has sent so many. */
        void onEnd(long total) {
            sent = Math.max(sent, total);
        }

        DatagramCounts counts() {
            int counted = received.cardinality() - received.get(0, firstCounted).cardinality();
            return new DatagramCounts(Math.max(0, sent - firstCounted), counted, overtaken, duplicates);
        }
    }
}
