package io.aggr.testkit;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Plaintext;
import io.aggr.encap.Session;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/** Two encapsulators and a network between them, in virtual time. */
final class EncapsulatorTrial implements AutoCloseable {

    private static final long SEED = 20063;
    private static final long PATIENCE_NANOS = 300_000_000_000L;
    private static final long ASK_AGAIN_NANOS = 5_000_000_000L;
    private static final long PROPAGATION_NANOS = 20_000_000;
    private static final int MOST_ROUNDS = 20_000;

    private static final int[] LINES = {7, 9};
    private static final int REGION_START = 1000;
    private static final int REGION_END = 63_000;
    private static final int SLAB_BYTES = 64_000;

    private static final class Flight {
        private final End to;
        private final int line;
        private final byte[] bytes;

        Flight(End to, int line, byte[] bytes) {
            this.to = to;
            this.line = line;
            this.bytes = bytes;
        }
    }

    private final EncapsulatorProvider provider;
    private final EncapsulatorEnd callerConfig;
    private final EncapsulatorEnd calleeConfig;
    private final Deque<Flight> network = new ArrayDeque<>();
    private final SplittableRandom seeds;
    private final int callerLines;
    private IntPredicate lost = i -> false;
    private int carried;
    private long nowNanos = 1_000_000_000_000L;
    private End caller;
    private End callee;

    EncapsulatorTrial(EncapsulatorProvider provider, EncapsulatorEnd caller, EncapsulatorEnd callee, int callerLines) {
        this.provider = provider;
        callerConfig = caller;
        calleeConfig = callee;
        seeds = new SplittableRandom(SEED);
        this.callerLines = callerLines;
        this.caller = new End(3, callerLines, callerConfig);
        this.callee = new End(5, 0, calleeConfig);
    }

    End caller() {
        return caller;
    }

    End callee() {
        return callee;
    }

    void restart(boolean theCaller) {
        network.clear();
        if (theCaller) {
            caller.encapsulator.close();
            caller = new End(caller.peer, callerLines, callerConfig);
        } else {
            callee.encapsulator.close();
            callee = new End(callee.peer, 0, calleeConfig);
        }
        caller.sessions = 0;
        callee.sessions = 0;
    }

    /** Makes a session, or fails the rule. */
    void connect(IntPredicate lostDatagrams, EncapsulatorRule rule) {
        lost = lostDatagrams;
        carried = 0;
        long since = nowNanos;
        long askedAt = nowNanos;
        caller.control(() -> caller.encapsulator.handshake().connect(caller.peer, nowNanos, caller.output()));
        for (int round = 0; round < MOST_ROUNDS && nowNanos - since < PATIENCE_NANOS; round++) {
            if (!network.isEmpty()) {
                nowNanos += PROPAGATION_NANOS;
                for (int i = network.size(); i > 0; i--) {
                    carry(network.removeFirst());
                }
            } else {
                if (caller.sessions > 0 && callee.sessions > 0 && caller.isReady() && callee.isReady()) {
                    lost = i -> false;
                    return;
                }
                if (caller.sessions > 0 && caller.isReady()) {
                    // An end may wait for the first packet of the other, as a proof that it has the keys.
                    for (byte[] sealed : caller.sealRun(1, caller.plaintext(64, 1))) {
                        send(callee, caller.lastLine(), sealed);
                    }
                    nowNanos += PROPAGATION_NANOS;
                } else if (nowNanos - askedAt >= ASK_AGAIN_NANOS) {
                    askedAt = nowNanos;
                    caller.control(
                            () -> caller.encapsulator.handshake().connect(caller.peer, nowNanos, caller.output()));
                } else {
                    long next = Math.min(
                            caller.encapsulator.handshake().nanosToDeadline(nowNanos),
                            callee.encapsulator.handshake().nanosToDeadline(nowNanos));
                    nowNanos += Math.max(1, Math.min(next, ASK_AGAIN_NANOS));
                }
            }
            for (End end : new End[] {caller, callee}) {
                if (end.encapsulator.handshake().nanosToDeadline(nowNanos) <= 0) {
                    end.control(() -> end.encapsulator.handshake().poll(nowNanos, end.output()));
                }
            }
        }
        throw new BrokenRule(
                rule,
                "after " + carried + " datagrams and " + (nowNanos - since) / 1_000_000_000L + " s the caller has "
                        + caller.describe() + " and the callee has " + callee.describe() + ".");
    }

    private void send(End to, int line, byte[] bytes) {
        if (!lost.test(carried++)) {
            network.add(new Flight(to, line, bytes));
        }
    }

    private void carry(Flight flight) {
        if (flight.to.open(flight.bytes) == OpenOutcome.HANDSHAKE) {
            flight.to.receive(ByteBuffer.wrap(flight.bytes), new HandshakeSource(flight.line, flight.line));
        }
    }

    @Override
    public void close() {
        caller.encapsulator.close();
        callee.encapsulator.close();
    }

    /** One of the ends. */
    final class End {
        private final Encapsulator encapsulator;
        private final int peer;
        private final int knownLines;
        private final Slab slab = new Slab(SLAB_BYTES);
        private final byte[] before = new byte[SLAB_BYTES];
        private final byte[] after = new byte[SLAB_BYTES];
        private final Opened opened = new Opened();
        private int sessions;
        private long association;
        private long nextCounter;
        private int answering;

        End(int peer, int knownLines, EncapsulatorEnd config) {
            this.peer = peer;
            this.knownLines = knownLines;
            SplittableRandom random = seeds.split();
            encapsulator = provider.create(ProviderConfig.of(config.options()), random::nextLong);
            encapsulator.handshake().addPeer(peer, "other", ProviderConfig.of(config.peerOptions()));
        }

        Encapsulator encapsulator() {
            return encapsulator;
        }

        EncapsulationTraits traits() {
            return encapsulator.traits();
        }

        End other() {
            return this == caller ? callee : caller;
        }

        boolean isReady() {
            return encapsulator.sealer().isReady(peer);
        }

        long association() {
            return association;
        }

        int lastLine() {
            return LINES[0];
        }

        long lastCounter() {
            return nextCounter - 1;
        }

        void remove() {
            control(() -> {
                encapsulator.handshake().removePeer(peer);
                encapsulator.sealer().remove(peer);
                encapsulator.opener().remove(peer);
            });
        }

        private String describe() {
            return sessions + " sessions and is " + (isReady() ? "ready" : "not ready");
        }

        /** Frames of padding, or an IPv4 packet where the encapsulation carries nothing else. */
        byte[] plaintext(int lengthBytes, int seed) {
            byte[] bytes = new byte[lengthBytes];
            if (traits().carriesFrames()) {
                for (int i = 1; i < lengthBytes; i++) {
                    bytes[i] = (byte) (seed + i);
                }
            } else {
                bytes[0] = 0x45;
                bytes[2] = (byte) (lengthBytes >> 8);
                bytes[3] = (byte) lengthBytes;
                bytes[8] = 64;
                bytes[9] = 17;
                Arrays.fill(bytes, 20, lengthBytes, (byte) seed);
            }
            return bytes;
        }

        List<byte[]> sealRun(int count, byte[] plain) {
            List<byte[]> sealed = seal(count, nextCounter, plain, 16);
            nextCounter += count;
            return sealed;
        }

        int sealInto(int count, int capacity, byte[] plain) {
            int sealed = seal(count, nextCounter, plain, capacity).size();
            nextCounter += count;
            return sealed;
        }

        List<byte[]> seal(int count, long firstCounter, byte[] plain, int capacity) {
            fillSlab();
            PacketBatch batch = new PacketBatch(slab, capacity);
            batch.open(REGION_START, REGION_END);
            int[] added = new int[1];
            control(() -> added[0] =
                    encapsulator.sealer().seal(peer, lastLine(), firstCounter, new Run(count, plain), batch));
            if (added[0] != batch.size()) {
                throw new BrokenRule(
                        EncapsulatorRule.SEALS_WHAT_FITS,
                        "it says " + added[0] + " and the batch holds " + batch.size() + ".");
            }
            checkUnchanged(REGION_START, batch.positionBytes(), EncapsulatorRule.STAYS_INSIDE);
            List<byte[]> result = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                byte[] bytes = new byte[batch.length(i)];
                slab.buffer().get(batch.offset(i), bytes);
                result.add(bytes);
            }
            return result;
        }

        OpenOutcome open(byte[] datagram) {
            fillSlab();
            PacketBatch batch = new PacketBatch(slab, 2);
            batch.open(REGION_START, REGION_END);
            int offset = batch.nextOffset();
            slab.buffer().put(offset, datagram);
            slab.buffer().get(0, before);
            int index = batch.add(offset, datagram.length, 0);
            OpenOutcome[] outcome = new OpenOutcome[1];
            control(() -> outcome[0] = encapsulator.opener().open(batch, index, lastLine(), nowNanos, opened));
            Session confirmed = outcome[0] == OpenOutcome.OPENED ? opened.confirmed() : null;
            if (confirmed != null) {
                output().established(confirmed);
            }
            if (outcome[0] == OpenOutcome.OPENED) {
                checkUnchanged(
                        offset - PacketBatch.HEADROOM_BYTES,
                        offset + datagram.length + PacketBatch.TAILROOM_BYTES,
                        EncapsulatorRule.STAYS_INSIDE);
            } else {
                checkUnchanged(0, 0, EncapsulatorRule.WRITES_NOTHING_REFUSED);
            }
            return outcome[0];
        }

        /** Opens what the other end has sealed. */
        void expect(byte[] datagram, byte[] plain, int line, long counter) {
            OpenOutcome outcome = open(datagram);
            if (outcome != OpenOutcome.OPENED) {
                throw new BrokenRule(
                        EncapsulatorRule.ROUND_TRIP,
                        plain.length + " bytes were sealed, and opening them gave " + outcome + ".");
            }
            byte[] bytes = new byte[opened.lengthBytes()];
            if (opened.offset() < 0 || opened.offset() + bytes.length > SLAB_BYTES) {
                throw new BrokenRule(EncapsulatorRule.ROUND_TRIP, "the plaintext is said to lie outside the slab.");
            }
            slab.buffer().get(opened.offset(), bytes);
            if (!Arrays.equals(bytes, plain)) {
                throw new BrokenRule(
                        EncapsulatorRule.ROUND_TRIP,
                        plain.length + " bytes went in, " + bytes.length + " came out, and they differ.");
            }
            boolean numbered = opened.counter() != -1;
            if (opened.peer() != peer || (numbered && (opened.counter() != counter || opened.link() != line))) {
                throw new BrokenRule(
                        EncapsulatorRule.COUNTERS,
                        "peer " + peer + ", line " + line + ", counter " + counter + " became " + opened.peer() + ", "
                                + opened.link() + ", " + opened.counter() + ".");
            }
        }

        /** A datagram of a stranger, handed to the handshake whatever the opener says of it. */
        void strange(ByteBuffer datagram, HandshakeSource source) {
            int waiting = network.size();
            receive(datagram, source);
            while (network.size() > waiting) {
                network.removeLast();
            }
        }

        void receive(ByteBuffer datagram, HandshakeSource source) {
            answering = datagram.remaining();
            control(() -> encapsulator.handshake().receive(datagram, source, nowNanos, output()));
        }

        private void control(Runnable call) {
            try {
                call.run();
            } catch (BrokenRule e) {
                throw e;
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new BrokenRule(EncapsulatorRule.THROWS_NOTHING, "it threw " + e + ".", e);
            }
        }

        private void fillSlab() {
            for (int i = 0; i < SLAB_BYTES; i++) {
                before[i] = (byte) (i * 31 + (i >> 8));
            }
            slab.buffer().clear().put(0, before);
        }

        private void checkUnchanged(int exceptFrom, int exceptTo, EncapsulatorRule rule) {
            slab.buffer().clear().get(0, after);
            if (!Arrays.equals(before, 0, exceptFrom, after, 0, exceptFrom)
                    || !Arrays.equals(before, exceptTo, SLAB_BYTES, after, exceptTo, SLAB_BYTES)) {
                throw new BrokenRule(rule, "bytes of the slab elsewhere have changed.");
            }
        }

        HandshakeOutput output() {
            return new Output(this);
        }
    }

    private final class Output implements HandshakeOutput {
        private final End end;

        Output(End end) {
            this.end = end;
        }

        @Override
        public int lines(int peer) {
            return peer == end.peer ? end.knownLines : 0;
        }

        @Override
        public int line(int peer, int index) {
            return LINES[index];
        }

        @Override
        public void send(int peer, int line, ByteBuffer datagram) {
            if (peer == end.peer && end.knownLines > 0) {
                EncapsulatorTrial.this.send(end.other(), line, bytes(datagram));
            }
        }

        @Override
        public void reply(HandshakeSource source, ByteBuffer datagram) {
            if (datagram.remaining() > end.answering) {
                throw new BrokenRule(
                        EncapsulatorRule.DOES_NOT_AMPLIFY,
                        datagram.remaining() + " bytes answer " + end.answering + ".");
            }
            EncapsulatorTrial.this.send(end.other(), source.localLink(), bytes(datagram));
        }

        @Override
        public void established(Session session) {
            if (session.peer() != end.peer) {
                throw new BrokenRule(
                        EncapsulatorRule.NAMES_THE_PEER, "it says " + session.peer() + " instead of " + end.peer + ".");
            }
            end.sessions++;
            end.association = session.association();
            end.encapsulator.opener().install(session);
            end.encapsulator.sealer().install(session);
        }

        @Override
        public void warn(int peer, String message) {}

        private static byte[] bytes(ByteBuffer datagram) {
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(datagram.position(), bytes);
            return bytes;
        }
    }

    private static final class Run implements Plaintext {
        private final int count;
        private final byte[] plain;

        Run(int count, byte[] plain) {
            this.count = count;
            this.plain = plain;
        }

        @Override
        public int count() {
            return count;
        }

        @Override
        public int lengthBytes(int index) {
            return plain.length;
        }

        @Override
        public void copyTo(int index, ByteBuffer target, int offset) {
            target.put(offset, plain);
        }

        @Override
        public void copyTo(int index, byte[] target, int offset) {
            System.arraycopy(plain, 0, target, offset, plain.length);
        }
    }
}
