package io.aggr.testkit;

import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Checks that a TUN device keeps what {@link TunDevice} promises. Takes about a second of real time.
 *
 * @since 0.1
 */
public final class TunDeviceConformance {

    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long FOR_EVER_NANOS = 600_000_000_000L;
    private static final long SHORT_NANOS = 20_000_000;
    private static final long PAUSE_NANOS = 100_000;
    private static final int REGION_START = 500;
    private static final int BATCH = 64;
    private static final int PACKETS = 40;

    private TunDeviceConformance() {}

    /**
     * Checks devices.
     *
     * @param harnesses opens a device at each call
     * @throws BrokenRule if a promise is broken; it names which
     * @throws IllegalStateException if a device cannot be opened, or its other side fails
     */
    public static void check(TunHarness.Factory harnesses) {
        with(harnesses, TunDeviceConformance::checkLimits);
        with(harnesses, TunDeviceConformance::checkReading);
        with(harnesses, TunDeviceConformance::checkRoom);
        with(harnesses, TunDeviceConformance::checkWriting);
        with(harnesses, TunDeviceConformance::checkWaiting);
        with(harnesses, TunDeviceConformance::checkWakeup);
        with(harnesses, TunDeviceConformance::checkClosing);
    }

    private interface Check {
        void run(TunHarness harness, Trial trial) throws IOException;
    }

    private static void with(TunHarness.Factory harnesses, Check check) {
        TunHarness opened;
        try {
            opened = harnesses.open();
        } catch (Exception e) {
            throw new IllegalStateException("no device could be opened", e);
        }
        try (TunHarness harness = opened) {
            check.run(harness, new Trial(harness.device()));
        } catch (IOException | RuntimeException e) {
            throw new BrokenRule(TunDeviceRule.THROWS_NOTHING_ELSE, "it threw " + e + ".", e);
        }
    }

    private static void checkLimits(TunHarness harness, Trial trial) throws IOException {
        TunDevice device = harness.device();
        if (device.name().isBlank() || device.mtuBytes() < 576 || device.maxReadBytes() < device.mtuBytes()) {
            throw new BrokenRule(
                    TunDeviceRule.LIMITS,
                    "\"" + device.name() + "\" has an MTU of " + device.mtuBytes() + " and reads "
                            + device.maxReadBytes() + ".");
        }
        if (!trial.read(BATCH).isEmpty()) {
            throw new BrokenRule(TunDeviceRule.READS, "something was there before anything was sent.");
        }
    }

    private static void checkReading(TunHarness harness, Trial trial) throws IOException {
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < PACKETS; i++) {
            sent.add(packet(i % 5 == 0 ? harness.device().mtuBytes() : 28 + i, i));
            harness.inject(sent.get(i));
        }
        expect(sent, trial.readAll(sent.size(), BATCH, TunDeviceRule.READS), TunDeviceRule.READS);
    }

    private static void checkRoom(TunHarness harness, Trial trial) throws IOException {
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < PACKETS; i++) {
            sent.add(packet(harness.device().mtuBytes(), i));
            harness.inject(sent.get(i));
        }
        expect(sent, trial.readAll(sent.size(), 1, TunDeviceRule.LEAVES_THE_REST), TunDeviceRule.LEAVES_THE_REST);
    }

    private static void checkWriting(TunHarness harness, Trial trial) throws IOException {
        List<byte[]> sent = new ArrayList<>();
        long refusedBefore = harness.device().refusedPackets();
        int taken = 0;
        for (int run = 1; run <= 8; run++) {
            List<byte[]> some = new ArrayList<>();
            for (int i = 0; i < run; i++) {
                some.add(packet(i == 0 ? harness.device().mtuBytes() : 28 + i, sent.size() + i));
            }
            taken += trial.write(some);
            sent.addAll(some);
        }
        List<byte[]> received = new ArrayList<>();
        long since = System.nanoTime();
        while (received.size() < taken && System.nanoTime() - since < PATIENCE_NANOS) {
            byte[] packet = harness.extract();
            if (packet == null) {
                LockSupport.parkNanos(PAUSE_NANOS);
            } else {
                received.add(packet);
            }
        }
        long refused = harness.device().refusedPackets() - refusedBefore;
        if (taken + refused != sent.size()) {
            throw new BrokenRule(
                    TunDeviceRule.WRITES,
                    "of " + sent.size() + " packets " + taken + " were taken and " + refused + " refused.");
        }
        if (refused == 0) {
            expect(sent, received, TunDeviceRule.WRITES);
        }
    }

    private static void checkWaiting(TunHarness harness, Trial trial) throws IOException {
        TunDevice device = harness.device();
        device.await(0, true);
        device.await(-1, false);
        device.await(1_000_000, true);
        device.await(1_000_000, false);

        Waiter waiter = new Waiter(device, true);
        harness.inject(packet(100, 1));
        waiter.mustEnd(TunDeviceRule.WAKES, "it did not.");

        // Only the sum of several waits is looked at, and only from below: a single one may end early.
        long since = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            device.await(SHORT_NANOS, false);
        }
        if (System.nanoTime() - since < SHORT_NANOS) {
            throw new BrokenRule(TunDeviceRule.IGNORES_PACKETS, "five waits of 20 ms took less than one.");
        }
        trial.readAll(1, BATCH, TunDeviceRule.READS);
    }

    private static void checkWakeup(TunHarness harness, Trial trial) throws IOException {
        TunDevice device = harness.device();
        for (boolean forPackets : new boolean[] {true, false}) {
            Waiter waiter = new Waiter(device, forPackets);
            waiter.mustHaveBegun();
            device.wakeup();
            waiter.mustEnd(TunDeviceRule.WAKEUP, "a wait that was going on did not end.");
            device.wakeup();
            new Waiter(device, forPackets).mustEnd(TunDeviceRule.WAKEUP, "the next wait did not end.");
        }
    }

    private static void checkClosing(TunHarness harness, Trial trial) {
        TunDevice device = harness.device();
        Waiter waiter = new Waiter(device, true);
        waiter.mustHaveBegun();
        device.close();
        waiter.mustEnd(TunDeviceRule.CLOSES, "the wait did not end.");
        device.close();
        device.wakeup();
        try {
            trial.read(BATCH);
            trial.write(List.of(packet(100, 1)));
        } catch (IOException e) {
            // Says that it is gone, as it may.
            return;
        }
    }

    private static void expect(List<byte[]> sent, List<byte[]> received, TunDeviceRule rule) {
        if (received.size() != sent.size()) {
            throw new BrokenRule(rule, "of " + sent.size() + " packets " + received.size() + " came.");
        }
        for (int i = 0; i < sent.size(); i++) {
            if (!Arrays.equals(sent.get(i), received.get(i))) {
                throw new BrokenRule(rule, "packet " + i + " came as another or in part.");
            }
        }
    }

    /** A UDP packet between addresses for documentation (RFC 5737), with a checksum in its IP header and none in UDP. */
    static byte[] packet(int lengthBytes, int seed) {
        byte[] bytes = new byte[lengthBytes];
        byte[] header = {
            0x45,
            0,
            (byte) (lengthBytes >> 8),
            (byte) lengthBytes,
            0,
            (byte) seed,
            0,
            0,
            64,
            17,
            0,
            0,
            (byte) 192,
            0,
            2,
            1,
            (byte) 198,
            51,
            100,
            1
        };
        int sum = 0;
        for (int i = 0; i < header.length; i += 2) {
            sum += (header[i] & 0xFF) << 8 | (header[i + 1] & 0xFF);
        }
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        header[10] = (byte) (~sum >> 8);
        header[11] = (byte) ~sum;
        System.arraycopy(header, 0, bytes, 0, header.length);
        bytes[20] = 0x30;
        bytes[22] = 0x30;
        bytes[24] = (byte) ((lengthBytes - 20) >> 8);
        bytes[25] = (byte) (lengthBytes - 20);
        for (int i = 28; i < lengthBytes; i++) {
            bytes[i] = (byte) (seed * 31 + i);
        }
        return bytes;
    }

    private static final class Trial {
        private final TunDevice device;
        private final Slab slab;

        Trial(TunDevice device) {
            this.device = device;
            slab = new Slab(1000 + 16 * (device.maxReadBytes() + 200));
        }

        List<byte[]> read(int capacity) throws IOException {
            int end = slab.sizeBytes() - 500;
            for (int i = 0; i < slab.sizeBytes(); i++) {
                slab.buffer().put(i, (byte) i);
            }
            PacketBatch batch = new PacketBatch(slab, capacity);
            batch.open(REGION_START, end);
            int count = device.read(batch);
            if (count != batch.size()) {
                throw new BrokenRule(TunDeviceRule.READS, "it says " + count + " and added " + batch.size() + ".");
            }
            for (int i = 0; i < slab.sizeBytes(); i++) {
                if ((i < REGION_START || i >= end) && slab.buffer().get(i) != (byte) i) {
                    throw new BrokenRule(TunDeviceRule.STAYS_INSIDE, "byte " + i + " of the slab has changed.");
                }
            }
            List<byte[]> result = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                checkDeclared(batch, i);
                byte[] bytes = new byte[batch.length(i)];
                slab.buffer().get(batch.offset(i), bytes);
                result.add(bytes);
            }
            return result;
        }

        private void checkDeclared(PacketBatch batch, int index) {
            boolean segments = device.offloads().contains(TunOffload.READ_TCP_SEGMENTS)
                    || device.offloads().contains(TunOffload.READ_UDP_SEGMENTS);
            if (batch.segmentBytes(index) > 0 && !segments) {
                throw new BrokenRule(TunDeviceRule.DECLARES, "a super-packet came.");
            }
            if (batch.checksumStart(index) != PacketBatch.CHECKSUM_COMPLETE
                    && !device.offloads().contains(TunOffload.READ_PARTIAL_CHECKSUM)) {
                throw new BrokenRule(TunDeviceRule.DECLARES, "a packet with an unfinished checksum came.");
            }
        }

        List<byte[]> readAll(int count, int capacity, TunDeviceRule rule) throws IOException {
            List<byte[]> result = new ArrayList<>();
            long since = System.nanoTime();
            while (result.size() < count) {
                List<byte[]> some = read(capacity);
                result.addAll(some);
                if (some.isEmpty()) {
                    if (System.nanoTime() - since > PATIENCE_NANOS) {
                        throw new BrokenRule(rule, "of " + count + " packets " + result.size() + " came.");
                    }
                    device.await(PAUSE_NANOS, true);
                }
            }
            return result;
        }

        int write(List<byte[]> packets) throws IOException {
            PacketBatch batch = new PacketBatch(slab, BATCH);
            batch.open(0, slab.sizeBytes());
            for (byte[] each : packets) {
                int offset = batch.nextOffset();
                slab.buffer().put(offset, each);
                batch.add(offset, each.length);
            }
            byte[] before = new byte[slab.sizeBytes()];
            slab.buffer().get(0, before);
            int taken = device.write(batch, 0, packets.size());
            byte[] after = new byte[slab.sizeBytes()];
            slab.buffer().get(0, after);
            int from = 0;
            for (int i = 0; i < packets.size(); i++) {
                checkSame(before, after, from, batch.offset(i) - PacketBatch.HEADROOM_BYTES);
                from = batch.offset(i);
            }
            checkSame(before, after, from, before.length);
            return taken;
        }

        private static void checkSame(byte[] before, byte[] after, int from, int to) {
            if (!Arrays.equals(before, from, to, after, from, to)) {
                throw new BrokenRule(TunDeviceRule.LEAVES_THE_PACKET, "bytes outside it have changed.");
            }
        }
    }

    /** Waits on a thread of its own. */
    private static final class Waiter {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private final Thread thread;

        Waiter(TunDevice device, boolean forPackets) {
            thread = new Thread(() -> wait(device, forPackets), "aggr-testkit-waiter");
            thread.setDaemon(true);
            thread.start();
        }

        private void wait(TunDevice device, boolean forPackets) {
            begun.countDown();
            try {
                device.await(FOR_EVER_NANOS, forPackets);
            } catch (IOException e) {
                // A device that is closed may say so.
            } finally {
                ended.countDown();
            }
        }

        /** Not certain to be inside the call, but a wake-up that comes before has to end it as well. */
        void mustHaveBegun() {
            await(begun);
            LockSupport.parkNanos(SHORT_NANOS);
        }

        void mustEnd(TunDeviceRule rule, String otherwise) {
            if (!await(ended)) {
                throw new BrokenRule(rule, otherwise);
            }
        }

        private static boolean await(CountDownLatch latch) {
            try {
                return latch.await(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
